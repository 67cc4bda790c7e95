// Gauss rules integrate polynomials up to their degree.
#include "support/failure.hpp"
#include <mercer/gp/quadrature.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;

namespace {

double moment(const GaussRule& rule, int power) {
  double sum = 0;
  for (std::size_t j = 0; j < rule.nodes.size(); ++j) sum += rule.weights[j] * std::pow(rule.nodes[j], power);
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quadrature)

BOOST_AUTO_TEST_CASE(legendre_is_exact_for_polynomials_up_to_its_degree) {
  for (const Index count : {1, 2, 3, 7, 16, 41})
    for (int power = 0; power < 2 * count; ++power)
      BOOST_TEST(std::abs(moment(gauss_legendre(count), power) - (power % 2 == 0 ? 2.0 / (power + 1) : 0)) < 1e-14,
                 count << " nodes, power " << power);
}

BOOST_AUTO_TEST_CASE(hermite_is_exact_for_polynomials_up_to_its_degree) {
  for (const Index count : {1, 2, 3, 7, 16})
    for (int power = 0; power < 2 * count; power += 2) {
      const double exact = std::tgamma((power + 1) / 2.0);
      // Weights far out are as exact as eigenvectors: to rounding of the largest weight, not of their own.
      BOOST_TEST(moment(gauss_hermite(count), power) == exact, boost::test_tools::tolerance(1e-11));
      BOOST_TEST(std::abs(moment(gauss_hermite(count), power + 1)) < 1e-12 * std::tgamma((power + 2) / 2.0));
    }
}

BOOST_AUTO_TEST_CASE(a_rule_without_nodes_is_refused) {
  BOOST_CHECK_EXCEPTION(gauss_legendre(0), Error, failure(Fault::internal, "one node or more, not 0"));
  BOOST_CHECK_EXCEPTION(gauss_hermite(-1), Error, failure(Fault::internal, "one node or more, not -1"));
}

BOOST_AUTO_TEST_SUITE_END()
