// Grid values, covariance parameters and precisions found together by Adam: the published algorithm.
#pragma once

#include <mercer/optim/adam.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/adam_joint_objective.hpp>

#include <vector>

namespace mercer::smgp {

/// The defaults are those of the authors' code, but for advection, where `boundary_weight` is 500.
struct AdamJointOptions {
  double learning_rate = 1e-2;
  double jitter = 1e-6;  ///< added to the diagonal of each axis' covariance matrix
  double boundary_weight = 200;
  double log_tau = 0, log_v = 0;  ///< start of the precisions of boundary and equation
};

/// Fang et al., "Solving High Frequency and Multi-Scale PDEs with Gaussian Processes" (arXiv 2311.04465). U starts at
/// zero. One step is one iteration of the authors' code, up to rounding. Local: all ranks may do the same.
class AdamJoint {
 public:
  /// One covariance with start values an axis. Throws Fault::config.
  AdamJoint(GridProblem problem, const std::vector<AxisCovariance>& start, const AdamJointOptions& options = {});

  /// One step; gives the objective before it. Throws Fault::numerics where that is not finite.
  double step();
  Index steps() const noexcept { return adam_.state().steps; }

  Eigen::Map<const Matrix> values() const;        ///< U on the grid
  std::span<const double> theta(int axis) const;  ///< raw parameters of an axis' covariance
  double log_tau() const noexcept { return point_[precisions()]; }
  double log_v() const noexcept { return point_[precisions() + 1]; }
  /// The interpolant of U on a tensor grid, one list of points an axis.
  Matrix predict(const std::vector<std::vector<double>>& points) const;

 private:
  std::size_t precisions() const noexcept { return static_cast<std::size_t>(objective_.precisions_begin()); }

  void interpolation_weights(std::size_t axis, Matrix& u) const;  ///< K^-1 u in place of u

  std::vector<CovariancePointer> covariances_;
  double jitter_;
  JointObjective objective_;
  std::vector<double> point_, gradient_;
  Adam<double> adam_;
};

}  // namespace mercer::smgp
