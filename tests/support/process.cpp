#include "support/process.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace mercer::test {

namespace fs = std::filesystem;

namespace {

/// The variables by which Open MPI tells a process that it is part of a run. A launcher started from there would take
/// itself for a part of it.
const std::string forget_launcher =
    "for name in $(env | grep -oE '^(PMIX_|ORTE_|OMPI_APP_|OMPI_MCA_ess|OMPI_MCA_pmix|OMPI_MCA_orte_)[^=]*'); do unset "
    "$name; done\n";

}  // namespace

Outcome shell(const std::string& line, int seconds) {
  const Scratch scratch;
  write_file(scratch / "line", forget_launcher + line);
  const std::string command = "timeout -k 5 " + std::to_string(seconds) + " bash '" + (scratch / "line").string() +
                              "' >'" + (scratch / "out").string() + "' 2>'" + (scratch / "error").string() + "'";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(scratch / "out"),
          read_file(scratch / "error")};
}

std::string launcher(int ranks) { return setting("MERCER_MPIRUN") + " -n " + std::to_string(ranks); }

Outcome mercer(int ranks, const std::string& arguments, int seconds) {
  return shell((ranks == 0 ? "" : launcher(ranks) + " ") + setting("MERCER_COMMAND") + " " + arguments, seconds);
}

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string("run the tests through ctest: ") + name + " is not set");
  return value;
}

Scratch::Scratch() {
  std::string name = (fs::temp_directory_path() / "mercer-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
  folder_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

double number(const std::string& json, const std::string& name) {
  const std::size_t at = json.find("\"" + name + "\":");
  return at == std::string::npos ? -1 : std::strtod(json.c_str() + at + name.size() + 3, nullptr);
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
}

}  // namespace mercer::test
