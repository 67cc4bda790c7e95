// The functions along one axis in which a posterior mean lies, once values at the ends are known.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/adam_joint/axis_kernel.hpp>

#include <span>
#include <vector>

namespace mercer::smgp {

/// First the functions that carry a value at one of the ends (one there, zero at the other), then the principal
/// components, at the nodes, of the covariance k - k(., ends) k(ends, ends)^-1 k(ends, .) that is left: orthonormal and
/// zero at the ends. All are combinations of k(., node).
struct AxisBasis {
  std::vector<Index> ends;  ///< nodes where u is given
  Matrix continuation;      ///< [nodes, functions]: the functions are k(x, nodes) times this
  Matrix values;            ///< [nodes, functions], at the nodes
  Matrix derivatives;       ///< [nodes, functions], second u'' + first u' at the nodes

  Index functions() const noexcept { return values.cols(); }
  Index components() const noexcept { return values.cols() - static_cast<Index>(ends.size()); }
  auto components_at_nodes() const { return values.rightCols(components()); }
  /// Of the function with these values at the nodes, or its nearest, [functions].
  Eigen::VectorXd coefficients(const Eigen::VectorXd& at_nodes) const;
};

/// Keeps components with more variance than noise of `noise` k(0) at each node has. Throws Fault::numerics where none
/// is left.
AxisBasis axis_basis(const AxisCovariance& covariance, std::span<const double> nodes, const AxisDerivatives& derivative,
                     std::vector<Index> ends, double noise);

/// values(i, j) of function j at point i.
Matrix basis_values(const AxisBasis& basis, const AxisCovariance& covariance, std::span<const double> nodes,
                    std::span<const double> points);

}  // namespace mercer::smgp
