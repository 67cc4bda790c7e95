// The house rules that a program can see: who includes whom, which headers stay out of headers, how long files and
// functions are.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

const fs::path source = mercer::test::setting("MERCER_SOURCE");

Lines lines_of(const fs::path& file) {
  Lines lines;
  const std::string text = mercer::test::read_file(file);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<fs::path> sources(const std::vector<std::string>& folders) {
  std::vector<fs::path> files;
  for (const std::string& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(source / folder))
      if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp")
        files.push_back(fs::relative(entry.path(), source));
  return files;
}

std::vector<std::string> includes(const fs::path& file, bool of_ours) {
  std::vector<std::string> found;
  static const std::regex line(R"(^\s*#include [<"](mercer/)?([^>"]+)[>"])");
  for (const std::string& text : lines_of(source / file)) {
    std::smatch match;
    if (std::regex_search(text, match, line) && match[1].matched == of_ours) found.push_back(match[2]);
  }
  return found;
}

/// The layer of a file or of an include: its folder, with plugins by their own names.
std::string layer(const fs::path& path) {
  auto part = path.begin();
  if (*part == "src") return (++part)->string();
  const std::string top = part->string();
  if (top != "solvers" || std::next(part) == path.end() || std::next(part, 2) == path.end()) return top;
  const std::string folder = std::next(part)->string();
  return folder == "support" || folder == "generate" ? top : "solvers/" + folder;  // what plugins or verbs share
}

/// What each layer may include besides itself. The first line is the order inside src.
bool may_include(const std::string& from, const std::string& to) {
  static const std::map<std::string, int> order{{"base", 0}, {"parallel", 1}, {"config", 2}, {"report", 2},
                                                {"io", 3},   {"linalg", 4},   {"fft", 5},    {"optim", 6},
                                                {"gp", 7},   {"nn", 7},       {"meshes", 8}, {"solvers", 9}};
  if (from == to) return true;
  const bool from_plugin = from.rfind("solvers/", 0) == 0, to_plugin = to.rfind("solvers/", 0) == 0;
  if (to_plugin) return false;
  return from_plugin ? order.contains(to) : order.at(to) < order.at(from);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_include_points_to_a_lower_layer) {
  for (const fs::path& file : sources({"src", "meshes", "solvers"}))
    for (const std::string& include : includes(file, true))
      BOOST_TEST(may_include(layer(file), layer(include)), file.string() << " must not include " << include);
}

BOOST_AUTO_TEST_CASE(a_back_edge_would_be_found) {
  BOOST_TEST(!may_include("base", "parallel"));
  BOOST_TEST(!may_include("meshes", "solvers"));
  BOOST_TEST(!may_include("solvers/darcy", "solvers/driver"));
  BOOST_TEST(!may_include("gp", "nn"));
  BOOST_TEST(may_include("solvers/darcy", "io"));
  BOOST_TEST(may_include(layer("solvers/driver/generate.cpp"), layer("solvers/generate/generator.hpp")));
  BOOST_TEST(!may_include(layer("solvers/generate/generator.hpp"), layer("solvers/darcy/discretisation.hpp")));
}

BOOST_AUTO_TEST_CASE(heavy_headers_stay_out_of_headers) {
  const std::regex heavy("^(petsc|hdf5|H5|yaml-cpp|fftw|CLI/|ginac|boost/test|nlohmann|spdlog)");
  for (const fs::path& file : sources({"src", "meshes", "solvers"})) {
    if (file.extension() != ".hpp" || file == "src/parallel/petsc.hpp" || file == "src/io/hdf5.hpp") continue;
    for (const std::string& include : includes(file, false))
      BOOST_TEST(!std::regex_search(include, heavy), file.string() << " includes " << include);
  }
}

BOOST_AUTO_TEST_CASE(files_say_what_they_are_for_and_stay_short) {
  for (const fs::path& file : sources({"src", "meshes", "solvers"})) {
    const Lines lines = lines_of(source / file);
    const bool is_header = file.extension() == ".hpp";
    const bool has_own_header = !is_header && fs::exists((source / file).replace_extension(".hpp"));
    BOOST_TEST((has_own_header || (!lines.empty() && lines.front().rfind("// ", 0) == 0)),
               file.string() << " does not say what it is for");
    BOOST_TEST(lines.size() <= (is_header ? 200u : 400u), file.string() << " has " << lines.size() << " lines");
    for (std::size_t number = 0; number < lines.size(); ++number)
      BOOST_TEST(lines[number].size() <= 120u,
                 file.string() << ":" << number + 1 << " has " << lines[number].size() << " columns");
  }
}

BOOST_AUTO_TEST_CASE(functions_stay_short) {
  const std::regex opens(
      R"(^(  )?[A-Za-z_~\[].*\(.*\{$|^(  )?[A-Za-z_~].*\) (const )?(noexcept )?(override )?\{$|^(    ){1,3}.*\) (const )?(override )?\{$)");
  const std::regex lambda(R"([ (]\[)");
  const std::regex other(R"(^ *(namespace|class|struct|enum|if|for|while|switch|else|do|try|return|public|private)\b)");
  for (const fs::path& file : sources({"src", "meshes", "solvers"})) {
    const Lines lines = lines_of(source / file);
    for (std::size_t start = 0; start < lines.size(); ++start) {
      if (!std::regex_search(lines[start], opens) || std::regex_search(lines[start], other)) continue;
      if (std::regex_search(lines[start], lambda)) continue;  // it belongs to the function around it
      const std::size_t indent = lines[start].find_first_not_of(' ');
      if (indent > 2) continue;
      std::size_t end = start + 1;
      while (end < lines.size() && lines[end] != std::string(indent, ' ') + "}") ++end;
      BOOST_TEST(end - start < 80, file.string()
                                       << ":" << start + 1 << " is a function of " << end - start + 1 << " lines");
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_left_for_later) {
  const std::regex left(R"(\b(TODO|FIXME|XXX)\b|ffast-math|march=native)");
  for (const fs::path& file : sources({"src", "meshes", "solvers", "examples"}))
    for (const std::string& line : lines_of(source / file))
      BOOST_TEST(!std::regex_search(line, left), file.string() << ": " << line);
}
