// Covariances of random fields in one to three dimensions that depend on distance, and their spectra.
#pragma once

#include <mercer/base/tensor.hpp>

#include <array>
#include <span>
#include <string>
#include <vector>

namespace mercer {

enum class FieldFamily {
  matern,  ///< `smoothness` nu: variance 2^(1-nu) / Gamma(nu) z^nu K_nu(z), z = sqrt(2 nu) |(x - x') / length|
  squared_exponential,  ///< variance exp(-|(x - x') / length|^2 / 2)
  inverse_laplacian,    ///< the kernel of scale (shift^2 - Laplacian)^-power: of matern with nu = power - d / 2
};

struct FieldCovarianceOptions {
  FieldFamily family = FieldFamily::matern;
  double variance = 1;
  std::vector<double> length = {0.2};
  double smoothness = 1.5;
  double scale = 1, shift = 3, power = 2;
};

/// One of the families in a given number of dimensions; stationary. Local.
class FieldCovariance {
 public:
  /// Throws Fault::config where there is not one length or one an axis.
  FieldCovariance(const FieldCovarianceOptions& options, int dimensions);

  /// Whether there is a variance at a point, so that the field has values: an inverse_laplacian has one where power > d
  /// / 2.
  bool has_variance() const noexcept { return family_ == FieldFamily::squared_exponential || smoothness_ > 0; }
  /// k(x - x') for a difference along each axis; throws Fault::config without a variance.
  double value(std::span<const double> difference) const;
  /// S(omega), radians per unit along each axis: k(t) = (2 pi)^-d integral of S(omega) cos(<omega, t>) over R^d, so
  /// that S is the eigenvalue of modes of that frequency in a periodic box.
  double density(std::span<const double> frequency) const;

 private:
  FieldFamily family_;
  int dimensions_;
  std::array<double, 3> length_{};
  double smoothness_ = 0;
  double variance_ = 0;
  double log_density_ = 0;  ///< at frequency zero
};

}  // namespace mercer
