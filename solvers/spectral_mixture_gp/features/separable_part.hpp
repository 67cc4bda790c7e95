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
  /// Projection of the operator's values on the space: the `rows` along the first axis.
  Array apply(const Array& coefficients, const Range& rows) const;
  Array embed(const Array& free) const;  ///< coefficients of free coordinates
  /// Its transpose, in two parts: along all axes but the first, which takes any rows along that, then along the first.
  Array restrict_rows(const Array& rows) const;
  Array restrict_columns(const Array& columns) const;
  /// The operator of one axis on free coordinates [free, free].
  Matrix free_operator(int axis) const;

  /// Free coordinates that solve the equation for `moments`, both [free_shape()]. Refined until corrections are
  /// rounding. Local.
  Array solve(const Array& moments) const;

 private:
  Array apply_to_free(const Array& free) const;

  std::vector<Matrix> operators_;  ///< [size, size] in coefficients
  SeparableSolver solver_;
  std::vector<Matrix> embeddings_;      ///< null space times the solver's vectors
  std::vector<Matrix> free_operators_;  ///< of three axes, for which products of arrays cost more than of matrices
};

}  // namespace mercer::smgp
