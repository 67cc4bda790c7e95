// How well product covariances explain values on a grid.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/adam_joint/axis_kernel.hpp>

#include <span>
#include <vector>

namespace mercer::smgp {

/// Negative log density of grid values under a Gaussian process with the covariance (K_0 + noise k_0(0) I) (x)
/// (K_1 + noise k_1(0) I), at its best scale. As a well-posed equation maps data to u one to one, whatever the
/// covariance, this is, up to a constant and the error of u, also the evidence of source and boundary values. Local;
/// owns its scratch memory.
class GridEvidence {
 public:
  GridEvidence(const GridProblem& problem, const std::vector<CovariancePointer>& covariances);

  Index size() const noexcept;
  /// At `point` = [theta of axis 0, theta of axis 1, log noise], with its gradient. Infinite where a matrix is not
  /// positive definite in double precision.
  double operator()(const Matrix& u, std::span<const double> point, std::span<double> gradient);

 private:
  struct Axis {
    AxisKernel kernel;
    Matrix inverse;
    double variance = 0, log_determinant = 0;
  };
  bool prepare(std::span<const double> point);
  std::vector<Axis> axes_;
};

}  // namespace mercer::smgp
