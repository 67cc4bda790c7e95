// Sparse matrices of one rank in compressed rows: interpolations, mass matrices, Laplacians, weights of maps.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/linalg/linear_operator.hpp>

#include <span>
#include <vector>

namespace mercer {

struct Triplet {
  Local row = 0, column = 0;
  double value = 0;
};

/// A matrix whose rows are lists of columns, ascending, and values. All functions are local.
class SparseMatrix final : public LinearOperator<double> {
 public:
  SparseMatrix() = default;
  /// Row i has the entries [first[i], first[i + 1]) of `column` and `value`. Throws Fault::internal where a list is too
  /// short or a column is not one of the matrix.
  SparseMatrix(Index columns, std::vector<Index> first, std::vector<Local> column, std::vector<double> value);
  /// Sums entries of one place, in the order of the list. Throws Fault::internal for places outside.
  static SparseMatrix sum(Index rows, Index columns, std::span<const Triplet> entries);

  Index rows() const override { return static_cast<Index>(first_.size()) - 1; }
  Index columns() const override { return columns_; }
  Index entries() const noexcept { return first_.back(); }
  std::span<const Local> column(Index row) const noexcept { return part(std::span(column_), row); }
  std::span<const double> value(Index row) const noexcept { return part(std::span(value_), row); }
  std::span<const Index> first() const noexcept { return first_; }

  /// Y = A X for the columns of X [columns, k] at once, and X = A^T Y. Sizes that do not fit are a Fault::internal.
  void multiply(View<const double> x, View<double> y) const;
  void multiply_adjoint(View<const double> y, View<double> x) const;
  SparseMatrix transposed() const;

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override;
  template <class T>
  std::span<const T> part(std::span<const T> list, Index row) const noexcept {
    const auto begin = static_cast<std::size_t>(first_[static_cast<std::size_t>(row)]);
    return list.subspan(begin, static_cast<std::size_t>(first_[static_cast<std::size_t>(row) + 1]) - begin);
  }

  Index columns_ = 0;
  std::vector<Index> first_{0};
  std::vector<Local> column_;
  std::vector<double> value_;
};

}  // namespace mercer
