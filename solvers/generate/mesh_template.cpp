#include <mercer/base/text.hpp>
#include <mercer/io/publish.hpp>
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/read/gmsh.hpp>
#include <mercer/solvers/generate/mesh_template.hpp>
#include <mercer/solvers/support/program.hpp>

#include <fstream>
#include <iterator>
#include <optional>

namespace mercer {
namespace {

namespace fs = std::filesystem;

using Parameters = std::map<std::string, double>;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The template with a last line for certain, as gmsh passes over one without an end, and with orders to say the
/// parameters as they are after all of it.
std::string with_echoes(const std::string& text, const Parameters& parameters) {
  std::string whole = text + "\n";
  for (const auto& [name, value] : parameters) whole += fmt::format("Printf(\"mercer {0} = %.17g\", {0});\n", name);
  return whole;
}

/// The first error that gmsh tells, or, without one, the last line that it said.
std::string complaint_of(const std::string& said, const fs::path& folder) {
  std::string last;
  for (std::string line : split(said, '\n')) {
    for (std::size_t at = 0; (at = line.find(folder.string() + "/")) != std::string::npos;)
      line.erase(at, folder.string().size() + 1);
    if (!trim(line).empty()) last = trim(line);
    if (line.starts_with("Error") && line.find(':') != std::string::npos)
      return std::string(trim(line.substr(line.find(':') + 1)));
  }
  return last;
}

/// The value that gmsh has said a parameter has.
std::optional<double> echoed(const std::string& said, const std::string& name) {
  const std::string start = "mercer " + name + " = ";
  const std::size_t at = said.rfind(start);
  if (at == std::string::npos) return std::nullopt;
  return std::strtod(said.c_str() + at + start.size(), nullptr);
}

/// Throws Fault::io where the disk of the files has no room left, which gmsh does not tell.
void require_room(const fs::path& folder) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  constexpr std::uintmax_t least = 65536;
  require(error || space.available >= least, Fault::io, "no room for the files of gmsh in '{}': {}", folder.string(),
          room_text(folder / "mesh.msh", 0));
}

}  // namespace

MeshTemplate::MeshTemplate(fs::path file, std::string text) : file_(std::move(file)), text_(std::move(text)) {}

MeshSample MeshTemplate::mesh(const Parameters& parameters) const {
  const TemporaryFolder folder;
  const fs::path geometry = folder.path() / file_.filename(), mesh = folder.path() / "mesh.msh",
                 said_in = folder.path() / "said.txt";
  std::ofstream out(geometry, std::ios::binary);
  out << with_echoes(text_, parameters);
  out.close();
  require(out.good(), Fault::io, "'{}' cannot be written: {}", geometry.string(), room_text(geometry, 0));
  // Of a plane geometry, three dimensions mesh no more than two.
  std::vector<std::string> words{"gmsh", "-3", "-nt", "1", "-format", "msh41", "-o", mesh.string()};
  for (const auto& [name, value] : parameters) words.insert(words.end(), {"-setnumber", name, number_text(value)});
  words.push_back(geometry.string());
  const Ended ended = run_program(words, said_in, {{"GMSH_HOME", folder.path().string()}});
  const std::string said = text_of(said_in), name = file_.string();
  if (!ended.is_fine() || !fs::exists(mesh)) require_room(folder.path());
  require(ended.signal == 0, Fault::data, "gmsh was ended on '{}' by signal {}: {}", name, ended.signal,
          complaint_of(said, folder.path()));
  require(ended.code == 0 && fs::exists(mesh), Fault::data, "gmsh fails on '{}': {}", name,
          complaint_of(said, folder.path()));
  for (const auto& [parameter, value] : parameters)
    require(echoed(said, parameter) == value, Fault::data,
            "'{0}' sets {1} itself; write 'DefineConstant[ {1} = {2} ];' there, which leaves it to the parameters",
            name, parameter, value);
  MeshSample sample;
  try {
    sample = read_gmsh(mesh);
  } catch (const Error& error) {
    require_room(folder.path());
    fail(error.fault(), "gmsh makes no mesh of '{}': {}; does it have a Physical Surface or Physical Volume?", name,
         complaint_of(error.what(), folder.path()));
  }
  require(dimensions(sample.mesh.cells.kind) > 1, Fault::data,
          "gmsh makes only {} of '{}'; give it a Physical Surface or a Physical Volume", plural(sample.mesh.cells.kind),
          name);
  require_sound(check_and_repair(sample, {Demand::any}).report, name);
  return sample;
}

}  // namespace mercer
