// Closed-form solutions: accuracy on equations with known solutions, and what is refused.
#include "solvers/spectral_mixture_gp/grid_cases.hpp"
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;
using namespace mercer::smgp;

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

/// Between the nodes, relative L2.
double error_of(const smgp::test::GridCase& problem, const KernelMap& map) {
  const Index points = problem.problem.dimensions() == 1 ? 601 : 61;
  return problem.error(map.predict(problem.uniform(points)), points);
}

double error_of(const smgp::test::GridCase& problem, const KernelMapOptions& options = {}) {
  return error_of(problem, KernelMap(problem.problem, options));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernel_map)

BOOST_AUTO_TEST_CASE(high_frequencies_on_a_line_are_found_to_six_digits) {
  BOOST_TEST(error_of(smgp::test::poisson_1d("sin(100*x)", two_pi, 400)) < 3e-6);
  BOOST_TEST(error_of(smgp::test::poisson_1d("sin(6*x)*cos(100*x)", two_pi, 400)) < 3e-6);
}

BOOST_AUTO_TEST_CASE(many_scales_on_a_line_are_found_to_six_digits) {
  BOOST_TEST(error_of(smgp::test::poisson_1d("sin(x) + 0.1*sin(20*x) + 0.05*sin(100*x)", 1, 200)) < 1e-6);
}

BOOST_AUTO_TEST_CASE(student_mixtures_do_as_well) {
  const auto problem = smgp::test::poisson_1d("sin(6*x)*cos(30*x)", two_pi, 200);
  BOOST_TEST(error_of(problem, {.search = {.mixture = Mixture::student}}) < 3e-6);
}

BOOST_AUTO_TEST_CASE(reactions_on_a_line_take_few_newton_steps) {
  const auto problem = smgp::test::allen_cahn_1d("sin(40*x)", two_pi, 200);
  const KernelMap map(problem.problem);
  BOOST_TEST(error_of(problem, map) < 3e-6);
  BOOST_TEST(map.outcome().newton_steps <= 16);  // of two rounds
}

BOOST_AUTO_TEST_CASE(first_derivatives_and_lone_u_are_part_of_the_equation) {
  smgp::test::GridCase line("2*u_xx - 3*u_x - 40*u = f", "sin(20*x)*exp(-x)", 2, 150, {{-3, 2}});
  line.problem.linear = -40;
  BOOST_TEST(error_of(line) < 3e-6);
  smgp::test::GridCase plane("2*u_xx - u_x + u_yy + 3*u_y - 4*u = f", "sin(9*x)*cos(20*y)", 1, 60, {{-1, 2}, {3, 1}});
  plane.problem.linear = -4;
  BOOST_TEST(error_of(plane) < 3e-6);
}

BOOST_AUTO_TEST_CASE(sums_of_high_frequencies_on_a_square_are_found_to_six_digits) {
  const auto problem = smgp::test::poisson_2d("sin(6*x)*cos(20*x) + sin(6*y)*cos(20*y)", two_pi, 200);
  const KernelMap map(problem.problem);
  BOOST_TEST(error_of(problem, map) < 1e-6);
  BOOST_TEST(map.outcome().residual < 1e-5);
}

BOOST_AUTO_TEST_CASE(advection_takes_its_values_from_the_faces_of_inflow) {
  BOOST_TEST(error_of(smgp::test::advection("sin(x - 50*y)", 50, 100)) < 3e-6);
  BOOST_TEST(error_of(smgp::test::advection("sin(x + 50*y)", -50, 100)) < 3e-6);
}

BOOST_AUTO_TEST_CASE(heat_flows_forward_from_its_start) {
  const std::string exact = "exp(-y)*sin(30*x) + x*cos(10*y)";
  BOOST_TEST(error_of({"u_y - u_xx = f", exact, 1, 80, {{.second = -1}, {.first = 1}}}) < 3e-6);
  BOOST_TEST(error_of({"u_xx - u_y = f", exact, 1, 80, {{.second = 1}, {.first = -1}}}) < 3e-6);
}

