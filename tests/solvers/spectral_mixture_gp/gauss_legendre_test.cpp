// Nodes and weights against known ones, exactness, and what Gauss quadrature is for.
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/features/gauss_legendre.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/legendre.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;

BOOST_AUTO_TEST_CASE(small_rules_are_the_known_ones) {
  const Quadrature two = gauss_legendre(2), three = gauss_legendre(3), five = gauss_legendre(5);
  BOOST_TEST(std::abs(two.points[1] - 1 / std::sqrt(3)) < 1e-15);
  BOOST_TEST(std::abs(three.points[2] - std::sqrt(0.6)) < 1e-15);
  BOOST_TEST(three.points[1] == 0);
  BOOST_TEST(std::abs(three.weights[1] - 8.0 / 9) < 1e-15);
  BOOST_TEST(std::abs(five.points[4] - 0.9061798459386640) < 1e-15);
  BOOST_TEST(std::abs(five.weights[4] - 0.2369268850561891) < 1e-15);
  BOOST_TEST(gauss_legendre(1).weights[0] == 2);
}

BOOST_AUTO_TEST_CASE(products_of_legendre_polynomials_are_integrated_exactly) {
  for (const Index n : {2, 3, 7, 30, 61, 62, 64, 101, 400, 763}) {
    const Quadrature rule = gauss_legendre(n);
    for (const Matrix& table : legendre_table(rule.points, n)) {
      const Matrix gram = table.transpose() * rule.weights.asDiagonal() * table;
      BOOST_TEST((gram - Matrix::Identity(gram.rows(), gram.cols())).cwiseAbs().maxCoeff() <
                 1e-14 + 2e-16 * static_cast<double>(n));
    }
    BOOST_TEST((rule.points + rule.points.reverse()).cwiseAbs().maxCoeff() == 0);
  }
}

BOOST_AUTO_TEST_CASE(series_and_recurrence_meet_without_a_step) {
  // beyond 60 nodes the inner ones come from the asymptotic series; the integrand tells an error in any of them
  for (const Index n : {61, 128, 1000, 5000}) {
    const Quadrature rule = gauss_legendre(n);
    const double frequency = 0.9 * static_cast<double>(n);
    double sum = 0;
    for (Index i = 0; i < n; ++i) sum += rule.weights[i] * std::cos(frequency * rule.points[i]);
    BOOST_TEST(std::abs(sum - 2 * std::sin(frequency) / frequency) < 1e-14);
    for (Index i = 1; i < n; ++i) BOOST_REQUIRE(rule.points[i] > rule.points[i - 1]);
  }
}

BOOST_AUTO_TEST_CASE(equally_spaced_points_include_the_ends) {
  const Quadrature rule = uniform_points(5);
  BOOST_TEST(rule.points[0] == -1);
  BOOST_TEST(rule.points[3] == 0.5);
  BOOST_TEST(rule.weights.sum() == 2);
  BOOST_TEST(test::failure([] { uniform_points(1); }).is(Fault::internal, "at least two"));
  BOOST_TEST(test::failure([] { gauss_legendre(0); }).is(Fault::internal, "at least one"));
}
