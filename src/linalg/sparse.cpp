#include <mercer/linalg/sparse.hpp>

#include <algorithm>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// Stable counting sort of entries by `key`, one of `keys`.
template <class Key>
std::vector<Triplet> sorted(std::span<const Triplet> entries, Index keys, const Key& key) {
  std::vector<Index> next(at(keys) + 1);
  for (const Triplet& entry : entries) ++next[at(key(entry)) + 1];
  for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  std::vector<Triplet> ordered(entries.size());
  for (const Triplet& entry : entries) ordered[at(next[at(key(entry))]++)] = entry;
  return ordered;
}

void require_sizes(View<const double> x, Index rows_of_x, View<const double> y, Index rows_of_y) {
  require(x.shape().dimensions() == 2 && y.shape().dimensions() == 2 && x.shape()[0] == rows_of_x &&
              y.shape()[0] == rows_of_y && x.shape()[1] == y.shape()[1],
          Fault::internal, "a sparse product needs arrays of {} and {} rows with as many columns", rows_of_x,
          rows_of_y);
}

}  // namespace

SparseMatrix::SparseMatrix(Index columns, std::vector<Index> first, std::vector<Local> column,
                           std::vector<double> value)
    : columns_(columns), first_(std::move(first)), column_(std::move(column)), value_(std::move(value)) {
  require(!first_.empty() && at(first_.back()) == column_.size() && column_.size() == value_.size(), Fault::internal,
          "a sparse matrix has as many columns as values, not {} and {}", column_.size(), value_.size());
  for (const Local c : column_)
    if (c < 0 || c >= columns) fail(Fault::internal, "column {} is not one of the {} of a sparse matrix", c, columns);
}

SparseMatrix SparseMatrix::sum(Index rows, Index columns, std::span<const Triplet> entries) {
  for (const Triplet& e : entries)
    require(e.row >= 0 && e.row < rows && e.column >= 0 && e.column < columns, Fault::internal,
            "the entry ({}, {}) is outside a matrix of {} x {}", e.row, e.column, rows, columns);
  const std::vector<Triplet> by_column = sorted(entries, columns, [](const Triplet& e) { return e.column; });
  const std::vector<Triplet> by_row = sorted(by_column, rows, [](const Triplet& e) { return e.row; });
  SparseMatrix matrix;
  matrix.columns_ = columns;
  matrix.first_.assign(at(rows) + 1, 0);
  for (std::size_t i = 0; i < by_row.size(); ++i) {
    const Triplet& e = by_row[i];
    if (i > 0 && by_row[i - 1].row == e.row && by_row[i - 1].column == e.column) {
      matrix.value_.back() += e.value;
      continue;
    }
    matrix.column_.push_back(e.column);
    matrix.value_.push_back(e.value);
    ++matrix.first_[at(e.row) + 1];
  }
  for (std::size_t i = 1; i < matrix.first_.size(); ++i) matrix.first_[i] += matrix.first_[i - 1];
  return matrix;
}

void SparseMatrix::multiply(View<const double> x, View<double> y) const {
  require_sizes(x, columns(), y, rows());
  for (Index row = 0; row < rows(); ++row) {
    const std::span<double> out = y.row(row);
    std::fill(out.begin(), out.end(), 0.0);
    const std::span<const Local> where = column(row);
    const std::span<const double> values = value(row);
    for (std::size_t k = 0; k < where.size(); ++k) {
      const std::span<const double> in = x.row(where[k]);
      for (std::size_t c = 0; c < out.size(); ++c) out[c] += values[k] * in[c];
    }
  }
}

void SparseMatrix::multiply_adjoint(View<const double> y, View<double> x) const {
  require_sizes(x, columns(), y, rows());
  for (Index row = 0; row < columns(); ++row) std::fill(x.row(row).begin(), x.row(row).end(), 0.0);
  for (Index row = 0; row < rows(); ++row) {
    const std::span<const double> in = y.row(row);
    const std::span<const Local> where = column(row);
    const std::span<const double> values = value(row);
    for (std::size_t k = 0; k < where.size(); ++k) {
      const std::span<double> out = x.row(where[k]);
      for (std::size_t c = 0; c < in.size(); ++c) out[c] += values[k] * in[c];
    }
  }
}

SparseMatrix SparseMatrix::transposed() const {
  std::vector<Index> first(at(columns_) + 1);
  for (const Local c : column_) ++first[at(c) + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<Index> next(first.begin(), first.end() - 1);
  std::vector<Local> where(column_.size());
  std::vector<double> values(value_.size());
  for (Index row = 0; row < rows(); ++row)
    for (Index k = first_[at(row)]; k < first_[at(row) + 1]; ++k) {
      const Index place = next[at(column_[at(k)])]++;
      where[at(place)] = static_cast<Local>(row);
      values[at(place)] = value_[at(k)];
    }
  return {rows(), std::move(first), std::move(where), std::move(values)};
}

void SparseMatrix::do_apply(std::span<const double> x, std::span<double> y) const {
  for (Index row = 0; row < rows(); ++row) {
    double total = 0;
    for (Index k = first_[at(row)]; k < first_[at(row) + 1]; ++k) total += value_[at(k)] * x[at(column_[at(k)])];
    y[at(row)] = total;
  }
}

void SparseMatrix::do_apply_adjoint(std::span<const double> y, std::span<double> x) const {
  std::fill(x.begin(), x.end(), 0.0);
  for (Index row = 0; row < rows(); ++row)
    for (Index k = first_[at(row)]; k < first_[at(row) + 1]; ++k) x[at(column_[at(k)])] += value_[at(k)] * y[at(row)];
}

}  // namespace mercer
