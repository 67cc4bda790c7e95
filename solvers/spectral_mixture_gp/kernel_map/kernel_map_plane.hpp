// Gaussian-process posterior mean of u on a rectangle, given its values on faces exactly and its equation at the nodes.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_basis.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_correction.hpp>

#include <array>
#include <optional>
#include <vector>

namespace mercer::smgp {

/// Given whole faces, the prior k_0(x, x') k_1(y, y') leaves a product of conditioned covariances around the boolean
/// sum of the interpolants along both axes. What is left is found from the equation, projected on the products of the
/// components of both axes: a Sylvester equation, or Newton steps with it as preconditioner where there is a reaction.
/// Along an axis with first derivatives alone, only the face where characteristics enter is used. Local.
class PlaneModel {
 public:
  /// One covariance an axis. `problem` must outlive the model.
  PlaneModel(const GridProblem& problem, const std::vector<AxisCovariance>& covariances, double noise);

  struct Posterior {
    Matrix coefficients;  ///< [functions of axis 0, functions of axis 1]
    Index newton_steps = 0, krylov_steps = 0;
  };
  /// Throws Fault::numerics where Newton's method does not converge.
  Posterior solve(Index most_newton_steps) const;

  Matrix values(const Posterior& posterior) const;  ///< u at the nodes
  /// The part of an axis of the operator at the nodes.
  Matrix operated(const Posterior& posterior, int axis) const;
  Matrix predict(const Posterior& posterior, const std::vector<std::vector<double>>& points) const;

 private:
  Matrix boundary_coefficients() const;
  Matrix projected_residual(const Posterior& posterior, Matrix& slopes) const;
  void correct(const Matrix& correction, Posterior& posterior) const;
  void newton(Index most_steps, Posterior& posterior) const;

  const GridProblem* problem_;
  std::vector<AxisCovariance> covariances_;
  std::array<AxisBasis, 2> bases_;
  std::array<Matrix, 2> parts_;  ///< of the operator on the components
  std::optional<SylvesterInverse> inverse_;
};

}  // namespace mercer::smgp
