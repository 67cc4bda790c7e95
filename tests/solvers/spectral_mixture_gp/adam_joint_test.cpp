// The published algorithm: its gradient, and its stored trajectory.
#include "solvers/spectral_mixture_gp/grid_cases.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include <mercer/gp/kernels.hpp>
#include <mercer/optim/derivative_check.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/adam_joint.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

using namespace mercer;
using namespace mercer::smgp;

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

nlohmann::json trace(const std::string& name) {
  const std::string file =
      mercer::test::setting("MERCER_SOURCE") + "/tests/data/spectral_mixture_gp/adam_joint_trace.json";
  return nlohmann::json::parse(mercer::test::read_file(file)).at(name);
}

/// Follows the trace, which has an entry every fifth step, and finds the largest distance from it; errors, which take
/// more time than steps, are compared at every third entry, the last one included.
struct Distance {
  double log_loss = 0, error = 0;
};
Distance follow(const smgp::test::GridCase& problem, AdamJoint& adam, const nlohmann::json& trace, int entries) {
  Distance largest;
  for (int step = 0; step <= 5 * (entries - 1); ++step) {
    const double loss = adam.step();
    if (step % 5 != 0) continue;
    const auto entry = static_cast<std::size_t>(step / 5);
    largest.log_loss = std::max(largest.log_loss, std::abs(std::log(loss) - trace["loss_list"][entry].get<double>()));
    if ((entries - 1 - step / 5) % 3 != 0) continue;
    const double error = problem.error(adam.predict(problem.uniform(300)), 300);
    largest.error = std::max(largest.error, std::abs(error - trace["err_list"][entry].get<double>()));
  }
  return largest;
}

std::vector<AxisCovariance> published(int axes, double frequency) {
  return {static_cast<std::size_t>(axes), published_start(Mixture::student, 30, frequency)};
}

