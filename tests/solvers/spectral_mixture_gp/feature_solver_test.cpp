// Whole solves: accuracy and effort on the table of problems, other conditions and coefficients, honest
// certificates, and independence of the number of ranks.
#include "solvers/spectral_mixture_gp/problems.hpp"
#include "support/failure.hpp"
#include <mercer/base/random.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;
using namespace mercer::smgp;
using test::NamedProblem;

namespace {

constexpr double pi = std::numbers::pi;

FeatureResult solve(const Comm& comm, const Statement& statement) { return solve_features(comm, statement, {}); }

/// A statement of which some ends have other conditions than values.
Statement with_ends(const NamedProblem& problem, const std::vector<std::array<Side::Kind, 2>>& kinds) {
  const Expression exact = Expression::parse(problem.exact, problem.axes);
  std::vector<NamedAxis> axes = test::axes_of(problem, exact);
  for (std::size_t axis = 0; axis < axes.size(); ++axis)
    for (std::size_t end = 0; end < 2; ++end) {
      const Expression slope = exact.derivative(axes[axis].name);
      const bool is_slope = kinds[axis][end] == Side::Kind::derivative;
      axes[axis].ends[end] = {kinds[axis][end], !is_slope ? exact : end == 1 ? slope : -slope};
    }
  const Equation equation = Equation::parse(problem.equation, problem.axes, "u");
  return translate(axes, equation, "f", equation.source_for(exact));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_problem_is_solved_to_its_accuracy_and_certified) {
  const Comm comm;
  for (const NamedProblem& problem : test::problems()) {
    const FeatureResult result = solve(comm, test::statement_of(problem));
    BOOST_TEST_CONTEXT(problem.name) {
      BOOST_TEST(test::error_of(problem, result.solution) <= problem.error);
      BOOST_TEST(result.certificate.certified, result.certificate.reason);
      BOOST_TEST(result.loops <= problem.loops);
      BOOST_TEST(result.newton <= problem.newton);
      BOOST_TEST(result.krylov <= problem.krylov);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_solution_does_not_depend_on_the_number_of_ranks) {
  const Comm comm, alone = Comm::self();
  for (const char* name : {"p2", "p7", "q2", "q4", "heat", "Allen-Cahn, many scales", "Allen-Cahn in 3-D"}) {
    const NamedProblem& problem = test::problem(name);
    const FeatureResult shared = solve(comm, test::statement_of(problem)),
                        own = solve(alone, test::statement_of(problem));
    BOOST_TEST_CONTEXT(name) {
      BOOST_REQUIRE((shared.solution.coefficients().shape() == own.solution.coefficients().shape()));
      Array difference = copy(own.solution.coefficients());
      add(difference, -1, shared.solution.coefficients());
      // sums over nodes are split between ranks; one-dimensional inversion amplifies their rounding
      BOOST_TEST(norm(difference) <= 1e-12 * norm(own.solution.coefficients()) * (problem.axes.size() == 1 ? 10 : 1));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_linear_solve_takes_two_collective_steps) {
  const Comm comm;
  BOOST_TEST(solve(comm, test::statement_of(test::problem("q1"))).collectives == 2);
}

BOOST_AUTO_TEST_CASE(outward_derivatives_may_be_given_on_faces) {
  const Comm comm;
  constexpr auto value = Side::Kind::value, derivative = Side::Kind::derivative;
  const NamedProblem line{"", "u_xx = f", "sin(40*x) + x^2", 1, {"x"}};
  const NamedProblem plane{"", "u_xx + u_yy = f", "sin(40*x)*cos(30*y) + x*y", 1, {"y", "x"}};
  BOOST_TEST(test::error_of(line, solve(comm, with_ends(line, {{derivative, value}})).solution) < 1e-11);
  BOOST_TEST(
      test::error_of(plane, solve(comm, with_ends(plane, {{derivative, derivative}, {value, derivative}})).solution) <
      1e-11);
}

BOOST_AUTO_TEST_CASE(faces_may_be_periodic) {
  const Comm comm;
  constexpr auto value = Side::Kind::value, periodic = Side::Kind::periodic;
  const NamedProblem helmholtz{"", "u_xx - 4*u = f", "sin(60*x) + cos(x)", 2 * pi, {"x"}};
  const NamedProblem carried{"", "u_t + 3*u_x = f", "sin(20*(x - 3*t))", 2 * pi, {"t", "x"}};
  BOOST_TEST(test::error_of(helmholtz, solve(comm, with_ends(helmholtz, {{periodic, periodic}})).solution) < 1e-11);
  BOOST_TEST(test::error_of(
                 carried, solve(comm, with_ends(carried, {{value, Side::Kind::free}, {periodic, periodic}})).solution) <
             1e-11);
}

BOOST_AUTO_TEST_CASE(coefficients_may_vary_and_derivatives_mix) {
  const Comm comm;
  const NamedProblem line{"", "(1 + 0.5*sin(3*x))*u_xx + x*u_x - u = f", "sin(40*x)", 1, {"x"}};
  const NamedProblem plane{
      "", "(2 + x*y)*u_xx + u_yy + 0.5*u_xy + sin(x)*u_y = f", "sin(30*x)*cos(20*y) + x", 1, {"y", "x"}};
  for (const NamedProblem& problem : {line, plane}) {
    const FeatureResult result = solve(comm, test::statement_of(problem));
    BOOST_TEST(test::error_of(problem, result.solution) < 1e-10);
    BOOST_TEST(result.certificate.certified, result.certificate.reason);
  }
}

BOOST_AUTO_TEST_CASE(convection_may_run_along_all_three_axes) {
  const Comm comm;
  const std::vector<std::string> axes{"z", "y", "x"};
  const NamedProblem carried{"", "u_x + 2*u_y + 3*u_z = f", "sin(9*(x + y - z)) + x*y", 1, axes};
  const NamedProblem spread{"", "u_xx + u_yy + u_zz + 5*u_x - 3*u_y + 2*u_z = f", "sin(9*x)*cos(5*y)*z + x", 1, axes};
  for (const NamedProblem& problem : {carried, spread}) {
    const FeatureResult result = solve(comm, test::statement_of(problem));
    BOOST_TEST(test::error_of(problem, result.solution) < 1e-11);
    BOOST_TEST(result.certificate.certified, result.certificate.reason);
  }
}

BOOST_AUTO_TEST_CASE(reactions_may_hold_derivatives) {
  const Comm comm;
  const NamedProblem burgers{"", "u_t + u*u_x - 0.1*u_xx = f", "sin(8*x - t) + 0.2", 1, {"t", "x"}};
  const FeatureResult result = solve(comm, test::statement_of(burgers));
  BOOST_TEST(test::error_of(burgers, result.solution) < 1e-9);
  BOOST_TEST(result.certificate.certified, result.certificate.reason);
}

BOOST_AUTO_TEST_CASE(noise_is_not_certified_and_stops_the_refinement) {
  const Comm comm;
  Statement noisy = test::statement_of(test::problem("p1"));
  noisy.source = [clean = noisy.source](std::span<const std::span<const double>> columns, std::span<double> out) {
    clean(columns, out);
    const Random random(1);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double x = columns[0].size() == 1 ? columns[0][0] : columns[0][i];
      out[i] += 1e-4 * 1e4 * random.normal(static_cast<std::uint64_t>(x * 1e12));
    }
  };
  const FeatureResult result = solve(comm, noisy);
  BOOST_TEST(!result.certificate.certified);
  BOOST_TEST(result.loops == 1);
}

BOOST_AUTO_TEST_CASE(ill_posed_equations_are_not_certified) {
  const Comm comm;
  // Waves with values given at both ends of time: some nearly fit in between, and on a square some do exactly.
  const NamedProblem near{"", "u_tt - 0.25000001*u_xx = f", "sin(20*x)*cos(20*t) + x*t", 1, {"t", "x"}};
  const NamedProblem exact{"", "u_tt - u_xx = f", "sin(20*x)*cos(20*t) + x*t", 1, {"t", "x"}};
  BOOST_TEST(!solve(comm, test::statement_of(near)).certificate.certified);
  BOOST_TEST(test::failure([&] { solve(comm, test::statement_of(exact)); }).is(Fault::numerics, "leave waves free"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_solved_is_refused) {
  const Comm comm;
  constexpr auto derivative = Side::Kind::derivative, free = Side::Kind::free;
  const NamedProblem plane{"", "u_xx + u_yy = f", "cos(3*x) + y", 1, {"y", "x"}};
  BOOST_TEST(test::failure([&] {
               solve(comm, with_ends(plane, {{derivative, derivative}, {derivative, derivative}}));
             }).is(Fault::numerics, "leave a constant free"));
  BOOST_TEST(test::failure([&] {
               solve(comm, with_ends(plane, {{free, free}, {derivative, derivative}}));
             }).is(Fault::config, "conditions"));
  BOOST_TEST(test::failure([&] {
               solve(comm, with_ends({"", "u_xx = f", "log(x)", 1, {"x"}}, {{derivative, derivative}}));
             }).is(Fault::numerics, "not finite"));
}
