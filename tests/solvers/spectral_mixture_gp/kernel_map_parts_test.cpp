// The parts of closed-form solutions: gradients, adjoints, bases, spectra.
#include "solvers/spectral_mixture_gp/grid_cases.hpp"
#include <mercer/gp/kernels.hpp>
#include <mercer/optim/derivative_check.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_basis.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_correction.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_evidence.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_line.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_start.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;
using namespace mercer::smgp;

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

/// Raw parameters without symmetries, then the logarithm of a large noise.
std::vector<double> some_point(Index parameters) {
  std::vector<double> point;
  for (Index i = 0; i < parameters; ++i) point.push_back(0.4 * std::sin(1.0 + 2.3 * static_cast<double>(i)));
  point.push_back(std::log(0.02));
  return point;
}

AxisCovariance some_covariance(CovariancePointer covariance) {
  std::vector<double> theta = some_point(covariance->parameter_count());
  theta.pop_back();
  return {covariance, theta};
}

std::vector<double> line(Index points, double length = 1) {
  std::vector<double> x;
  for (Index i = 0; i < points; ++i) x.push_back(length * static_cast<double>(i) / static_cast<double>(points - 1));
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernel_map_parts)

BOOST_AUTO_TEST_CASE(the_evidence_on_a_line_has_its_gradient) {
  const auto gap = [](const smgp::test::GridCase& problem, const CovariancePointer& covariance) {
    LineModel model(problem.problem, covariance);
    const Objective evidence = [&](std::span<const double> point, std::span<double> gradient) {
      return model.evidence(problem.problem.source, point, gradient);
    };
    return gradient_gap(Comm::self(), evidence, some_point(model.parameters()));
  };
  for (const CovariancePointer& covariance : {student_mixture(2), gaussian_mixture(2)}) {
    BOOST_TEST(gap(smgp::test::poisson_1d("sin(3*x)", 2, 9), covariance) < 1e-7);
    smgp::test::GridCase general("2*u_xx - u_x + 3*u = f", "sin(3*x)", 2, 8, {{-1, 2}});
    general.problem.linear = 3;
    general.problem.faces.pop_back();
    BOOST_TEST(gap(general, covariance) < 1e-7);
    BOOST_TEST(gap({"u_x = f", "sin(3*x)", 2, 8, {{.first = 1}}}, covariance) < 1e-7);
  }
}

BOOST_AUTO_TEST_CASE(the_evidence_on_a_rectangle_has_its_gradient) {
  const auto problem = smgp::test::poisson_2d("sin(3*x)*y + x", 2, 7);
  GridEvidence grid(problem.problem, {student_mixture(2), gaussian_mixture(1)});
  const Matrix u = problem.truth(problem.problem.axes);
  const Objective evidence = [&](std::span<const double> point, std::span<double> gradient) {
    return grid(u, point, gradient);
  };
  BOOST_TEST(gradient_gap(Comm::self(), evidence, some_point(grid.size() - 1)) < 1e-7);
}

BOOST_AUTO_TEST_CASE(slopes_make_the_equation_another_one) {
  auto problem = smgp::test::poisson_1d("sin(3*x)", 2, 20).problem;
  LineModel without(problem, gaussian_mixture(1));
  problem.linear = 5;
  LineModel with(problem, gaussian_mixture(1));
  const std::vector<double> theta{0.1, 1.2, 0.4};
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(20), five = Eigen::VectorXd::Constant(20, 5);
  const Eigen::VectorXd data = problem.source;
  const auto by_slopes = without.posterior(theta, 1e-8, five, data),
             by_operator = with.posterior(theta, 1e-8, zero, data);
  BOOST_TEST((without.values(*by_slopes) - with.values(*by_operator)).norm() < 1e-5 * with.values(*by_operator).norm());
}

BOOST_AUTO_TEST_CASE(sylvester_solutions_solve_and_have_adjoints) {
  const Matrix s = Matrix::Random(7, 7), t = Matrix::Random(5, 5), right = Matrix::Random(7, 5);
  const SylvesterInverse inverse(s, t, 4.5);
  const Matrix x = inverse(right);
  BOOST_TEST((s * x + x * t.transpose() + 4.5 * x - right).norm() < 1e-12 * right.norm());
  BOOST_TEST(adjoint_gap(Comm::self(), inverse) < 1e-13);
}

BOOST_AUTO_TEST_CASE(linearised_operators_have_adjoints_and_are_solved) {
  const Matrix s = Matrix::Random(6, 6), t = Matrix::Random(4, 4), slopes = Matrix::Random(9, 8);
  const Matrix p = full_qr(Matrix::Random(9, 6)).q.leftCols(6), q = full_qr(Matrix::Random(8, 4)).q.leftCols(4);
  const LinearisedOperator linearised(s, t, 5, p, q, slopes);
  BOOST_TEST(adjoint_gap(Comm::self(), linearised) < 1e-13);
  const Matrix right = Matrix::Random(6, 4);
  Matrix x;
  const Index steps = solve_by_krylov(linearised, SylvesterInverse(s, t, 5), 1e-12, right, x);
  const Matrix reaction = p.transpose() * slopes.cwiseProduct(p * x * q.transpose()) * q;
  BOOST_TEST((s * x + x * t.transpose() + 5 * x + reaction - right).norm() < 1e-10 * right.norm());
  BOOST_TEST(steps <= 20);
}

