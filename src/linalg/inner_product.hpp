// <x, y> = x^T M y of fields that are spread over the ranks, with a diagonal or any other mass matrix.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/linalg/linear_operator.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <span>

namespace mercer {

/// Refers to the weights or the operator, which must outlive it.
class InnerProduct {
 public:
  /// M is diagonal: a positive or zero weight for each entry of this rank, e.g. of a lumped mass matrix.
  explicit InnerProduct(std::span<const double> weights) : weights_(weights) {}
  /// M is symmetric and positive definite, e.g. a consistent mass matrix.
  explicit InnerProduct(const LinearOperator<double>& mass) : mass_(&mass) {}

  bool is_diagonal() const noexcept { return mass_ == nullptr; }
  std::span<const double> weights() const noexcept { return weights_; }  ///< of a diagonal M

  /// Of some entries of this rank, for a diagonal M.
  InnerProduct part(const Range& entries) const {
    return InnerProduct(
        weights_.subspan(static_cast<std::size_t>(entries.begin), static_cast<std::size_t>(entries.count())));
  }

  /// @collective Throws Fault::internal where it does not fit fields of `size` entries on this rank, and
  /// Fault::numerics for a weight that is negative or not finite.
  void check(const Comm& comm, Index size) const;
  /// @collective out[i] = M fields[i], [fields, entries of this rank] both.
  void weigh(View<const double> fields, View<double> out) const;
  /// Local: this rank's part of fields[i]^T weighed[i], where `weighed` came from `weigh`. To be summed over the ranks.
  static void add_squares(View<const double> fields, View<const double> weighed, std::span<double> sums);

 private:
  std::span<const double> weights_;
  const LinearOperator<double>* mass_ = nullptr;
};

}  // namespace mercer
