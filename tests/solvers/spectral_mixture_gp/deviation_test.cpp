// Deviations from draws against those of dense matrices, for the answer's own nodes.
#include "solvers/spectral_mixture_gp/problems.hpp"
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/features/deviation.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>

using namespace mercer;
using namespace mercer::smgp;
using test::NamedProblem;

namespace {

constexpr int many = 400;  // draws: the deviation is then known to 3.5 %

Matrix kronecker(const Matrix& a, const Matrix& b) {
  Matrix all(a.rows() * b.rows(), a.cols() * b.cols());
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < a.cols(); ++j) all.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
  return all;
}

/// sqrt(diag(G G^T)) for the map G = Z (W^T A)^-1 W^T from values at the nodes to those at the points: columns of A, W
/// and Z are the operator's values at the nodes, the weighted values there and the values at the points of functions
/// that meet homogeneous conditions.
Eigen::VectorXd exact(const Matrix& operator_values, const Matrix& weighted, const Matrix& at_points) {
  const Lu system(transposed_product(weighted, operator_values));
  Matrix map = weighted.transpose();
  for (Index k = 0; k < map.cols(); ++k) system.solve(map.col(k).data());
  return product(at_points, map).rowwise().norm();
}

/// What `exact` takes, of one axis.
struct AxisValues {
  Matrix second, value, weighted, at_points;
  AxisValues(const Space& space, int axis, const std::vector<double>& points) {
    const Basis& basis = space.basis(axis);
    const Matrix& null = space.conditions(axis).null;
    second = product(basis.at_nodes(2), null);
    value = product(basis.at_nodes(0), null);
    weighted = product(basis.weighted(), null);
    at_points = product(basis.at(points, 0).front(), null);
  }
};

double worst_ratio(const Array& drawn, const Eigen::VectorXd& truth) {
  double worst = 0;
  for (Index i = 0; i < truth.size(); ++i) worst = std::max(worst, std::abs(drawn.data()[i] / truth[i] - 1));
  return worst;
}

const std::vector<double> points{0.03, 0.2, 0.35, 0.5, 0.77, 0.98};

}  // namespace

BOOST_AUTO_TEST_CASE(deviations_on_a_line_are_those_of_the_dense_matrices) {
  const Comm comm;
  const Statement whole = test::statement_of({"", "u_xx = f", "sin(40*x)", 1, {"x"}});
  const Statement known = test::sampled(comm, test::statement_of({"", "u_xx = f", "sin(40*x)", 1, {"x"}}), {150});
  for (const Statement* statement : {&whole, &known}) {
    const FeatureResult result = solve_features(comm, *statement, {});
    const AxisValues x(result.solution.space(), 0, points);
    const Eigen::VectorXd truth = 0.3 * exact(x.second, x.weighted, x.at_points);
    BOOST_TEST(worst_ratio(deviation(comm, *statement, result, {points}, {0.3, many, 7}), truth) < 0.2);
    const Array few = deviation(comm, *statement, result, {points}, {.source = 0.3});
    BOOST_TEST(std::abs(norm(few) / truth.norm() - 1) < 0.3);
  }
}

BOOST_AUTO_TEST_CASE(deviations_on_a_plane_are_those_of_the_dense_matrices) {
  const Comm comm;
  const Statement statement = test::statement_of({"", "u_xx + u_yy = f", "sin(3*x)*cos(2*y)", 1, {"y", "x"}});
  const FeatureResult result = solve_features(comm, statement, {.base_degree = 16});
  const AxisValues y(result.solution.space(), 0, points), x(result.solution.space(), 1, points);
  const Eigen::VectorXd truth = exact(kronecker(y.second, x.value) + kronecker(y.value, x.second),
                                      kronecker(y.weighted, x.weighted), kronecker(y.at_points, x.at_points));
  BOOST_TEST(worst_ratio(deviation(comm, statement, result, {points, points}, {1, many, 7}), truth) < 0.2);
}

BOOST_AUTO_TEST_CASE(reactions_are_linearised_at_the_answer) {
  const Comm comm;
  const Statement statement = test::statement_of({"", "u_xx - 50*u^3 = f", "3*sin(12*x)", 1, {"x"}});
  const FeatureResult result = solve_features(comm, statement, {});
  const AxisValues x(result.solution.space(), 0, points);
  Eigen::VectorXd slope(x.value.rows());
  const std::vector<double>& nodes = result.solution.space().basis(0).nodes();
  for (Index i = 0; i < slope.size(); ++i)
    slope[i] = -150 * std::pow(3 * std::sin(12 * nodes[static_cast<std::size_t>(i)]), 2);
  const Eigen::VectorXd linear = exact(x.second, x.weighted, x.at_points);
  const Eigen::VectorXd truth = exact(x.second + slope.asDiagonal() * x.value, x.weighted, x.at_points);
  const Array drawn = deviation(comm, statement, result, {points}, {1, many, 7});
  BOOST_TEST(worst_ratio(drawn, truth) < 0.2);
  BOOST_TEST(worst_ratio(drawn, linear) > 0.5);
}

BOOST_AUTO_TEST_CASE(deviations_do_not_depend_on_the_number_of_ranks) {
  const Comm comm, alone = Comm::self();
  for (const char* name : {"p1", "q2", "Allen-Cahn, many scales"}) {
    const Statement statement = test::statement_of(test::problem(name));
    const Coordinates grid(statement.axes.size(), points);
    const Array shared = deviation(comm, statement, solve_features(comm, statement, {}), grid, {.source = 1});
    Array own = deviation(alone, statement, solve_features(alone, statement, {}), grid, {.source = 1});
    const double size = norm(own);
    add(own, -1, shared);
    BOOST_TEST(norm(own) < 1e-5 * size);  // that of Krylov solves
  }
}

BOOST_AUTO_TEST_CASE(the_residual_tells_how_well_the_source_is_known) {
  const Comm comm;
  const NamedProblem& problem = test::problem("p1");
  const Statement statement = test::statement_of(problem);
  const FeatureResult result = solve_features(comm, statement, {});
  std::vector<double> line;
  for (int i = 0; i < 200; ++i) line.push_back(problem.length * i / 199);
  const Array bound = deviation(comm, statement, result, {line}, {.source = source_deviation(result.certificate)});
  double size = 0, error = 0;
  const Array values = result.solution({line});
  for (std::size_t i = 0; i < line.size(); ++i) {
    size = std::max(size, bound.data()[i]);
    error = std::max(error, std::abs(values.data()[i] - std::sin(100 * line[i])));
  }
  BOOST_TEST(size < 1e-8);
  BOOST_TEST(error < 10 * size);
  BOOST_TEST(test::failure([&] {
               deviation(comm, statement, result, {line}, {.draws = 0});
             }).is(Fault::internal, "at least one draw"));
}
