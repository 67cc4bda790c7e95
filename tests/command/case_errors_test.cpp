// Wrong cases: everything wrong is said at once, with its place and the nearest valid name, and the exit code is 78.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using mercer::test::Outcome;
using mercer::test::Scratch;

namespace {

Outcome check(const std::string& text, const std::string& more = "", int ranks = 1) {
  const Scratch scratch;
  mercer::test::write_file(scratch / "case.yaml", text);
  return mercer::test::mercer(ranks, "check " + (scratch / "case.yaml").string() + " " + more);
}

void expect(const Outcome& outcome, int code, const std::vector<std::string>& parts) {
  BOOST_TEST(outcome.code == code, outcome.error);
  for (const std::string& part : parts)
    BOOST_TEST(outcome.error.find(part) != std::string::npos, "'" << part << "' is missing in: " << outcome.error);
}

const std::string good =
    "solver: darcy\n"
    "problem:\n"
    "  domain: {x: [0, 1], y: [0, 2*pi]}\n"
    "  coefficient: 1 + x^2\n"
    "  source: sin(y)\n"
    "  boundary: {x_min: 0, x_max: y, y_min: {derivative: 0}, y_max: 1}\n"
    "options: {tolerance: 1e-10}\n"
    "output: {points: {x: 9, y: 17}}\n";

std::string with(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_good_case_passes_on_all_rank_counts) {
  for (const int ranks : {1, 3}) BOOST_TEST(check(good, "", ranks).code == 0);
  const Outcome dry = check(good, "--dry-run --json", 2);
  BOOST_TEST(dry.code == 0);
  BOOST_TEST(dry.out.find("\"unknowns_per_rank\"") != std::string::npos);
  BOOST_TEST(dry.out.find("\"bytes_per_rank\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(all_complaints_come_at_once_with_place_and_nearest_name) {
  const std::string text =
      with(with(good, "coefficient:", "coeficient:"), "tolerance: 1e-10", "tolerance: 7, iteration: 5");
  expect(check(text, "--set options.iterations=many", 2), 78,
         {"coeficient", "'coefficient'", "case.yaml:4:3", "tolerance", "iteration", "'iterations'", "many"});
}

BOOST_AUTO_TEST_CASE(overrides_may_come_before_the_case) {
  const Scratch scratch;
  mercer::test::write_file(scratch / "case.yaml", good);
  const std::string both = "check --set options.tolerance=1e-9 --set options.iterations=7 ";
  BOOST_TEST(mercer::test::mercer(1, both + (scratch / "case.yaml").string()).code == 0);
}

BOOST_AUTO_TEST_CASE(unknown_top_level_keys_are_found) {
  expect(check(with(good, "output:", "outputs:")), 78, {"outputs", "'output'"});
}

BOOST_AUTO_TEST_CASE(formulas_are_checked_with_the_position_in_the_text) {
  expect(check(with(good, "1 + x^2", "1 + z^2")), 78, {"problem.coefficient", "z", "5"});
  expect(check(with(good, "sin(y)", "sinn(y)")), 78, {"problem.source", "'sin'"});
  expect(check(with(good, "sin(y)", "'(((('")), 78, {"problem.source"});
}

BOOST_AUTO_TEST_CASE(faces_must_be_complete_known_and_fit_the_solver) {
  expect(check(with(good, "x_min: 0, ", "")), 78, {"x_min", "missing"});
  expect(check(with(good, "x_min: 0", "x_mim: 0")), 78, {"x_mim", "'x_min'"});
  expect(check(with(good, "x_min: 0", "x_min: periodic")), 78, {"x_min", "no such condition"});
  expect(check(with(good, "{x_min: 0, x_max: y, y_min: {derivative: 0}, y_max: 1}", "exact")), 78, {"problem.exact"});
}

BOOST_AUTO_TEST_CASE(what_only_the_solver_knows_is_checked_too) {
  expect(check(with(good, "  source: sin(y)\n", "")), 78, {"problem.source"});
  expect(
      check(with(good, "{x_min: 0, x_max: y, y_min: {derivative: 0}, y_max: 1}",
                 "{x_min: {derivative: 0}, x_max: {derivative: 0}, y_min: {derivative: 0}, y_max: {derivative: 0}}")),
      78, {"at least one face"});
}

BOOST_AUTO_TEST_CASE(blocks_that_nobody_uses_are_found) {
  expect(check(good + "data: {file: a.h5}\n"), 78, {"data", "no use"});
}

BOOST_AUTO_TEST_CASE(text_that_is_no_yaml_is_named_with_its_line) {
  expect(check("solver: [darcy\nproblem"), 78, {"case.yaml:"});
}

BOOST_AUTO_TEST_CASE(keys_that_are_given_twice_are_found) {
  expect(check(good + "seed: 1\nseed: 2\n"), 78, {"seed", "case.yaml:10"});
}

BOOST_AUTO_TEST_CASE(arrays_are_looked_for_before_any_work) {
  expect(check(with(good, "1 + x^2", "{file: nowhere.h5, dataset: a}")), 66, {"nowhere.h5"});
  const std::string data = mercer::test::setting("MERCER_SOURCE") + "/examples/01_darcy_flow/darcy_32.h5";
  expect(check(with(good, "1 + x^2", "{file: " + data + ", dataset: X, sample: 0}")), 65, {"'X'"});
  expect(check(with(good, "1 + x^2", "{file: " + data + ", dataset: x}")), 65, {"sample"});
}

BOOST_AUTO_TEST_CASE(petsc_options_that_nobody_used_are_mistakes) {
  const Scratch scratch;
  mercer::test::write_file(scratch / "case.yaml", good);
  const std::string solve =
      "solve " + (scratch / "case.yaml").string() + " --overwrite -o " + (scratch / "out.hdf").string();
  expect(mercer::test::mercer(2, solve + " -- -darcy_ksp_max_itt 7"), 78, {"darcy_ksp_max_itt"});
  expect(mercer::test::mercer(2, solve + " --set petsc.darcy.ksp_tpye=cg"), 78, {"darcy_ksp_tpye"});
  BOOST_TEST(mercer::test::mercer(2, solve + " -- -darcy_ksp_max_it 50").code == 0);
  BOOST_TEST(mercer::test::mercer(1, solve + " --set petsc.darcy.pc_type=gamg").code == 0);
}
