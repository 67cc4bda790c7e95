// From samples to spectra to bands.
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/features/bands.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/lines.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;

namespace {

constexpr double half = 2.5;

template <class F>
Spectrum spectrum_of(const F& f, Index points = 512) {
  const std::vector<double> x = centres({0, 2 * half}, points);
  std::vector<double> samples;
  for (const double at : x) samples.push_back(f(at));
  return sum_of_lines(line_powers(samples, points), points, 2 * half / static_cast<double>(points));
}

bool covers(const std::vector<FrequencyRange>& ranges, double frequency) {
  for (const auto& [low, high] : ranges)
    if (low <= frequency && frequency <= high) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(peaks_lie_around_the_frequencies_of_a_sum) {
  const auto found =
      peaks(spectrum_of([](double x) { return std::sin(80.3 * x) + 2e-3 * std::cos(151.7 * x); }), half, 3e-4);
  BOOST_TEST(found.size() == 2);
  BOOST_TEST(covers(found, 80.3));
  BOOST_TEST(covers(found, 151.7));
}

BOOST_AUTO_TEST_CASE(weak_frequencies_and_nothing_at_all_have_no_peaks) {
  const auto found =
      peaks(spectrum_of([](double x) { return std::sin(80.3 * x) + 1e-4 * std::cos(151.7 * x); }), half, 3e-4);
  BOOST_TEST(!covers(found, 151.7));
  BOOST_TEST(peaks(spectrum_of([](double) { return 0.0; }), half, 3e-4).empty());
  BOOST_TEST(occupied(spectrum_of([](double) { return 0.0; }), half, 3e-4).empty());
}

BOOST_AUTO_TEST_CASE(a_chirp_occupies_all_frequencies_it_runs_through) {
  const auto chirp = [](double x) { return std::sin(60 * x + 10 * x * x); };
  const auto found = occupied(spectrum_of(chirp), half, 3e-4);
  for (const double w : {62.0, 90.0, 120.0, 150.0}) BOOST_TEST(covers(found, w));
  BOOST_TEST(!covers(found, 250.0));
}

BOOST_AUTO_TEST_CASE(a_spectrum_that_reaches_the_sampling_rate_may_be_folded) {
  BOOST_TEST(!may_be_folded(spectrum_of([](double x) { return std::sin(80 * x); }), 3e-4));
  BOOST_TEST(may_be_folded(spectrum_of([](double x) { return std::sin(300 * x); }), 3e-4));
}

BOOST_AUTO_TEST_CASE(free_oscillations_are_the_undamped_roots_of_the_symbol) {
  const auto found = free_oscillations(137.3 * 137.3, 0, 1, half);
  BOOST_TEST(covers(found, 137.3));
  BOOST_TEST(free_oscillations(-4, 0, 1, half).empty());     // exponentials
  BOOST_TEST(free_oscillations(100, 0.5, 1, half).empty());  // damped
  BOOST_TEST(free_oscillations(0, 1, 0, half).empty());
  using namespace std::complex_literals;
  BOOST_TEST(covers(free_oscillations(60i, 2, 0, half), 30));  // 2 u_t + 3 u_x at the frequency 20 of x
}

BOOST_AUTO_TEST_CASE(low_frequencies_belong_to_the_plain_polynomials) {
  const auto lists = bands({{2, 3}, {0, 6}}, half, 30);
  BOOST_TEST(lists.size() == 1);
  BOOST_TEST(lists[0].degree == 30);
}

BOOST_AUTO_TEST_CASE(what_touches_the_plain_polynomials_enlarges_them) {
  const auto lists = bands({{6, 20}, {7, 12}}, half, 30);
  BOOST_TEST(lists.size() == 1);
  BOOST_TEST(lists[0].degree == static_cast<int>(std::ceil(50 + 14 + 3 * std::cbrt(50.0))));
}

BOOST_AUTO_TEST_CASE(near_ranges_become_one_band_and_far_ones_two) {
  const auto near = bands({{100, 101}, {102.5, 103}}, half, 30), far = bands({{100, 101}, {104, 105}}, half, 30);
  BOOST_TEST(near.size() == 2);
  BOOST_TEST(near[1].frequency == 101.5);
  BOOST_TEST(near[1].degree == static_cast<int>(std::ceil(1.5 * half + 13 + 2 * std::cbrt(1.5 * half - 2))));
  BOOST_TEST(far.size() == 3);
  BOOST_TEST(far[2].frequency == 104.5);
}

BOOST_AUTO_TEST_CASE(samples_that_are_no_lines_are_refused) {
  const std::vector<double> samples(10);
  BOOST_TEST(test::failure([&] { line_powers(samples, 4); }).is(Fault::internal, "no lines of 4"));
}
