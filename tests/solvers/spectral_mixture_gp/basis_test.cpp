// Features as series, and the orthonormal functions that span them.
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/features/basis.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;

namespace {

const std::vector<Band> two_bands{{0, 12}, {37, 9}, {55.5, 6}};
const Interval interval{0.5, 3};

double legendre_polynomial(int k, double t) {
  double before = 1, here = t;
  if (k == 0) return 1;
  for (int i = 1; i < k; ++i) before = std::exchange(here, ((2 * i + 1) * t * here - i * before) / (i + 1));
  return here;
}

const std::vector<double> somewhere{0.5, 0.71, 1.3, 1.75, 2.2, 2.93, 3};

}  // namespace

BOOST_AUTO_TEST_CASE(spherical_bessel_functions_are_the_known_ones) {
  for (const double x : {0.01, 0.5, 3.0, 25.0, 628.3}) {
    const Eigen::VectorXd j = spherical_bessel(x, 40);
    BOOST_TEST(std::abs(j[0] - std::sin(x) / x) < 1e-15);
    for (const unsigned k : {1u, 2u, 7u, 19u, 39u}) {
      const double exact = std::sph_bessel(k, x);
      BOOST_TEST(std::abs(j[k] - exact) < 1e-12 * std::abs(exact) + 1e-14);
    }
  }
}

BOOST_AUTO_TEST_CASE(feature_series_are_the_features) {
  const Band band{37, 9};
  const Index degrees = degrees_for(std::vector{band}, interval.half());
  const Parities series = feature_series(band, interval.half(), degrees);
  for (const double x : somewhere) {
    const double t = interval.local(x), phase = band.frequency * interval.half() * t;
    const Parities table = legendre_table(Eigen::VectorXd::Constant(1, t), degrees);
    for (int k = 0; k <= band.degree; ++k) {
      const double p = legendre_polynomial(k, t);
      const bool is_odd = k % 2 == 1;
      BOOST_TEST(std::abs((table[is_odd] * series[is_odd].col(k))(0, 0) - p * std::cos(phase)) < 1e-13);
      BOOST_TEST(std::abs((table[!is_odd] * series[!is_odd].col(k))(0, 0) - p * std::sin(phase)) < 1e-13);
    }
  }
}

BOOST_AUTO_TEST_CASE(basis_functions_are_orthonormal) {
  const Basis basis(interval, two_bands);
  BOOST_TEST(basis.size() == feature_count(two_bands));
  const Matrix gram = basis.weighted().transpose() * basis.at_nodes(0);
  BOOST_TEST((gram - Matrix::Identity(basis.size(), basis.size())).cwiseAbs().maxCoeff() < 1e-13);
  BOOST_TEST((basis.moments(0) - Matrix::Identity(basis.size(), basis.size())).cwiseAbs().maxCoeff() < 1e-13);
}

BOOST_AUTO_TEST_CASE(exact_moments_of_derivatives_agree_with_quadrature) {
  const Basis basis(interval, two_bands);
  for (const int order : {1, 2}) {
    const Matrix quadrature = basis.weighted().transpose() * basis.at_nodes(order);
    BOOST_TEST((basis.moments(order) - quadrature).norm() < 1e-11 * quadrature.norm());
  }
}

BOOST_AUTO_TEST_CASE(derivatives_are_those_of_the_values) {
  const Basis basis(interval, two_bands);
  const double step = 1e-5;
  for (const double x : {0.9, 1.75, 2.6}) {
    const std::vector<double> around{x - step, x, x + step};
    const std::vector<Matrix> at = basis.at(around, 2);
    const Matrix slope = (at[0].row(2) - at[0].row(0)) / (2 * step);
    const Matrix curvature = (at[1].row(2) - at[1].row(0)) / (2 * step);
    BOOST_TEST((at[1].row(1) - slope).norm() < 1e-6 * at[1].row(1).norm());
    BOOST_TEST((at[2].row(1) - curvature).norm() < 1e-6 * at[2].row(1).norm());
  }
}

BOOST_AUTO_TEST_CASE(the_first_functions_are_even_and_the_others_odd) {
  const Basis basis(interval, two_bands);
  const std::vector<double> mirrored{interval.global(-0.37), interval.global(0.37)};
  const Matrix values = basis.at(mirrored, 0).front();
  for (Index k = 0; k < basis.size(); ++k)
    BOOST_TEST(std::abs(values(0, k) - (k < basis.even() ? 1 : -1) * values(1, k)) < 1e-13);
}

BOOST_AUTO_TEST_CASE(the_span_holds_functions_of_its_bands_and_their_derivatives) {
  const Basis basis(interval, two_bands);
  const auto f = [](double x) { return x * x * std::sin(37.4 * x) + std::cos(55 * x) - x; };
  Eigen::VectorXd at_nodes(basis.node_count());
  for (Index i = 0; i < at_nodes.size(); ++i) at_nodes[i] = f(basis.nodes()[static_cast<std::size_t>(i)]);
  const Eigen::VectorXd c = basis.weighted().transpose() * at_nodes;
  const Eigen::VectorXd values = basis.combined_at(somewhere, c, 0), slopes = basis.combined_at(somewhere, c, 1);
  for (std::size_t i = 0; i < somewhere.size(); ++i) {
    const double x = somewhere[i];
    const double slope = 2 * x * std::sin(37.4 * x) + 37.4 * x * x * std::cos(37.4 * x) - 55 * std::sin(55 * x) - 1;
    BOOST_TEST(std::abs(values[static_cast<Index>(i)] - f(x)) < 1e-5);  // degree 9 and 6 hold the offsets 0.4 and 0.5
    BOOST_TEST(std::abs(slopes[static_cast<Index>(i)] - slope) < 1e-3);
    BOOST_TEST(std::abs((basis.at(somewhere, 1)[1] * c)[static_cast<Index>(i)] - slopes[static_cast<Index>(i)]) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(dependent_features_are_left_out) {
  const std::vector<Band> same{{0, 40}, {3, 20}};  // all of the band lies within the polynomials
  const Basis basis({-1, 1}, same);
  BOOST_TEST(basis.size() < feature_count(same));
  BOOST_TEST(basis.size() >= 41);
}

BOOST_AUTO_TEST_CASE(on_samples_the_functions_are_orthonormal_in_the_mean) {
  const Basis basis(interval, two_bands, uniform_points(120));
  const Matrix gram = basis.weighted().transpose() * basis.at_nodes(0);
  BOOST_TEST((gram - Matrix::Identity(gram.rows(), gram.cols())).cwiseAbs().maxCoeff() < 1e-12);
  BOOST_TEST(basis.nodes().front() == 0.5);
  BOOST_TEST(basis.nodes().back() == 3);
}

BOOST_AUTO_TEST_CASE(bands_without_plain_polynomials_first_are_refused) {
  BOOST_TEST(test::failure([] { Basis(interval, {{37, 9}}); }).is(Fault::internal, "plain polynomials"));
}
