// Spectra and features of covariances on the line: their cosine transforms give the covariance back.
#include "gp/cases.hpp"
#include "support/failure.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

using namespace mercer;
using namespace mercer::test;

namespace {

constexpr double turn = 2 * std::numbers::pi;

/// Integral of S(f) cos(2 pi f t) over |f| < reach by the trapezoidal rule, whose only other error is k(1 / step - t)
/// and its like.
double cosine_transform(const Case& one, double t, double step, double reach) {
  std::vector<double> frequencies;
  for (double f = -reach; f <= reach; f += step) frequencies.push_back(f);
  std::vector<double> density(frequencies.size());
  one.covariance->spectrum(one.theta, frequencies, density);
  double sum = 0;
  for (std::size_t i = 0; i < density.size(); ++i) sum += density[i] * std::cos(turn * frequencies[i] * t);
  return sum * step;
}

/// Integral of S over the whole line by the trapezoidal rule in u, f = sinh(u).
double total(const Case& one) {
  std::vector<double> frequencies, weights;
  for (double u = -30; u <= 30; u += 0.02) {
    frequencies.push_back(std::sinh(u));
    weights.push_back(std::cosh(u) * 0.02);
  }
  std::vector<double> density(frequencies.size());
  one.covariance->spectrum(one.theta, frequencies, density);
  return std::inner_product(density.begin(), density.end(), weights.begin(), 0.0);
}

double from_features(const Features& features, double t) {
  double sum = 0;
  for (std::size_t j = 0; j < features.weights.size(); ++j)
    sum += features.weights[j] * std::cos(turn * features.frequencies[j] * t);
  return sum;
}

/// Largest error of the features for |t| < 1, relative to k(0).
double feature_error(const Case& one, Index count) {
  const Features features = one.covariance->features(one.theta, count);
  double error = 0;
  for (double t = -1; t <= 1; t += 0.05)
    error = std::max(error, std::abs(from_features(features, t) - one.covariance->value(one.theta, t)));
  return error / one.covariance->value(one.theta, 0);
}

bool has_density(const Case& one) { return one.name != "periodic"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(spectrum)

BOOST_AUTO_TEST_CASE(the_integral_of_the_spectrum_is_the_variance) {
  for (const Case& one : cases())
    if (has_density(one))
      BOOST_TEST(total(one) == one.covariance->value(one.theta, 0), boost::test_tools::tolerance(1e-11));
}

BOOST_AUTO_TEST_CASE(the_cosine_transform_of_the_spectrum_is_the_covariance) {
  for (const Case& one : cases()) {
    if (!has_density(one)) continue;
    // The tail beyond the reach: 1 / (2 pi^2 reach^2 t) for Matern-1/2, far less for the others.
    const double reach = one.covariance->smoothness() == 0 ? 1000 : 200;
    for (const double t : {-0.7, 0.3, 1.1}) {
      const double error = std::abs(cosine_transform(one, t, 0.025, reach) - one.covariance->value(one.theta, t));
      BOOST_TEST(error < 1e-6, one.name << ", distance " << t << ": " << error);
    }
  }
}

BOOST_AUTO_TEST_CASE(weights_of_features_are_positive_and_sum_to_the_variance) {
  for (const Case& one : cases()) {
    const Features features = one.covariance->features(one.theta, 30);
    BOOST_TEST(features.weights.size() == features.frequencies.size());
    double sum = 0;
    for (const double weight : features.weights) {
      BOOST_TEST(weight > 0);
      sum += weight;
    }
    BOOST_TEST(sum == one.covariance->value(one.theta, 0), boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(features_of_spectra_with_light_tails_converge_fast) {
  for (const Case& one : cases())
    if (one.name == "gaussian mixture" || one.name == "squared exponential" || one.name == "scaled" ||
        one.name == "periodic") {
      const double error = feature_error(one, 30);
      BOOST_TEST(error < 1e-12, one.name << ": " << error);
    }
}

BOOST_AUTO_TEST_CASE(features_of_spectra_with_heavy_tails_converge_slowly) {
  for (const Case& one : cases())
    if (one.name.starts_with("matern") || one.name == "student mixture") {
      const double coarse = feature_error(one, 25), fine = feature_error(one, 200);
      const double bound = one.covariance->smoothness() == 0 ? 3e-2 : one.covariance->smoothness() == 2 ? 1e-4 : 1e-6;
      BOOST_TEST(fine < bound, one.name << ": " << fine);
      BOOST_TEST(fine < coarse / 5, one.name << ": " << coarse << " to " << fine);
    }
}

BOOST_AUTO_TEST_CASE(lines_of_a_smooth_periodic_covariance_do_not_overflow) {
  for (const double length : {1e-3, 1e-2, 1.0, 1e3}) {
    const std::vector<double> theta{0, std::log(length)};
    const Features features = periodic()->features(theta, 10000);
    for (const double t : {0.0, 0.1 * std::min(length, 1.0), 0.5})
      BOOST_TEST(std::abs(from_features(features, t) - periodic()->value(theta, t)) < 1e-11, "length " << length);
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_density_and_what_does_not_fit_is_refused) {
  const std::vector<double> theta{0, 0}, one{1.0};
  std::vector<double> density(1), two(2);
  BOOST_CHECK_EXCEPTION(periodic()->spectrum(theta, one, density), Error, failure(Fault::unavailable, "lines"));
  BOOST_CHECK_EXCEPTION(matern_half()->spectrum(std::span(theta).first(1), one, two), Error,
                        failure(Fault::internal, "1 frequencies have 2"));
  BOOST_CHECK_EXCEPTION(periodic()->features(theta, 0), Error, failure(Fault::config, "one frequency or more, not 0"));
}

BOOST_AUTO_TEST_SUITE_END()
