#include <mercer/gp/field_covariance.hpp>

#include <cmath>
#include <numbers>

namespace mercer {
namespace {

/// Half of the exponent of (2 nu + |omega length|^2): of S for matern.
double spectral_power(double smoothness, int dimensions) { return smoothness + 0.5 * dimensions; }

/// log of S(0) / (variance * product of lengths).
double log_matern_density(double smoothness, int dimensions) {
  return 0.5 * dimensions * std::log(4 * std::numbers::pi) + std::lgamma(spectral_power(smoothness, dimensions)) -
         std::lgamma(smoothness) - 0.5 * dimensions * std::log(2 * smoothness);
}

/// z^nu K_nu(z) 2^(1-nu) / Gamma(nu), 1 at zero. The first three half-integers are elementary.
double matern(double nu, double z) {
  if (z == 0) return 1;
  if (z > 600) return 0;  // below 1e-250
  if (nu == 0.5) return std::exp(-z);
  if (nu == 1.5) return (1 + z) * std::exp(-z);
  if (nu == 2.5) return (1 + z + z * z / 3) * std::exp(-z);
  return std::exp((1 - nu) * std::numbers::ln2 - std::lgamma(nu) + nu * std::log(z)) * std::cyl_bessel_k(nu, z);
}

}  // namespace

FieldCovariance::FieldCovariance(const FieldCovarianceOptions& options, int dimensions)
    : family_(options.family), dimensions_(dimensions), smoothness_(options.smoothness), variance_(options.variance) {
  if (family_ == FieldFamily::inverse_laplacian) {
    // The same as matern with 2 nu / length^2 = shift^2, where nu is positive.
    smoothness_ = options.power - 0.5 * dimensions;
    log_density_ = std::log(options.scale) - 2 * options.power * std::log(options.shift);
    length_.fill((has_variance() ? std::sqrt(2 * smoothness_) : 1) / options.shift);
    if (has_variance())
      variance_ =
          std::exp(log_density_ - log_matern_density(smoothness_, dimensions) - dimensions * std::log(length_[0]));
    return;
  }
  const std::size_t given = options.length.size(), axes = static_cast<std::size_t>(dimensions);
  require(given == 1 || given == axes, Fault::config,
          "one length of the covariance was expected, or one for each of {} axes; got {}", dimensions, given);
  log_density_ = std::log(variance_);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    length_[axis] = options.length[given == 1 ? 0 : axis];
    log_density_ += std::log(length_[axis]);
  }
  log_density_ += family_ == FieldFamily::matern ? log_matern_density(smoothness_, dimensions)
                                                 : 0.5 * dimensions * std::log(2 * std::numbers::pi);
}

double FieldCovariance::value(std::span<const double> difference) const {
  require(has_variance(), Fault::config,
          "a field with `power` of at most half the number of dimensions ({}) has no values at points; raise it",
          dimensions_);
  double square = 0;
  for (std::size_t axis = 0; axis < difference.size(); ++axis) {
    const double scaled = difference[axis] / length_[axis];
    square += scaled * scaled;
  }
  if (family_ == FieldFamily::squared_exponential) return variance_ * std::exp(-square / 2);
  return variance_ * matern(smoothness_, std::sqrt(2 * smoothness_ * square));
}

double FieldCovariance::density(std::span<const double> frequency) const {
  double square = 0;
  for (std::size_t axis = 0; axis < frequency.size(); ++axis) {
    const double scaled = frequency[axis] * length_[axis];
    square += scaled * scaled;
  }
  if (family_ == FieldFamily::squared_exponential) return std::exp(log_density_ - square / 2);
  const double part = has_variance() ? square / (2 * smoothness_) : square;
  return std::exp(log_density_ - spectral_power(smoothness_, dimensions_) * std::log1p(part));
}

}  // namespace mercer
