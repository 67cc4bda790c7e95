// The verb generate as a user meets it: the same bytes in all ways to make a dataset, interruptions, samples that fail.
#include "support/verb_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

using mercer::test::contains;
using mercer::test::count;
using mercer::test::expect;
using mercer::test::number;
using mercer::test::Outcome;
using mercer::test::Scratch;
namespace fs = std::filesystem;

namespace {

const std::string moody_case =
    "solver: moody\n"
    "problem: {domain: {x: [0, 1], y: [0, 2]}, source: P*x + Q}\n"
    "output: {points: {x: 9, y: 5}}\n"
    "generate:\n"
    "  samples: 24\n"
    "  parameters: {P: {uniform: [1, 2]}, Q: {log_uniform: [0.1, 10]}}\n"
    "  fields: {medium: {covariance: {length: [0.3]}, transform: exponential}}\n"
    "  outputs: [source]\n"
    "  scalars: {peak: max(source), middle: \"mean(source*medium + x)\"}\n"
    "  splits: {train: 16, test: 6}\n"
    "seed: 5\n";

/// A folder with a case, and the verb on it.
struct Desk : mercer::test::VerbFolder {
  Desk() { mercer::test::write_file(scratch / "case.yaml", moody_case); }
  static std::string plugin() {
    return " --plugin " + mercer::test::setting("MERCER_BUILD") + "/tests/plugins/moody.so ";
  }
  std::string words(const std::string& output, const std::string& more) const {
    return "generate " + path("case.yaml") + " -o " + path(output) + plugin() + more;
  }
  Outcome generate(int ranks, const std::string& output, const std::string& more = "") const {
    return mercer::test::mercer(ranks, words(output, more));
  }
  /// The same, with each rank killed at a solve of its own.
  Outcome killed(int solve, int ranks, const std::string& output, const std::string& more) const {
    ::setenv("MERCER_TEST_SIGNAL", std::to_string(SIGKILL).c_str(), 1);
    ::setenv("MERCER_TEST_SIGNAL_STEP", std::to_string(solve).c_str(), 1);
    const Outcome outcome = generate(ranks, output, more);
    ::unsetenv("MERCER_TEST_SIGNAL");
    ::unsetenv("MERCER_TEST_SIGNAL_STEP");
    return outcome;
  }
  std::string info(const std::string& name) const { return mercer::test::mercer(1, "info " + path(name)).out; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_dataset_has_the_same_bytes_on_any_number_of_ranks_in_both_ways_to_share) {
  const Desk desk;
  for (const int ranks : {0, 2, 3, 4}) {
    const Outcome made = desk.generate(ranks, std::to_string(ranks) + ".h5", "--json");
    BOOST_TEST(made.code == 0, made.error);
    BOOST_TEST(number(made.out, "samples") == 24);
    BOOST_TEST(number(made.out, "left_out") == 0);
  }
  for (const char* other : {"2.h5", "3.h5", "4.h5"}) BOOST_TEST((desk.bytes("0.h5") == desk.bytes(other)));
  for (const int ranks : {1, 3})
    BOOST_TEST(desk.generate(ranks, "s" + std::to_string(ranks) + ".h5", "--set generate.parallel=space").code == 0);
  BOOST_TEST((desk.bytes("s1.h5") == desk.bytes("s3.h5")));
  for (const int ranks : {1, 3})
    BOOST_TEST(desk.generate(ranks, "z" + std::to_string(ranks) + ".h5", "--set output.deflate=3").code == 0);
  BOOST_TEST((desk.bytes("z1.h5") == desk.bytes("z3.h5")));
  BOOST_TEST(desk.generate(1, "other.h5", "--seed 6").code == 0);
  BOOST_TEST((desk.bytes("other.h5") != desk.bytes("0.h5")));
  const std::string info = desk.info("0.h5");
  for (const char* part : {"inputs/medium", "outputs/source", "parameters/P", "parameters/Q", "scalars/peak", "grid/y",
                           "splits/test", "[24, 5, 9]", "sample,y,x", "mercer dataset"})
    BOOST_TEST(contains(info, part), part << " is missing in " << info);
  BOOST_TEST(!desk.has("0.h5.checkpoint"));
}

BOOST_AUTO_TEST_CASE(a_killed_run_is_resumed_to_the_same_bytes) {
  const Desk desk;
  BOOST_TEST(desk.generate(2, "whole.h5").code == 0);
  for (const int ranks : {1, 2}) {
    const std::string output = std::to_string(ranks) + ".h5";
    BOOST_TEST(desk.killed(5, ranks, output, "").code == 137);
    BOOST_TEST(desk.killed(3, ranks, output, "--resume").code == 137);
    BOOST_TEST(!desk.has(output));
    BOOST_TEST(desk.has(output + ".checkpoint"));
    expect(desk.generate(ranks, output), 73, "--resume goes on with it");
    expect(desk.generate(ranks, output, "--resume --seed 6"), 78, "another case");
    const Outcome resumed = desk.generate(3 - ranks, output, "--resume --json");
    BOOST_TEST(resumed.code == 0, resumed.error);
    BOOST_TEST(contains(resumed.error, "the generation goes on: "), resumed.error);
    BOOST_TEST((number(resumed.out, "made_now") > 0 && number(resumed.out, "made_now") <= 18), resumed.out);
    BOOST_TEST((desk.bytes(output) == desk.bytes("whole.h5")));
    BOOST_TEST(!desk.has(output + ".checkpoint"));
  }
}

BOOST_AUTO_TEST_CASE(a_run_that_has_no_more_time_is_75_and_goes_on_later) {
  const Desk desk;
  BOOST_TEST(desk.generate(1, "whole.h5").code == 0);
  for (const char* way : {"samples", "space"}) {
    const std::string how = std::string(" --overwrite --set generate.parallel=") + way;
    expect(desk.generate(2, "out.h5", "--max-wall 1e-9" + how), 75, "--resume goes on");
    BOOST_TEST(desk.generate(2, "out.h5", "--resume" + how).code == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_sample_that_fails_is_named_with_its_parameters_and_left_out_on_request) {
  const Desk desk;
  const std::string limited = "--set options.limit=6 ";
  std::string told;
  for (const int ranks : {0, 1, 3}) {
    const Outcome failed = desk.generate(ranks, "out.h5", limited + "--overwrite --progress off");
    expect(failed, 1, "is too much");
    for (const char* part : {"sample ", "(P = ", ", Q = ", "samples are kept in", "--skip-bad"})
      BOOST_TEST(contains(failed.error, part), failed.error);
    const std::string named = failed.error.substr(0, failed.error.find(';'));
    if (told.empty()) told = named;
    BOOST_TEST(contains(failed.error, told), failed.error);
    BOOST_TEST(!desk.has("out.h5"));
  }
  const Outcome skipped = desk.generate(2, "out.h5", limited + "--resume --skip-bad --json");
  BOOST_TEST(skipped.code == 0, skipped.error);
  const double left_out = number(skipped.out, "left_out");
  BOOST_TEST((0 < left_out && left_out < 10));
  BOOST_TEST(number(skipped.out, "samples") == 24 - left_out);
  BOOST_TEST(count(skipped.error, "is left out: a source of") == static_cast<std::size_t>(left_out), skipped.error);
  BOOST_TEST(contains(desk.info("out.h5"), "left_out"));
  BOOST_TEST(desk.generate(3, "again.h5", limited + "--skip-bad").code == 0);
  BOOST_TEST((desk.bytes("again.h5") == desk.bytes("out.h5")));
  for (const int ranks : {1, 2})
    expect(desk.generate(ranks, "none.h5", "--skip-bad --set options.limit=-1"), 1, "all 24 samples fail; sample 0");
  BOOST_TEST(!desk.has("none.h5.checkpoint"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_74_and_what_was_made_stays) {
  const Desk desk;
  // Room for 7 samples of 2.9 MB a rank; files of the launcher itself take some megabytes.
  const std::string large =
      " --set output.points.x=600 --set output.points.y=600 --set generate.samples=16 --set 'generate.splits={}' "
      "--set 'generate.fields={}' --set 'generate.scalars={}'";
  BOOST_TEST(desk.generate(1, "whole.h5", large).code == 0);
  for (const int ranks : {1, 2}) {
    const Outcome full = mercer::test::shell("ulimit -f 20000; " + mercer::test::launcher(ranks) + " " +
                                             mercer::test::setting("MERCER_COMMAND") + " " +
                                             desk.words("out.h5", "--overwrite" + large));
    expect(full, 74, "samples are kept in");
    BOOST_TEST(contains(full.error, "sample "), full.error);
    const Outcome resumed = desk.generate(ranks, "out.h5", "--overwrite --resume --json" + large);
    BOOST_TEST(resumed.code == 0, resumed.error);
    BOOST_TEST(number(resumed.out, "made_now") < 16);
    BOOST_TEST((desk.bytes("out.h5") == desk.bytes("whole.h5")));
  }
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_case_are_78_before_any_work) {
  const Desk desk;
  const Outcome several = desk.generate(
      2, "x.h5", "--set generate.sample=3 --set generate.parameters.P.uniform.0=3 --set generate.fields.medium.mode=1");
  expect(several, 78, "did you mean 'samples'?");
  for (const char* part : {"expected a low end below", "there is no option 'mode'"})
    BOOST_TEST(contains(several.error, part), several.error);
  const std::pair<const char*, const char*> mistakes[] = {
      {"--set generate.outputs=[]", "name at least one field"},
      {"--set 'generate.outputs=[source, source]'", "comes twice"},
      {"--set 'generate.parameters.x={uniform: [0, 1]}'", "another meaning"},
      {"--set generate.splits.train=20", "at most 24 samples, got 26"},
      {"--set problem.medium=1", "leave one of them out"},
      {"--set 'generate.fields.medum={}'", "did you mean 'medium'?"},
      {"--set 'problem.domain.x=[0, P]'", "may change the domain"},
      {"--set problem.source=R*x", "problem.source"},
      {"--set 'generate.fields.medium.covariance.length=[1, 2, 3]'", "generate.fields.medium"},
      {"--set 'generate.fields={}' --set 'generate.parameters={}' --set problem.source=x", "would be the same"},
      {"--set training.epochs=3", "has no use for it"}};
  for (const auto& [words, part] : mistakes) {
    expect(desk.generate(2, "x.h5", words), 78, part);
    BOOST_TEST(!desk.has("x.h5.checkpoint"));
  }
  expect(desk.generate(2, "x.h5", "--set 'generate.outputs=[sorce]'"), 78, "did you mean 'source'?");
  expect(desk.generate(2, "x.h5", "--set 'generate.scalars.peak=max(sorce)'"), 78, "generate.scalars.peak");
  expect(desk.generate(2, "x.h5", "--set 'generate.scalars.peak=median(source)'"), 78, "mean(FORMULA)");
}

BOOST_AUTO_TEST_CASE(cases_for_generate_are_checked_and_refused_elsewhere) {
  const Desk desk;
  const Outcome checked = mercer::test::mercer(2, "check --json " + desk.path("case.yaml") + Desk::plugin());
  BOOST_TEST(checked.code == 0, checked.error);
  BOOST_TEST(number(checked.out, "samples") == 24);
  BOOST_TEST(number(checked.out, "points") == 45);
  const std::string solve = "solve " + desk.path("case.yaml") + " -o " + desk.path("x.h5") + Desk::plugin();
  expect(mercer::test::mercer(2, solve), 78, "mercer generate has");
  mercer::test::write_file(desk.scratch / "case.yaml", moody_case.substr(0, moody_case.find("generate:")));
  expect(desk.generate(2, "x.h5"), 78, "needs a block 'generate:'");
}
