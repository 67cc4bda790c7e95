// The constant-coefficient part of an equation, a sum of operators along one axis each: applied and inverted exactly.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/separable_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/space.hpp>

#include <vector>

namespace mercer::smgp {

/// c0 u + c1 u' + c2 u'' along one axis.
using AxisOperator = std::array<double, 3>;

/// In coefficients of the space, [space.shape()], and in free coordinates, [free_shape()]: those that meet homogeneous
/// conditions, in the basis in which the solver works. All products are Galerkin projections, exact because products of
/// basis functions are integrated exactly; none touches the node grid.
class SeparablePart {
 public:
  /// Throws Fault::numerics where the operator with its conditions is singular.
  SeparablePart(const Space& space, const std::vector<AxisOperator>& operators);

  SeparableSolver& solver() noexcept { return solver_; }
  const SeparableSolver& solver() const noexcept { return solver_; }
  Shape free_shape() const;
  const Matrix& embedding(int axis) const noexcept { return embeddings_[static_cast<std::size_t>(axis)]; }

  // Local, on whole arrays.
  Array apply(const Array& coefficients) const;        ///< projection of the operator's values on the space
  Array embed(const Array& free) const;                ///< coefficients of free coordinates
  Array restrict_to_free(const Array& moments) const;  ///< its transpose
  /// The operator of one axis on free coordinates [free, free].
  Matrix free_operator(int axis) const;

  /// Coefficients = `lifted` plus what solves the equation for `moments`, the projection of the source. Refined until
  /// corrections are rounding. Local.
  Array solve(const Array& moments, const Array& lifted) const;

 private:
  std::vector<Matrix> operators_;  ///< [size, size] in coefficients
  SeparableSolver solver_;
  std::vector<Matrix> embeddings_;  ///< null space times the solver's vectors
};

}  // namespace mercer::smgp
