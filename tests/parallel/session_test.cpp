// How a run of several ranks ends, seen from outside.
#include "support/command.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

namespace {

/// Runs the failing program on two ranks. The launcher ends a run that hangs, with a code that is none of ours.
Ending run_failing(const std::string& way) {
  const char* launcher = std::getenv("MERCER_MPIRUN");
  return run_command(std::string(launcher ? launcher : "mpirun") + " -n 2 --timeout 20 " MERCER_LONELY_FAILURE " " +
                     way);
}

std::size_t occurrences(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rank_that_fails_alone_ends_the_run_and_is_named) {
  const Ending ending = run_failing("alone");
  BOOST_TEST(ending.code == 65, ending.text);
  BOOST_TEST(occurrences(ending.text, "mercer: rank 1 alone: a bad row") == 1U, ending.text);
}

BOOST_AUTO_TEST_CASE(a_part_of_the_ranks_that_fails_together_ends_the_run_too) {
  const Ending ending = run_failing("part");
  BOOST_TEST(ending.code == 78, ending.text);
  BOOST_TEST(occurrences(ending.text, "mercer: rank 1 alone: a bad option") == 1U, ending.text);
}

BOOST_AUTO_TEST_CASE(a_failure_of_all_is_told_once_and_ends_without_abort) {
  const Ending ending = run_failing("all");
  BOOST_TEST(ending.code == 66, ending.text);
  BOOST_TEST(occurrences(ending.text, "mercer: a missing file") == 1U, ending.text);
  BOOST_TEST(occurrences(ending.text, "MPI_ABORT") == 0U, ending.text);
}

BOOST_AUTO_TEST_CASE(a_run_without_failure_succeeds_silently) {
  const Ending ending = run_failing("none");
  BOOST_TEST(ending.code == 0, ending.text);
  BOOST_TEST(ending.text.empty(), ending.text);
}
