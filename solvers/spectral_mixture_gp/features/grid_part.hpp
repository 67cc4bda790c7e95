// What of an equation is no sum of constant operators along the axes: variable coefficients, mixed derivatives and the
// reaction, all evaluated on the node grid.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/separable_part.hpp>

#include <optional>
#include <vector>

namespace mercer::smgp {

/// A statement taken apart: the mean operator along each axis, and on this rank's nodes what is left of each term.
struct Splitting {
  std::vector<AxisOperator> operators;  ///< one an axis
  struct Rest {
    Orders orders{};
    Array coefficient;  ///< on this rank's nodes; without entries where nothing is left
  };
  std::vector<Rest> rest;  ///< one a term
  bool is_separable = true;
};

/// @collective where coefficients vary. Means are over all nodes.
Splitting split(const Space& space, const Statement& statement);

/// The rest of an equation around a state, as a map between free coordinates. Local: products give this rank's partial
/// sums, to be added over ranks. Keeps references to its arguments.
class GridPart {
 public:
  GridPart(const Space& space, const Statement& statement, const Splitting& splitting, const SeparablePart& separable,
           const Array& lifted);

  const Comm& comm() const noexcept { return space_.comm(); }
  /// Moments of rest and reaction at the state `free`.
  Array value(const Array& free) const;
  /// @collective Linearises around a state. The mean slope by the unknown itself becomes `shift()`, which is left out.
  void linearise(const Array& free);
  double shift() const noexcept { return shift_; }
  Array apply(const Array& free) const;  ///< derivative of `value` in a direction, less the shift
  Array apply_adjoint(const Array& free) const;

 private:
  Array evaluate(const Orders& orders, const Array& free) const;
  std::vector<Array> state(const Array& free) const;
  bool matters(std::size_t term) const;
  Array project(const Orders& orders, const Array& values) const;

  const Space& space_;
  const Statement& statement_;
  const Splitting& splitting_;
  std::vector<std::array<Matrix, 3>> embedded_;  ///< derivatives of the free functions at own nodes, by axis and order
  std::vector<Matrix> weighted_;                 ///< values of the free functions at own nodes times weights, by axis
  std::vector<Array> lifted_;                    ///< each term at the lifted state
  std::vector<Array> slopes_;                    ///< coefficient of each term in the derivative; may be without entries
  double shift_ = 0;
};

}  // namespace mercer::smgp
