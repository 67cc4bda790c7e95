// L-BFGS on an evidence.
#include <mercer/optim/lbfgs.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_fit.hpp>

#include <cmath>

namespace mercer::smgp {
namespace {

constexpr double value_tolerance = 1e-6;
constexpr double start_noise = 1e4;  ///< times the least: the first gradients need digits to leave the start

/// Raises the last entry of `point` by factors of ten until the function is finite; gives its value.
double first_finite(const Objective& evidence, double log_most, std::vector<double>& point) {
  std::vector<double> gradient(point.size());
  double value = evidence(point, gradient);
  while (!std::isfinite(value)) {
    require(point.back() < log_most, Fault::numerics,
            "covariance matrices are not positive definite even with a relative noise of {:.2g}", std::exp(log_most));
    point.back() = std::min(log_most, point.back() + std::log(10.0));
    value = evidence(point, gradient);
  }
  return value;
}

}  // namespace

Fit fit(const Objective& evidence, std::span<const BoundedCovariance> covariances, const NoiseBounds& noise,
        Index evaluations) {
  Fit result;
  std::vector<double> lower, upper;
  for (const BoundedCovariance& covariance : covariances) {
    result.point.insert(result.point.end(), covariance.start.theta.begin(), covariance.start.theta.end());
    lower.insert(lower.end(), covariance.lower.begin(), covariance.lower.end());
    upper.insert(upper.end(), covariance.upper.begin(), covariance.upper.end());
  }
  result.point.push_back(std::log(std::min(noise.most, start_noise * noise.least)));
  lower.push_back(std::log(noise.least));
  upper.push_back(std::log(noise.most));
  const double start = first_finite(evidence, upper.back(), result.point);
  const LbfgsOptions options{.value_tolerance = value_tolerance, .evaluations = evaluations, .prefix = "smgp_"};
  const Minimum minimum = minimise(Comm::self(), evidence, result.point, options, {lower, upper});
  result.gain = start - minimum.history.back().value;
  result.evaluations = minimum.history.back().evaluations;
  return result;
}

}  // namespace mercer::smgp
