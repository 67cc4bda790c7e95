// Warps of outputs: back and forth, slopes, what they find, and moments of what comes back.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/gp/warp.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace mercer;

namespace {

const std::vector<WarpKind> kinds{WarpKind::none, WarpKind::log, WarpKind::box_cox, WarpKind::asinh};

/// Normal numbers through a function, with a missing one.
template <class F>
std::vector<double> sample(std::size_t count, F&& function) {
  const Random random(5);
  std::vector<double> y;
  for (std::size_t i = 0; i < count; ++i) y.push_back(function(random.normal(i)));
  y[3] = std::numeric_limits<double>::quiet_NaN();
  return y;
}

std::vector<double> positive(std::size_t count = 60) {
  return sample(count, [](double z) { return 1e3 * std::exp(0.8 * z); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(warps)

BOOST_AUTO_TEST_CASE(a_warp_standardises_and_goes_back) {
  for (const WarpKind kind : kinds) {
    const std::vector<double> y = positive();
    const Warp warp = fit_warp(kind, y);
    double mean = 0, square = 0;
    for (const double value : y) {
      if (std::isnan(value)) {
        BOOST_TEST(std::isnan(warp.forward(value)));
        continue;
      }
      const double z = warp.forward(value);
      mean += z;
      square += z * z;
      BOOST_TEST(warp.backward(z) == value, boost::test_tools::tolerance(1e-10));
    }
    BOOST_TEST(std::abs(mean) < 1e-10);
    BOOST_TEST(square == static_cast<double>(y.size() - 1), boost::test_tools::tolerance(1e-10));
  }
}

BOOST_AUTO_TEST_CASE(its_slope_is_that_of_differences) {
  for (const WarpKind kind : kinds) {
    const Warp warp = fit_warp(kind, positive());
    for (const double y : {30.0, 700.0, 1e3, 5e4}) {
      const double step = 1e-5 * y, slope = (warp.forward(y + step) - warp.forward(y - step)) / (2 * step);
      BOOST_TEST(std::exp(warp.log_slope(y)) == slope, boost::test_tools::tolerance(1e-8));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_power_of_box_and_cox_is_found) {
  const auto root = sample(4000, [](double z) { return std::pow(5 + z, 2); });
  BOOST_TEST(std::abs(fit_warp(WarpKind::box_cox, root).power - 0.5) < 0.1);
  BOOST_TEST(std::abs(fit_warp(WarpKind::box_cox, positive(4000)).power) < 0.05);
}

BOOST_AUTO_TEST_CASE(the_scale_of_heavy_tails_is_found) {
  const Warp warp = fit_warp(WarpKind::asinh, sample(4000, [](double z) { return 7 + 0.5 * std::sinh(2 * z); }));
  BOOST_TEST(std::abs(warp.shift - 7) < 0.05);
  BOOST_TEST(warp.scale == 0.5, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(moments_come_back_through_the_map) {
  const Warp log = fit_warp(WarpKind::log, positive());
  const double m = std::log(log.scale) + log.mean + 0.3 * log.deviation, s = 0.5 * log.deviation;
  const Moments back = moments_of(log, {0.3, 0.5});
  BOOST_TEST(back.mean == std::exp(m + s * s / 2), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(back.deviation == back.mean * std::sqrt(std::expm1(s * s)), boost::test_tools::tolerance(1e-9));
  const Warp none = fit_warp(WarpKind::none, positive());
  BOOST_TEST(moments_of(none, {2, 0.5}).mean == none.mean + 2 * none.deviation);
  BOOST_TEST(moments_of(none, {2, 0.5}).deviation == 0.5 * none.deviation);
}

BOOST_AUTO_TEST_CASE(a_constant_output_stays_constant) {
  for (const WarpKind kind : kinds) {
    const Warp warp = fit_warp(kind, std::vector<double>(9, 0.1));
    BOOST_TEST(warp.is_constant());
    BOOST_TEST(warp.forward(0.1) == 0);
    BOOST_TEST(warp.backward(0) == 0.1, boost::test_tools::tolerance(1e-15));
  }
}

BOOST_AUTO_TEST_CASE(outputs_that_cannot_be_warped_are_refused) {
  const std::vector<double> y{1, -2, 3}, nothing{std::numeric_limits<double>::quiet_NaN()};
  BOOST_TEST(!is_possible(WarpKind::log, y));
  BOOST_TEST(is_possible(WarpKind::asinh, y));
  BOOST_TEST(test::failure([&] { fit_warp(WarpKind::box_cox, y); }).is(Fault::data, "smallest one is -2"));
  BOOST_TEST(test::failure([&] { fit_warp(WarpKind::none, nothing); }).is(Fault::data, "no values"));
}

BOOST_AUTO_TEST_SUITE_END()
