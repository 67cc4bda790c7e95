// The most probable u in closed form, given the covariance; and the covariance that explains the data best.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_start.hpp>

#include <memory>
#include <vector>

namespace mercer::smgp {

struct KernelMapOptions {
  MixtureSearch search = {};
  double least_noise = 1e-12;  ///< variance of what is seen around the truth, relative to its prior variance,
  double most_noise = 1e-2;    ///< and its upper bound
  Index evaluations = 60;      ///< of the evidence, at most; 0 keeps the start of the covariance
  Index newton_steps = 30;     ///< at most
};

/// What was found on the way.
struct KernelMapOutcome {
  std::vector<AxisCovariance> covariances;
  double noise = 0;
  double evidence_gain = 0;  ///< of the log evidence over that of the start
  Index evaluations = 0, newton_steps = 0, krylov_steps = 0;
  double residual = 0;  ///< of the equation at the nodes, relative to the sum of the norms of its terms
};

/// Spectral-mixture Gaussian process for u with covariance parameters of greatest evidence (by L-BFGS under bounds,
/// from the peaks of the spectra of the data). In 1-D from the Gram matrix of the equation at all nodes and the values
/// at the ends. In 2-D, with one covariance an axis, by PlaneModel from the start, and again from the covariances
/// that explain this u best (GridEvidence), where that lowers the residual. Newton's method where there is a reaction.
/// Local: all ranks may do the same.
class KernelMap {
 public:
  /// Solves. Throws Fault::config for problems and options that make no sense, and in 2-D where fewer faces are given
  /// along an axis than it has orders of derivatives, Fault::numerics where Newton's method
  /// does not converge.
  explicit KernelMap(GridProblem problem, const KernelMapOptions& options = {});
  KernelMap(KernelMap&&) noexcept;
  KernelMap& operator=(KernelMap&&) noexcept;
  ~KernelMap();

  const KernelMapOutcome& outcome() const noexcept;
  const Matrix& values() const noexcept;  ///< u at the nodes
  /// u on a tensor grid, one list of points an axis.
  Matrix predict(const std::vector<std::vector<double>>& points) const;

  class Solution;  ///< one kind for each number of dimensions

 private:
  std::unique_ptr<Solution> solution_;
};

}  // namespace mercer::smgp
