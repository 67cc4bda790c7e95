// Minima in boxes: free and bounded ones, many active bounds, reasons to stop, values that are not finite.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/optim/boxed_bfgs.hpp>

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace mercer;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double rosenbrock(std::span<const double> x, std::span<double> g) {
  const double bend = x[1] - x[0] * x[0], rest = 1 - x[0];
  g[0] = -400 * x[0] * bend - 2 * rest;
  g[1] = 200 * bend;
  return 100 * bend * bend + rest * rest;
}

struct Run {
  std::vector<double> point;
  Minimum minimum;
  Index evaluations() const { return minimum.history.back().evaluations; }
  double value() const { return minimum.history.back().value; }
};

Run run(const Objective& objective, std::vector<double> start, std::vector<double> lower, std::vector<double> upper,
        BoxedBfgsOptions options = {.gradient_tolerance = 1e-9, .value_tolerance = 1e-15}) {
  Run result{std::move(start), {}};
  result.minimum = minimise_in_box(objective, result.point, {lower, upper}, options);
  return result;
}

Run run_free(const Objective& objective, std::vector<double> start, BoxedBfgsOptions options) {
  const std::size_t n = start.size();
  return run(objective, std::move(start), std::vector<double>(n, -infinity), std::vector<double>(n, infinity), options);
}

/// A quadratic function with eigenvalues from 1 to 1000 whose free minimum lies outside the box in half of the
/// unknowns.
class Bowl {
 public:
  explicit Bowl(Index n) : hessian_(n, n), centre_(n) {
    const Random random(11);
    Eigen::MatrixXd mix(n, n);
    for (Index i = 0; i < mix.size(); ++i) mix.data()[i] = 0.1 * random.normal(static_cast<std::uint64_t>(i));
    for (Index i = 0; i < n; ++i) centre_[i] = i % 2 == 0 ? 3 : 0.5;
    Eigen::VectorXd scale(n);
    for (Index i = 0; i < n; ++i) scale[i] = std::pow(1000.0, static_cast<double>(i) / static_cast<double>(n - 1));
    mix += Eigen::MatrixXd::Identity(n, n);
    hessian_ = mix.transpose() * scale.asDiagonal() * mix;
  }
  double operator()(std::span<const double> x, std::span<double> g) const {
    const Index n = centre_.size();
    const Eigen::VectorXd away = Eigen::Map<const Eigen::VectorXd>(x.data(), n) - centre_;
    Eigen::Map<Eigen::VectorXd>(g.data(), n) = hessian_ * away;
    return 0.5 * away.dot(hessian_ * away);
  }