BOOST_AUTO_TEST_CASE(bases_carry_values_from_ends_and_are_orthonormal_between) {
  const std::vector<double> x = line(30);
  const AxisCovariance covariance = some_covariance(student_mixture(2));
  for (const std::vector<Index>& ends : {std::vector<Index>{0, 29}, {29}, {}}) {
    const AxisBasis basis = axis_basis(covariance, x, {.second = 1}, ends, 1e-10);
    const auto count = static_cast<Index>(ends.size());
    const Matrix parts = basis.components_at_nodes(), at_ends = basis.values(ends, Eigen::all);
    BOOST_TEST((parts.transpose() * parts - Matrix::Identity(parts.cols(), parts.cols())).norm() < 1e-12);
    Matrix expected = Matrix::Zero(count, basis.functions());
    expected.leftCols(count).setIdentity();
    BOOST_TEST((at_ends - expected).norm() < 1e-6);
    BOOST_TEST((basis_values(basis, covariance, x, x) - basis.values).norm() < 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(derivatives_of_bases_are_those_of_their_continuations) {
  const std::vector<double> x = line(12);
  const AxisCovariance covariance = some_covariance(gaussian_mixture(2));
  const AxisBasis basis = axis_basis(covariance, x, {.first = 2, .second = 0.5}, {0, 11}, 1e-4);
  const double h = 1e-4;
  const auto shifted = [&](double by) {
    std::vector<double> points = x;
    for (double& point : points) point += by;
    return basis_values(basis, covariance, x, points);
  };
  const Matrix left = shifted(-h), middle = shifted(0), right = shifted(h);
  const Matrix expected = (right - left) / h + 0.5 * (left - 2 * middle + right) / (h * h);
  BOOST_TEST((basis.derivatives - expected).norm() < 1e-4 * expected.norm());
}

BOOST_AUTO_TEST_CASE(functions_of_the_basis_have_their_coefficients) {
  const std::vector<double> x = line(15);
  const AxisBasis basis = axis_basis(some_covariance(student_mixture(1)), x, {.second = 1}, {0, 14}, 1e-14);
  const Eigen::VectorXd some = Eigen::VectorXd::Random(basis.functions());
  BOOST_TEST((basis.coefficients(basis.values * some) - some).norm() < 1e-8 * some.norm());
}

BOOST_AUTO_TEST_CASE(frequencies_come_from_the_spectrum_of_the_source) {
  const auto problem = smgp::test::poisson_1d("sin(6*x)*cos(100*x)", two_pi, 400);
  const BoundedCovariance found = covariance_for(problem.problem, 0, {});
  BOOST_REQUIRE(found.start.theta.size() == 9);  // zero and two tones
  const std::span<const double> frequency = std::span<const double>(found.start.theta).last(3);
  BOOST_TEST(frequency[0] == 0);
  BOOST_TEST(std::min(frequency[1], frequency[2]) == 94 / two_pi, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(std::max(frequency[1], frequency[2]) == 106 / two_pi, boost::test_tools::tolerance(1e-3));
  for (std::size_t i = 0; i < 9; ++i)
    BOOST_TEST((found.lower[i] <= found.start.theta[i] && found.start.theta[i] <= found.upper[i]));
}

BOOST_AUTO_TEST_CASE(frequencies_come_from_values_on_faces_where_there_is_no_source) {
  const auto problem = smgp::test::advection("sin(x - 50*y)", 50, 100);
  const BoundedCovariance along_x = covariance_for(problem.problem, 0, {}),
                          along_y = covariance_for(problem.problem, 1, {});
  BOOST_TEST(along_x.start.theta.size() == 3);  // a fraction of a wave is no frequency
  BOOST_REQUIRE(along_y.start.theta.size() == 6);
  BOOST_TEST(along_y.start.theta.back() == 50 / two_pi, boost::test_tools::tolerance(1e-2));
}

BOOST_AUTO_TEST_CASE(only_the_strongest_frequencies_are_kept) {
  const auto problem = smgp::test::poisson_1d("sin(40*x)/1600 + sin(80*x)/64000 + sin(120*x)/14400", two_pi, 300);
  const BoundedCovariance found = covariance_for(problem.problem, 0, {.frequencies = 1});
  BOOST_REQUIRE(found.start.theta.size() == 6);
  BOOST_TEST(found.start.theta.back() == 40 / two_pi, boost::test_tools::tolerance(1e-2));
}

BOOST_AUTO_TEST_SUITE_END()