BOOST_AUTO_TEST_CASE(reactions_on_a_square_take_few_newton_and_krylov_steps) {
  const auto problem = smgp::test::allen_cahn_2d("(sin(x) + cos(60*x))*(sin(y) + cos(60*y))", 1, 100);
  const KernelMap map(problem.problem, {.evaluations = 0});
  BOOST_TEST(error_of(problem, map) < 3e-6);
  BOOST_TEST(map.outcome().newton_steps <= 6);
  BOOST_TEST(map.outcome().krylov_steps <= 50);
}

BOOST_AUTO_TEST_CASE(evidence_finds_lengths_that_the_start_does_not_have) {
  const auto line = smgp::test::poisson_1d("sin(50*x)", two_pi, 200);
  MixtureSearch search{.mixture = Mixture::student, .length = 0.1};
  const KernelMap start(line.problem, {.search = search, .evaluations = 0}), found(line.problem, {.search = search});
  BOOST_TEST(found.outcome().evidence_gain > 100);
  BOOST_TEST(error_of(line, found) < 0.02 * error_of(line, start));
  const auto square = smgp::test::poisson_2d("sin(20*(x^2 + y^2))", 1, 60);
  search = {.length = 1};
  BOOST_TEST(error_of(square, {.search = search}) < 0.02 * error_of(square, {.search = search, .evaluations = 0}));
}

BOOST_AUTO_TEST_CASE(values_at_nodes_are_those_of_the_prediction) {
  for (const auto& problem : {smgp::test::poisson_1d("sin(9*x)", 1, 40), smgp::test::poisson_2d("sin(9*x)*y", 1, 30)}) {
    const KernelMap map(problem.problem, {.evaluations = 5});
    const Matrix predicted = map.predict(problem.problem.axes);
    BOOST_TEST((predicted - map.values()).norm() < 1e-7 * map.values().norm());
  }
}

BOOST_AUTO_TEST_CASE(a_problem_without_data_is_zero) {
  for (GridProblem problem :
       {smgp::test::poisson_1d("x", 1, 20).problem, smgp::test::poisson_2d("x*y", 1, 20).problem}) {
    problem.source.setZero();
    for (Face& face : problem.faces) face.values.setZero();
    BOOST_TEST(KernelMap(problem).values().norm() == 0);
  }
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_refused) {
  const auto problem = smgp::test::poisson_1d("sin(9*x)", 1, 20).problem;
  const auto refused = [&](const KernelMapOptions& options, const std::string& text) {
    const mercer::test::Failure failure = mercer::test::failure([&] { KernelMap(problem, options); });
    BOOST_TEST(failure.is(Fault::config, text), failure.text);
  };
  refused({.least_noise = 0}, "bounds of the noise");
  refused({.least_noise = 1e-2, .most_noise = 1e-3}, "bounds of the noise");
  refused({.evaluations = -1}, "evaluations must be zero or more");
  refused({.newton_steps = 0}, "newton_steps one or more");
  refused({.search = {.frequencies = -1}}, "frequencies must be zero or more");
  refused({.search = {.threshold = 1}}, "threshold must be in (0, 1)");
  refused({.search = {.length = 5}}, "lengths must be positive and ascend");
}

BOOST_AUTO_TEST_CASE(faces_must_suffice_and_differ) {
  auto problem = smgp::test::poisson_2d("x*y", 1, 10).problem;
  problem.faces.pop_back();
  const mercer::test::Failure few = mercer::test::failure([&] { KernelMap{problem}; });
  BOOST_TEST(few.is(Fault::config, "on 2 of the faces of axis 1; they are given on 1"), few.text);
  problem.faces.push_back(problem.faces.back());
  const mercer::test::Failure twice = mercer::test::failure([&] { KernelMap{problem}; });
  BOOST_TEST(twice.is(Fault::config, "the face at the begin of axis 1 is given twice"), twice.text);
}

BOOST_AUTO_TEST_CASE(too_few_newton_steps_are_a_failure) {
  for (const auto& problem : {smgp::test::allen_cahn_1d("2*sin(4*x)", two_pi, 60),
                              smgp::test::allen_cahn_2d("2*sin(4*x)*sin(3*y)", two_pi, 40)}) {
    const mercer::test::Failure failure =
        mercer::test::failure([&] { KernelMap(problem.problem, {.evaluations = 0, .newton_steps = 1}); });
    BOOST_TEST(failure.is(Fault::numerics, "not converged after 1 steps"), failure.text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
