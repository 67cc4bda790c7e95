// Verb new-plugin: writes an out-of-tree project that builds, runs and passes its own test.
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/plugin_template.hpp>
#include <mercer/solvers/driver/print.hpp>

#include <algorithm>
#include <fstream>
#include <regex>

namespace mercer::driver {
namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

/// "screened_poisson" as a type: "ScreenedPoisson".
std::string type_name(const std::string& name) {
  std::string type;
  bool starts_word = true;
  for (const char letter : name) {
    if (letter != '_')
      type += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
    starts_word = letter == '_';
  }
  return type;
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text << std::flush;
  require(out.good(), Fault::io, "'{}' could not be written", file.string());
}

}  // namespace

int new_plugin(Run& run) {
  const std::string& name = run.line.name;
  together(run.comm, [&] {
    require(std::regex_match(name, std::regex("[a-z][a-z0-9_]{0,40}")), Fault::usage,
            "'{}' cannot name a plugin: use lower-case letters, digits and _, starting with a letter", name);
    if (!run.comm.is_root()) return;
    require(!fs::exists(name), Fault::cannot_create, "'{}' exists; choose another name or folder", name);
    std::error_code failure;
    fs::create_directory(name, failure);
    require(!failure, Fault::cannot_create, "the folder '{}' cannot be made: {}", name, failure.message());
    for (const auto& [file, text] : plugin_template)
      write(fs::path(name) / replaced(file, "NAME", name),
            replaced(replaced(text, "@NAME@", name), "@TYPE@", type_name(name)));
  });
  print(run.comm,
        fmt::format("wrote {0}/: a solver plugin that builds and passes its test\n"
                    "  cmake -G Ninja -S {0} -B {0}/build -DCMAKE_PREFIX_PATH={1}\n  cmake --build {0}/build\n  ctest "
                    "--test-dir {0}/build\n",
                    name, fs::read_symlink("/proc/self/exe").parent_path().string()));
  return 0;
}

}  // namespace mercer::driver
