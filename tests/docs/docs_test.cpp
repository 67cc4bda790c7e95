// Every command in a `sh` block of README.md and docs/ is run; every generated table is what the code says today.
#include "support/process.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

using mercer::test::Outcome;
using mercer::test::Scratch;
using mercer::test::setting;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> documents() {
  const fs::path source = setting("MERCER_SOURCE");
  std::vector<fs::path> found{source / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(source / "docs"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  for (const auto& entry : fs::recursive_directory_iterator(source / "examples"))
    if (entry.path().filename() == "README.md") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// The `sh` blocks of a document, one text each.
std::vector<std::string> blocks(const fs::path& document) {
  std::vector<std::string> found;
  std::istringstream text(mercer::test::read_file(document));
  bool is_inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line == "```sh") {
      is_inside = true;
      found.emplace_back();
    } else if (line == "```") {
      is_inside = false;
    } else if (is_inside) {
      found.back() += line + "\n";
    }
  }
  return found;
}

/// A copy of what a reader has: the sources, the build folder, and the command on the path.
std::string reader(const Scratch& scratch) {
  const fs::path source = setting("MERCER_SOURCE"), build = setting("MERCER_BUILD");
  for (const char* name : {"README.md", "docs", "dev"}) fs::create_symlink(source / name, scratch / name);
  fs::create_symlink(build, scratch / "build");
  fs::copy(source / "examples", scratch / "examples", fs::copy_options::recursive);
  return "cd '" + scratch.folder().string() + "'; export PATH=" + build.string() + ":$PATH\n";
}

/// The verbs of ./dev that install, build or test everything have a test of their own: this one runs inside them.
std::string without_dev(const std::string& block) {
  std::istringstream text(block);
  std::string kept;
  for (std::string line; std::getline(text, line);)
    if (line.rfind("./dev", 0) != 0 && line.rfind("git clone", 0) != 0) kept += line + "\n";
  return kept;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_command_in_the_documents_runs) {
  std::size_t run = 0;
  for (const fs::path& document : documents()) {
    const Scratch scratch;
    const std::string start = reader(scratch);
    for (const std::string& block : blocks(document)) {
      const Outcome outcome = mercer::test::shell("set -e\n" + start + without_dev(block), 200);
      BOOST_TEST(outcome.code == 0, document << ":\n" << block << outcome.error);
      ++run;
    }
  }
  BOOST_TEST(run >= 5u);
}

BOOST_AUTO_TEST_CASE(option_tables_are_what_the_code_says) {
  const fs::path folder = fs::path(setting("MERCER_SOURCE")) / "docs";
  std::vector<fs::path> pages{folder / "generate.md"};
  for (const auto& entry : fs::directory_iterator(folder / "solvers")) pages.push_back(entry.path());
  for (const fs::path& page : pages) {
    const std::string name = page.stem().string(), text = mercer::test::read_file(page);
    const std::string table = mercer::test::mercer(0, "describe " + name).out;
    BOOST_TEST((!table.empty() && text.find(table) != std::string::npos),
               page << " is behind the code; ./dev docs renews it");
  }
}