 private:
  Eigen::MatrixXd hessian_;
  Eigen::VectorXd centre_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(boxed_bfgs)

BOOST_AUTO_TEST_CASE(a_curved_valley_is_followed_to_its_end) {
  const Run found = run_free(rosenbrock, {-1.2, 1}, {.gradient_tolerance = 1e-9, .value_tolerance = 1e-15});
  BOOST_TEST(found.minimum.converged());
  BOOST_TEST(std::abs(found.point[0] - 1) < 1e-8);
  BOOST_TEST(std::abs(found.point[1] - 1) < 1e-8);
  BOOST_TEST(found.evaluations() < 60);
}

BOOST_AUTO_TEST_CASE(values_fall_from_each_point_to_the_next) {
  const Run found = run_free(rosenbrock, {-1.2, 1}, {});
  for (std::size_t i = 1; i < found.minimum.history.size(); ++i)
    BOOST_TEST(found.minimum.history[i].value < found.minimum.history[i - 1].value);
}

BOOST_AUTO_TEST_CASE(a_minimum_on_bounds_meets_the_conditions_of_karush_kuhn_and_tucker) {
  constexpr std::size_t n = 20;
  const Bowl bowl(n);
  const Run found = run(bowl, std::vector<double>(n, 0.0), std::vector<double>(n, -1), std::vector<double>(n, 1));
  BOOST_TEST(found.minimum.converged());
  std::vector<double> gradient(n);
  bowl(found.point, gradient);
  std::size_t active = 0;
  for (std::size_t i = 0; i < n; ++i) {
    BOOST_TEST(std::abs(found.point[i]) <= 1);
    if (std::abs(found.point[i]) == 1) {
      ++active;
      BOOST_TEST(gradient[i] * found.point[i] <= 0);
    } else {
      BOOST_TEST(std::abs(gradient[i]) < 1e-5);
    }
  }
  BOOST_TEST(active >= n / 3);
  BOOST_TEST(found.evaluations() < 80);
}

BOOST_AUTO_TEST_CASE(equal_bounds_hold_an_unknown_and_a_start_outside_is_moved_in) {
  const Run found = run(rosenbrock, {-7, 9}, {-2, 2}, {2, 2});
  BOOST_TEST(found.minimum.converged());
  BOOST_TEST(found.point[1] == 2);
  BOOST_TEST(std::abs(std::abs(found.point[0]) - std::sqrt(2)) < 0.02);
  const Run held = run(rosenbrock, {0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5});
  BOOST_TEST(held.minimum.converged());
  BOOST_TEST(held.evaluations() == 1);
}

BOOST_AUTO_TEST_CASE(a_region_without_values_is_kept_out_of) {
  const Objective objective = [](std::span<const double> x, std::span<double> g) {
    g[0] = 1 - 1e-3 / x[0];
    return x[0] <= 0 ? std::numeric_limits<double>::quiet_NaN() : x[0] - 1e-3 * std::log(x[0]);
  };
  const Run found = run_free(objective, {1.0}, {.gradient_tolerance = 1e-6, .value_tolerance = 1e-15});
  BOOST_TEST(found.minimum.converged());
  BOOST_TEST(std::abs(found.point[0] - 1e-3) < 1e-8);
}

BOOST_AUTO_TEST_CASE(the_reason_to_stop_is_said) {
  BOOST_TEST((run_free(rosenbrock, {-1.2, 1}, {.iterations = 3}).minimum.stop == Stop::iterations));
  BOOST_TEST((run_free(rosenbrock, {-1.2, 1}, {.evaluations = 5}).minimum.stop == Stop::evaluations));
  BOOST_TEST((run_free(rosenbrock, {-1.2, 1}, {.gradient_tolerance = 0, .value_tolerance = 1e-3}).minimum.stop ==
              Stop::value));
  const Objective wrong = [](std::span<const double> x, std::span<double> g) {
    g[0] = -2 * x[0];
    return x[0] * x[0];
  };
  BOOST_TEST((run_free(wrong, {1.0}, {}).minimum.stop == Stop::stalled));
  const Objective cliff = [](std::span<const double> x, std::span<double> g) {
    g[0] = -1;
    return x[0] == 1 ? 0 : infinity;
  };
  const Run stuck = run_free(cliff, {1.0}, {});
  BOOST_TEST((stuck.minimum.stop == Stop::not_finite));
  BOOST_TEST(stuck.point[0] == 1);
}

BOOST_AUTO_TEST_CASE(no_trial_is_longer_than_allowed) {
  double before = 0, longest = 0;
  const Objective objective = [&](std::span<const double> x, std::span<double> g) {
    longest = std::max(longest, std::abs(x[0] - before));
    before = x[0];
    g[0] = -1e-3;
    return -1e-3 * x[0];
  };
  const Run found = run(objective, {0.0}, {-100}, {100}, {.gradient_tolerance = 1e-9, .value_tolerance = 1e-15});
  BOOST_TEST(found.point[0] == 100);
  BOOST_TEST(longest <= 2);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_minimised_is_refused) {
  const Objective nothing = [](std::span<const double>, std::span<double> g) { return g[0] = infinity; };
  BOOST_TEST(test::failure([&] { run(nothing, {0.0}, {-1}, {1}); }).is(Fault::numerics, "not finite at the start"));
  BOOST_TEST(test::failure([&] { run(rosenbrock, {0, 0}, {-1, 1}, {1, -1}); }).is(Fault::config, "unknown 1"));
  BOOST_TEST(test::failure([&] { run(rosenbrock, {0, 0}, {-1}, {1}); }).is(Fault::internal, "2 unknowns"));
}

BOOST_AUTO_TEST_SUITE_END()
