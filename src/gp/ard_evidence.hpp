// The evidence of independent Gaussian processes with the same hyper-parameters at the same points, and its gradient.
#pragma once

#include <mercer/gp/ard_covariance.hpp>
#include <mercer/linalg/cholesky.hpp>

#include <optional>
#include <span>

namespace mercer {

/// K + noise I, factored; where that fails, with the least share of the variance on its diagonal with which it does
/// not.
struct JitteredFactor {
  std::optional<Cholesky> factor;  ///< none where even most_jitter does not help
  double jitter = 0;               ///< share of the variance that was added to the diagonal
};
inline constexpr double least_jitter = 1e-12, most_jitter = 1e-6;

/// `scaled` and `slopes` as in covariance_triangle(); `memory` is worked in where it has the size. Local.
JitteredFactor factor_covariance(Radial family, double variance, double noise, const MatrixView& scaled,
                                 Matrix memory = {}, Matrix* slopes = nullptr);

/// -log p(Y), Y [points, columns], as a function of theta (see ard_covariance.hpp): columns are independent draws of
/// N(0, K + noise I). With A = (K + noise I)^-1 Y, W = columns (K + noise I)^-1 - A A^T and M = W * slopes entrywise,
///   d/dlog length_k = sum_i z_ik^2 (M 1)_i - z_k^T M z_k, z = x / length;
///   d/dlog variance = <W, K> / 2 = (points columns - <A, Y> - noise tr(W)) / 2;  d/dlog noise = noise tr(W) / 2:
/// one symmetric product M [1, z] for all lengths. Takes O(points^3) and two matrices of points x points, which are
/// kept: one evidence a thread. Local.
class ArdEvidence {
 public:
  ArdEvidence(Radial family, Matrix x, Matrix y);

  /// Infinite where the covariance cannot be factored even with most_jitter.
  double operator()(std::span<const double> theta, std::span<double> gradient);
  double jitter() const noexcept { return jitter_; }  ///< of the last call

 private:
  Radial family_;
  Matrix x_, y_;
  Matrix work_, slopes_;     ///< triangles: in turn K, its factor, its inverse, W and M; and the derivative of K
  Matrix weights_, scaled_;  ///< A, and [1, z]
  double jitter_ = 0;
};

}  // namespace mercer
