// Plugins that must not be loaded are refused by a reason, without running any of their code.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

using mercer::test::Outcome;
using mercer::test::Scratch;
namespace fs = std::filesystem;

namespace {

std::string built(const std::string& name) {
  return mercer::test::setting("MERCER_BUILD") + "/tests/plugins/" + name + ".so";
}

void expect(const std::string& file, int code, const std::string& part, int ranks = 1) {
  const Outcome outcome = mercer::test::mercer(ranks, "list --plugin '" + file + "'");
  BOOST_TEST(outcome.code == code, outcome.error);
  BOOST_TEST(outcome.error.find(part) != std::string::npos, "'" << part << "' is missing in: " << outcome.error);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_good_plugin_is_listed_beside_those_of_the_tree) {
  const Outcome outcome = mercer::test::mercer(2, "list --plugin " + built("faulty"));
  BOOST_TEST(outcome.code == 0);
  BOOST_TEST(outcome.out.find("darcy") != std::string::npos);
  BOOST_TEST(outcome.out.find("faulty") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(plugins_bring_covariances_too) {
  const Outcome listed = mercer::test::mercer(1, "list");
  BOOST_TEST(listed.out.find("matern52") != std::string::npos, listed.out);
  const Outcome described = mercer::test::mercer(2, "describe narrow --plugin " + built("narrow"));
  BOOST_TEST(described.code == 0, described.error);
  BOOST_TEST(described.out.find("is_scaled") != std::string::npos, described.out);
}

BOOST_AUTO_TEST_CASE(a_missing_plugin_is_69) { expect("nowhere.so", 69, "nowhere.so", 2); }

BOOST_AUTO_TEST_CASE(plugins_of_other_builds_are_77_and_never_run) {
  expect(built("foreign1"), 77, "interface", 2);
  expect(built("foreign2"), 77, "PETSc 4.3");
  expect(built("foreign3"), 77, "integers of");
  expect(built("foreign4"), 77, "built by cc 1");
  expect(built("foreign5"), 77, "not a mercer plugin");
}

BOOST_AUTO_TEST_CASE(files_that_are_no_plugins_are_77) {
  const Scratch scratch;
  mercer::test::write_file(scratch / "text.so", "no plugin");
  mercer::test::write_file(scratch / "short.so", "\177ELF\2\1\1");
  mercer::test::write_file(scratch / "cut.so", mercer::test::read_file(built("faulty")).substr(0, 5000));
  for (const char* name : {"text.so", "short.so", "cut.so"})
    expect((scratch / name).string(), 77, "not a mercer plugin");
  expect(mercer::test::setting("MERCER_BUILD") + "/lib/libmercer.so", 77, "not a mercer plugin", 2);
  expect(scratch.folder().string(), 77, "not a file");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_taken_is_77) { expect(built("twin"), 77, "has brought one of that name", 2); }

BOOST_AUTO_TEST_CASE(a_plugin_that_everybody_can_write_is_77) {
  const Scratch scratch;
  fs::copy(built("faulty"), scratch / "open.so");
  fs::permissions(scratch / "open.so", fs::perms::others_write, fs::perm_options::add);
  expect((scratch / "open.so").string(), 77, "chmod o-w", 2);
  fs::create_directory(scratch / "folder");
  fs::copy(built("faulty"), scratch / "folder/faulty.so");
  fs::permissions(scratch / "folder", fs::perms::others_write, fs::perm_options::add);
  expect((scratch / "folder/faulty.so").string(), 77, "folder");
}

BOOST_AUTO_TEST_CASE(a_case_names_plugins_relative_to_itself) {
  const Scratch scratch;
  fs::copy(built("faulty"), scratch / "faulty.so");
  mercer::test::write_file(
      scratch / "case.yaml",
      "solver: faulty\nplugins: [faulty.so]\n"
      "problem: {domain: {x: [0, 1]}, source: x, boundary: {x_min: 0, x_max: 0}}\noutput: {points: {x: 9}}\n");
  BOOST_TEST(mercer::test::mercer(2, "check " + (scratch / "case.yaml").string()).code == 0);
}