/// Of a small problem, at a point without symmetries.
double gap_of(const smgp::test::GridCase& problem, Mixture mixture) {
  const std::vector<CovariancePointer> covariances(
      problem.problem.axes.size(), mixture == Mixture::student ? student_mixture(2) : gaussian_mixture(2));
  JointObjective objective(problem.problem, covariances, {.jitter = 1e-2, .boundary = 3});
  std::vector<double> point(static_cast<std::size_t>(objective.size()));
  for (std::size_t i = 0; i < point.size(); ++i) point[i] = 0.3 * std::sin(1.0 + 2.3 * static_cast<double>(i));
  const Objective function = [&](std::span<const double> at, std::span<double> gradient) {
    return objective(at, gradient);
  };
  return gradient_gap(Comm::self(), function, point);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(adam_joint)

BOOST_AUTO_TEST_CASE(the_gradient_is_that_of_the_objective) {
  using namespace smgp::test;
  for (const Mixture mixture : {Mixture::student, Mixture::gaussian}) {
    BOOST_TEST(gap_of(poisson_1d("sin(3*x)", 2, 7), mixture) < 1e-7);
    BOOST_TEST(gap_of(allen_cahn_1d("sin(3*x)", 2, 6), mixture) < 1e-7);
    BOOST_TEST(gap_of(allen_cahn_2d("sin(3*x)*y", 2, 5), mixture) < 1e-7);
    BOOST_TEST(gap_of(advection("sin(x - 2*y)", 2, 5), mixture) < 1e-7);
    GridCase general("2*u_xx - u_x + u_yy + 3*u_y - 4*u = f", "x*y", 1, 5, {{-1, 2}, {3, 1}});
    general.problem.linear = -4;
    BOOST_TEST(gap_of(general, mixture) < 1e-7);
  }
}

BOOST_AUTO_TEST_CASE(the_stored_trajectory_in_one_dimension_is_reproduced) {
  const auto problem = smgp::test::poisson_1d("sin(100*x)", two_pi, 400);
  AdamJoint adam(problem.problem, published(1, 20));
  const Distance distance = follow(problem, adam, trace("poisson_1d-single_sin"), 20);
  BOOST_TEST(adam.steps() == 96);
  BOOST_TEST(distance.log_loss <= 1e-8);
  BOOST_TEST(distance.error <= 1e-8);
}

BOOST_AUTO_TEST_CASE(the_stored_trajectory_in_two_dimensions_is_reproduced) {
  const auto problem = smgp::test::poisson_2d("sin(100*x)*sin(100*y)", two_pi, 400);
  AdamJoint adam(problem.problem, published(2, 20));
  const Distance distance = follow(problem, adam, trace("poisson_2d-sin_sin"), 3);
  BOOST_TEST(adam.steps() == 11);
  BOOST_TEST(distance.log_loss <= 1e-4);
  BOOST_TEST(distance.error <= 1e-5);
}

BOOST_AUTO_TEST_CASE(without_frequencies_the_frequencies_stay_zero) {
  const auto problem = smgp::test::poisson_1d("sin(4*x)", 1, 20);
  for (const Mixture mixture : {Mixture::student, Mixture::gaussian}) {
    AdamJoint adam(problem.problem, {published_start(mixture, 3, 0)});
    const double before = adam.step();
    for (int i = 0; i < 20; ++i) adam.step();
    BOOST_TEST(adam.step() < before);
    for (const double frequency : adam.theta(0).last(3)) BOOST_TEST(frequency == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_interpolant_has_the_grid_values) {
  const auto problem = smgp::test::advection("sin(x - 2*y)", 2, 12);
  AdamJoint adam(problem.problem, published(2, 3), {.learning_rate = 0.05, .jitter = 1e-9, .boundary_weight = 500});
  for (int i = 0; i < 30; ++i) adam.step();
  const Matrix interpolant = adam.predict(problem.problem.axes);
  BOOST_TEST((interpolant - adam.values()).norm() < 1e-5 * adam.values().norm());
  BOOST_TEST(adam.log_tau() != adam.log_v());
}

BOOST_AUTO_TEST_CASE(what_is_no_problem_on_a_grid_is_refused) {
  const auto refused = [](auto&& change, const std::string& text) {
    auto problem = smgp::test::poisson_2d("x*y", 1, 5).problem;
    auto start = published(2, 1);
    change(problem, start);
    const mercer::test::Failure failure = mercer::test::failure([&] { AdamJoint(problem, start); });
    BOOST_TEST(failure.is(Fault::config, text), failure.text);
  };
  refused([](auto& p, auto&) { p.axes[1][2] += 0.01; }, "axis 1 must be equally spaced");
  refused([](auto& p, auto&) { p.axes.clear(); }, "one or two axes, not 0");
  refused([](auto& p, auto&) { p.derivatives.pop_back(); }, "2 axes need as many operators, not 1");
  refused([](auto& p, auto&) { p.source.resize(5, 4); }, "5 x 5 values, not 5 x 4");
  refused([](auto& p, auto&) { p.faces[0].values.resize(3); }, "axis 0 needs 5 values, not 3");
  refused([](auto& p, auto&) { p.linear = std::nan(""); }, "coefficients of the equation must be finite");
  refused([](auto&, auto& start) { start[1].theta.pop_back(); }, "one start value for each of its parameters");
  refused([](auto&, auto& start) { start[0] = {matern_half(), {0.0}}; }, "choose a smoother one");
}

BOOST_AUTO_TEST_CASE(an_objective_that_is_not_finite_ends_the_run) {
  const auto problem = smgp::test::poisson_1d("sin(4*x)", 1, 20);
  AdamJoint adam(problem.problem, {published_start(Mixture::gaussian, 1, 0)}, {.jitter = 0});
  const mercer::test::Failure failure = mercer::test::failure([&] { adam.step(); });
  BOOST_TEST(failure.is(Fault::numerics, "not finite after 0 steps"), failure.text);
}

BOOST_AUTO_TEST_SUITE_END()
