// The negative log joint density of grid values, covariance parameters and precisions, with its gradient.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/adam_joint/axis_kernel.hpp>

#include <array>
#include <vector>

namespace mercer::smgp {

/// Fang et al. (arXiv 2311.04465), eq. 8, as in their published code:
///   sum_d N / (2 n_d) log|K_d| + 1/2 <U, K_0^-1 U K_1^-1>
///   + boundary_weight (tau/2 |u - g|^2 - n_b/2 log tau) + v/2 |A u - f|^2 - N/2 log v,
/// with N grid values U, K_d = k_d + jitter I, and A u with derivatives D_d K_d^-1 of the interpolant. The point is
/// [U column by column, log tau, log v, theta of axis 0, theta of axis 1]. Local; owns its scratch memory, so not to be
/// used by two threads at once.
class JointObjective {
 public:
  struct Weights {
    double jitter = 1e-6;
    double boundary = 200;
  };

  /// One covariance an axis. Throws Fault::config for problems that do not fit.
  JointObjective(GridProblem problem, const std::vector<CovariancePointer>& covariances, const Weights& weights);

  const GridProblem& problem() const noexcept { return problem_; }
  Index size() const noexcept;
  Index precisions_begin() const noexcept { return problem_.source.size(); }  ///< where log tau is in the point
  Index theta_begin(int axis) const noexcept;
  Index theta_size(int axis) const noexcept { return axes_[static_cast<std::size_t>(axis)].kernel.parameters(); }

  /// Infinite, with no gradient, where a K_d is not positive definite in double precision.
  double operator()(std::span<const double> point, std::span<double> gradient);

 private:
  struct Axis {
    AxisKernel kernel;
    Matrix inverse, derivative;  ///< K^-1, D
    double log_determinant = 0;
    double multiplicity = 1;  ///< N / n_d
  };

  bool prepare(std::span<const double> point);  ///< inverse and derivative of all axes
  void apply();                                 ///< residual_ and what the gradient needs of it
  double value(double log_tau, double log_v, double boundary_misfit) const;
  double boundary_misfit() const;
  void differentiate_values(double tau, double v, Eigen::Map<Matrix> gradient);
  void differentiate_theta(std::span<double> gradient);

  GridProblem problem_;
  Weights weights_;
  std::vector<Axis> axes_;
  Index conditions_ = 0;            ///< values given on faces
  Matrix u_, left_, right_, both_;  ///< U, K_0^-1 U, U K_1^-1, K_0^-1 U K_1^-1; in 1-D K_1 = 1
  Matrix residual_, reaction_, slope_, scaled_, product_;
  std::array<Matrix, 2> pulled_;  ///< v K_0^-1 D_0^T R, v R D_1 K_1^-1
};

}  // namespace mercer::smgp
