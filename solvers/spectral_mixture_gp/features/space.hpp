// The trial space of a solve: a basis along each axis, the nodes of all axes, and who owns which of them.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/conditions.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/exchange.hpp>

#include <vector>

namespace mercer::smgp {

/// Everything of one axis is on every rank; of the node grid each rank owns consecutive rows along the first axis.
class Space {
 public:
  /// `bands` and `conditions` one list an axis; `fitted` says which samples count, where the statement has samples.
  Space(const Comm& comm, const Statement& statement, const std::vector<std::vector<Band>>& bands,
        const std::vector<std::vector<Condition>>& conditions, Fitted fitted = Fitted::all);

  const Comm& comm() const noexcept { return *comm_; }
  int dimensions() const noexcept { return static_cast<int>(bases_.size()); }
  const Basis& basis(int axis) const noexcept { return bases_[static_cast<std::size_t>(axis)]; }
  const ConditionSpace& conditions(int axis) const noexcept { return conditions_[static_cast<std::size_t>(axis)]; }
  const std::vector<Condition>& condition_list(int axis) const noexcept {
    return lists_[static_cast<std::size_t>(axis)];
  }
  Shape shape() const;               ///< of coefficients: sizes of the bases
  Range node_rows() const noexcept;  ///< of this rank
  const Coordinates& own_nodes() const noexcept { return own_nodes_; }
  Index node_count() const noexcept;  ///< of all ranks
  Fitted fitted() const noexcept { return fitted_; }

  /// Basis::weighted at the nodes that this rank works with: its own along the first axis, all along the others.
  MatrixView weighted(int axis) const;

 private:
  const Comm* comm_;
  Fitted fitted_;
  std::vector<std::vector<Condition>> lists_;
  std::vector<Basis> bases_;
  std::vector<ConditionSpace> conditions_;
  Coordinates own_nodes_;
};

/// The highest derivative along `axis` in the terms.
int highest_order(const Statement& statement, int axis);

/// Derivatives, in the order of `derivatives`, of the function with these coefficients [space.shape()] on a tensor
/// grid anywhere in the box. Local.
std::vector<Array> evaluate(const Space& space, const Array& coefficients, const Coordinates& grid,
                            std::span<const Orders> derivatives);

/// Coefficients [space.shape()] of a function that meets all conditions, built face by face: along each axis the
/// defect of what the earlier axes left is met by the smallest change. Local, the same on all ranks.
Array lift(const Space& space, const Statement& statement);

}  // namespace mercer::smgp
