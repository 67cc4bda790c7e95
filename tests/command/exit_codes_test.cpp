// Every exit code of the command, by a run that earns it: on one rank, on two, and where one of two ranks fails alone.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using mercer::test::contains;
using mercer::test::count;
using mercer::test::Outcome;
using mercer::test::Scratch;

namespace {

const std::string faulty_case =
    "solver: faulty\n"
    "problem: {domain: {x: [0, 1], y: [0, 1]}, source: x + y, boundary: {x_min: 0, x_max: 0, y_min: 0, y_max: 0}}\n"
    "output: {points: {x: 65, y: 65}}\n";

std::string faulty_plugin() {
  return " --plugin " + mercer::test::setting("MERCER_BUILD") + "/tests/plugins/faulty.so ";
}

struct Faulty {
  Scratch scratch;
  Faulty() { mercer::test::write_file(scratch / "case.yaml", faulty_case); }
  std::string words(const std::string& more) const {
    return "solve " + (scratch / "case.yaml").string() + faulty_plugin() + "-o " + (scratch / "out.hdf").string() +
           " " + more;
  }
  Outcome solve(int ranks, const std::string& more) const { return mercer::test::mercer(ranks, words(more)); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_without_fault_ends_with_0) {
  const Faulty faulty;
  for (const int ranks : {0, 1, 2}) BOOST_TEST(faulty.solve(ranks, "--overwrite").code == 0);
}

BOOST_AUTO_TEST_CASE(the_fault_of_a_solver_is_the_exit_code_on_every_rank_count) {
  const Faulty faulty;
  const std::pair<const char*, int> table[] = {{"numerics", 1}, {"data", 65},          {"internal", 70}, {"memory", 71},
                                               {"io", 74},      {"stopped_early", 75}, {"foreign", 70}};
  for (const auto& [fault, code] : table) {
    for (const int ranks : {0, 2}) {
      const Outcome outcome =
          faulty.solve(ranks, std::string("--set options.together=true --set options.fault=") + fault);
      BOOST_TEST(outcome.code == code,
                 fault << " on " << ranks << " ranks gave " << outcome.code << ": " << outcome.error);
      BOOST_TEST(count(outcome.error, "mercer: ") == 1u, outcome.error);
      BOOST_TEST(!std::filesystem::exists(faulty.scratch / "out.hdf"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_failure_of_one_rank_alone_ends_the_run_with_its_code_and_its_number) {
  const Faulty faulty;
  const Outcome outcome = faulty.solve(3, "--set options.rank=1 --set options.fault=numerics");
  BOOST_TEST(outcome.code == 1);
  BOOST_TEST(contains(outcome.error, "rank 1 alone: failed on request"), outcome.error);
}

BOOST_AUTO_TEST_CASE(usage_is_64) {
  for (const char* words :
       {"", "sove", "solve", "solve a.yaml", "check a.yaml --no-such-flag", "new-plugin 'Bad Name'"}) {
    BOOST_TEST(mercer::test::mercer(0, words).code == 64, words);
  }
  const Outcome outcome = mercer::test::mercer(2, "sove");
  BOOST_TEST(outcome.code == 64);
  BOOST_TEST(count(outcome.error, "mercer: ") == 1u, outcome.error);
}

BOOST_AUTO_TEST_CASE(missing_input_is_66_and_malformed_input_65) {
  const Scratch scratch;
  mercer::test::write_file(scratch / "text.h5", "this is not HDF5");
  for (const int ranks : {0, 2}) {
    BOOST_TEST(mercer::test::mercer(ranks, "check no_such_case.yaml").code == 66);
    BOOST_TEST(mercer::test::mercer(ranks, "info no_such_file.h5").code == 66);
    BOOST_TEST(mercer::test::mercer(ranks, "info " + (scratch / "text.h5").string()).code == 65);
  }
}

BOOST_AUTO_TEST_CASE(a_solver_that_is_not_there_is_69_with_the_nearest_name) {
  const Outcome outcome = mercer::test::mercer(2, "describe darzy");
  BOOST_TEST(outcome.code == 69);
  BOOST_TEST(contains(outcome.error, "did you mean 'darcy'?"), outcome.error);
}

BOOST_AUTO_TEST_CASE(an_output_that_exists_is_73_before_any_work_and_stays_as_it_is) {
  const Faulty faulty;
  mercer::test::write_file(faulty.scratch / "out.hdf", "mine");
  const Outcome outcome = faulty.solve(2, "--set options.fault=numerics");
  BOOST_TEST(outcome.code == 73);
  BOOST_TEST(contains(outcome.error, "--overwrite"), outcome.error);
  BOOST_TEST(mercer::test::read_file(faulty.scratch / "out.hdf") == "mine");
  BOOST_TEST(mercer::test::mercer(1, "solve x.yaml -o /no/such/folder/out.hdf").code == 73);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_74_and_the_old_file_stays) {
  const Faulty faulty;
  const std::string large = " --set output.points.x=1001 --set output.points.y=1001";
  BOOST_TEST(faulty.solve(2, "").code == 0);
  const std::string before = mercer::test::read_file(faulty.scratch / "out.hdf");
  for (const int ranks : {1, 2}) {
    const Outcome outcome =
        mercer::test::shell("ulimit -f 20000; " + mercer::test::launcher(ranks) + " " +
                            mercer::test::setting("MERCER_COMMAND") + " " + faulty.words("--overwrite" + large));
    BOOST_TEST(outcome.code == 74, outcome.error);
    BOOST_TEST(contains(outcome.error, "out.hdf"), outcome.error);
    BOOST_TEST((mercer::test::read_file(faulty.scratch / "out.hdf") == before));
  }
}

BOOST_AUTO_TEST_CASE(an_iteration_that_does_not_converge_is_1) {
  const Scratch scratch;
  const std::string words = "solve " + mercer::test::setting("MERCER_SOURCE") +
                            "/examples/01_darcy_flow/case.yaml -o " + (scratch / "out.hdf").string() +
                            " --set options.iterations=1";
  const Outcome outcome = mercer::test::mercer(2, words);
  BOOST_TEST(outcome.code == 1);
  BOOST_TEST(contains(outcome.error, "options.iterations"), outcome.error);
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_away_early_does_no_harm) {
  const Outcome outcome =
      mercer::test::shell(mercer::test::setting("MERCER_COMMAND") + " list | true; exit ${PIPESTATUS[0]}");
  BOOST_TEST((outcome.code == 0 || outcome.code == 74));
}
