// How a run of several ranks ends, seen from outside.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace {

/// Runs the failing program on two ranks. The launcher ends a run that hangs, with a code that is none of ours.
mercer::test::Outcome run_failing(const std::string& way) {
  return mercer::test::shell(mercer::test::launcher(2) + " --timeout 20 " MERCER_LONELY_FAILURE " " + way);
}

std::size_t occurrences(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rank_that_fails_alone_ends_the_run_and_is_named) {
  const mercer::test::Outcome ending = run_failing("alone");
  BOOST_TEST(ending.code == 65, ending.error);
  BOOST_TEST(occurrences(ending.error, "mercer: rank 1 alone: a bad row") == 1U, ending.error);
}

BOOST_AUTO_TEST_CASE(a_part_of_the_ranks_that_fails_together_ends_the_run_too) {
  const mercer::test::Outcome ending = run_failing("part");
  BOOST_TEST(ending.code == 78, ending.error);
  BOOST_TEST(occurrences(ending.error, "mercer: rank 1 alone: a bad option") == 1U, ending.error);
}

BOOST_AUTO_TEST_CASE(a_failure_of_all_is_told_once_and_ends_without_abort) {
  const mercer::test::Outcome ending = run_failing("all");
  BOOST_TEST(ending.code == 66, ending.error);
  BOOST_TEST(occurrences(ending.error, "mercer: a missing file") == 1U, ending.error);
  BOOST_TEST(occurrences(ending.error, "MPI_ABORT") == 0U, ending.error);
}

BOOST_AUTO_TEST_CASE(a_run_without_failure_succeeds_silently) {
  const mercer::test::Outcome ending = run_failing("none");
  BOOST_TEST(ending.code == 0, ending.error);
  BOOST_TEST(ending.error.empty(), ending.error);
}
