// Schedules at their corners and, for the one-cycle schedule, at values of PyTorch's formula worked out by hand.
#include "support/failure.hpp"
#include <mercer/optim/schedule.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

using namespace mercer;

BOOST_AUTO_TEST_SUITE(schedule, *boost::unit_test::tolerance(1e-13))

BOOST_AUTO_TEST_CASE(constant_never_changes) {
  const Schedule rate = constant_schedule(0.5);
  BOOST_TEST(rate(0) == 0.5);
  BOOST_TEST(rate(1000000) == 0.5);
}

BOOST_AUTO_TEST_CASE(step_falls_after_every_given_number_of_steps) {
  const Schedule rate = step_schedule(1, 60, 0.5);
  BOOST_TEST(rate(0) == 1);
  BOOST_TEST(rate(59) == 1);
  BOOST_TEST(rate(60) == 0.5);
  BOOST_TEST(rate(180) == 0.125);
}

BOOST_AUTO_TEST_CASE(cosine_goes_from_the_first_to_the_last_value_and_stays) {
  const Schedule rate = cosine_schedule(2, 100, 1);
  BOOST_TEST(rate(0) == 2);
  BOOST_TEST(rate(25) == 1.5 + 0.5 * std::numbers::sqrt2 / 2);
  BOOST_TEST(rate(50) == 1.5);
  BOOST_TEST(rate(100) == 1);
  BOOST_TEST(rate(500) == 1);
}

BOOST_AUTO_TEST_CASE(one_cycle_rises_to_the_peak_and_falls_to_the_end) {
  // Ten steps, peak at step 0.3 * 10 - 1 = 2, end at step 9.
  const OneCycle options{.peak = 1, .steps = 10};
  const Schedule rate = one_cycle_schedule(options), memory = one_cycle_memory(options);
  BOOST_TEST(rate(0) == 0.04);
  BOOST_TEST(rate(1) == 0.52);
  BOOST_TEST(rate(2) == 1);
  BOOST_TEST(rate(3) == 4e-6 + (1 - 4e-6) / 2 * (1 + std::cos(std::numbers::pi / 7)));
  BOOST_TEST(rate(9) == 4e-6);
  BOOST_TEST(rate(20) == 4e-6);
  BOOST_TEST(memory(0) == 0.95);
  BOOST_TEST(memory(2) == 0.85);
  BOOST_TEST(memory(9) == 0.95);
}

BOOST_AUTO_TEST_CASE(rates_are_those_that_torch_gave_to_published_models) {
  // Ten steps of MgNO under OneCycleLR(5e-3, pct_start .2, div 2, final_div 100) of torch 1.13, and of cosine
  // annealing.
  const std::vector<double> rates{0.0025,
                                  0.005,
                                  0.0048106503371218258,
                                  0.004271428118201537,
                                  0.003464425038008161,
                                  0.0025125,
                                  0.0015605749619918394,
                                  0.00075357188179846321,
                                  0.00021434966287817427,
                                  2.5e-05};
  const std::vector<double> memories{0.95,
                                     0.85,
                                     0.85380602337443567,
                                     0.8646446609406726,
                                     0.88086582838174543,
                                     0.9,
                                     0.91913417161825439,
                                     0.93535533905932733,
                                     0.94619397662556426,
                                     0.95};
  const std::vector<double> cosine{
      0.005,  0.0048776412907378846, 0.0045225424859373685, 0.0039694631307311832,  0.0032725424859373687,
      0.0025, 0.0017274575140626316, 0.0010305368692688174, 0.00047745751406263163, 0.00012235870926211617};
  const OneCycle cycle{.peak = 5e-3, .steps = 10, .rise = 0.2, .start_divisor = 2, .end_divisor = 100};
  const Schedule rate = one_cycle_schedule(cycle), memory = one_cycle_memory(cycle), fall = cosine_schedule(5e-3, 10);
  for (std::size_t step = 0; step < 10; ++step) {
    BOOST_TEST(rate(static_cast<Index>(step)) == rates[step], boost::test_tools::tolerance(1e-13));
    BOOST_TEST(memory(static_cast<Index>(step)) == memories[step], boost::test_tools::tolerance(1e-13));
    BOOST_TEST(fall(static_cast<Index>(step)) == cosine[step], boost::test_tools::tolerance(1e-13));
  }
}

BOOST_AUTO_TEST_CASE(one_cycle_without_a_rise_starts_below_its_peak_and_falls) {
  const Schedule rate = one_cycle_schedule({.peak = 1, .steps = 5, .rise = 0});
  for (Index step = 0; step < 4; ++step) BOOST_TEST(rate(step + 1) < rate(step));
  BOOST_TEST(rate(4) == 4e-6);
}

BOOST_AUTO_TEST_CASE(one_cycle_that_only_rises_ends_at_its_peak) {
  const Schedule rate = one_cycle_schedule({.peak = 1, .steps = 5, .rise = 1});
  BOOST_TEST(rate(0) == 0.04);
  BOOST_TEST(rate(2) == 0.52);
  BOOST_TEST(rate(4) == 1);
}

BOOST_AUTO_TEST_CASE(arguments_out_of_range_are_refused) {
  BOOST_CHECK_EXCEPTION(constant_schedule(-1), Error, failure(Fault::config, "zero or more, not -1"));
  BOOST_CHECK_EXCEPTION(step_schedule(1, 0, 0.5), Error, failure(Fault::config, "not 0"));
  BOOST_CHECK_EXCEPTION(cosine_schedule(1, 0), Error, failure(Fault::config, "one step or more"));
  BOOST_CHECK_EXCEPTION(one_cycle_schedule({.steps = 1}), Error, failure(Fault::config, "two steps"));
  BOOST_CHECK_EXCEPTION(one_cycle_schedule({.steps = 9, .rise = 2}), Error, failure(Fault::config, "[0, 1], not 2"));
  BOOST_CHECK_EXCEPTION(one_cycle_schedule({.steps = 9, .start_divisor = 0}), Error,
                        failure(Fault::config, "divisors"));
  BOOST_CHECK_EXCEPTION(one_cycle_memory({.steps = 9}, 0.9, 0.8), Error, failure(Fault::config, "0.9 and 0.8"));
}

BOOST_AUTO_TEST_SUITE_END()
