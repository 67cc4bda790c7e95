// Sequences whose steps are spread over the ranks, turned so that every rank holds some of them whole, and back.
#pragma once

#include <mercer/linalg/linear_operator.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <cstdint>

namespace mercer {

/// From x[rows, own steps] to y[own rows, length], by one all-to-all exchange: a permutation, so its adjoint is its
/// inverse. Instantiated for float and double.
template <class T>
class SequenceTranspose final : public LinearOperator<T> {
 public:
  /// `comm` must outlive it. Ranks may be without rows or without steps.
  SequenceTranspose(const Comm& comm, Index rows, Index length);

  Range own_rows() const noexcept { return rows_of(comm_->rank()); }
  Range own_steps() const noexcept { return steps_of(comm_->rank()); }
  /// What this rank sends to others in one product; its own part stays. For R rows of L steps on P ranks that divide
  /// both: R L (P - 1) / P^2 numbers, forward and back alike.
  std::uint64_t bytes_sent() const noexcept;
  std::uint64_t bytes_sent_back() const noexcept;  ///< by the adjoint

  Index rows() const override { return own_rows().count() * length_; }
  Index columns() const override { return all_rows_ * own_steps().count(); }

 private:
  Range rows_of(int rank) const noexcept { return block(all_rows_, rank, comm_->size()); }
  Range steps_of(int rank) const noexcept { return block(length_, rank, comm_->size()); }
  void do_apply(std::span<const T> x, std::span<T> y) const override;
  void do_apply_adjoint(std::span<const T> y, std::span<T> x) const override;

  struct Counts;
  Counts counts() const;
  template <class Copy>
  void for_each_piece(const Copy& copy) const;  ///< of own rows, by the rank that has the steps

  const Comm* comm_;
  Index all_rows_, length_;
};

extern template class SequenceTranspose<float>;
extern template class SequenceTranspose<double>;

}  // namespace mercer
