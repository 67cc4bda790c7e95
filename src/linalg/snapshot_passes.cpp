#include <mercer/linalg/snapshot_passes.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/parallel/tree_sum.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace mercer {
namespace {

/// How many things of `bytes` each fit, at least one.
Index share(double memory, double bytes, Index most) {
  return std::clamp<Index>(static_cast<Index>(memory / std::max(bytes, 1.0)), 1, std::max<Index>(most, 1));
}

/// Calls visit(entries, values) for leaves of all snapshots as they are stored. They are read in pieces of many leaves,
/// on all ranks equally often: the last ones may be empty.
template <class F>
void for_each_leaf(const Comm& comm, const Snapshots& snapshots, double memory, const F& visit) {
  const Index size = snapshots.size(), count = snapshots.count(), longest = largest(comm, size);
  const Index leaf = Leaves::width_for(count, memory);
  const Index width = std::max(share(memory, 8.0 * static_cast<double>(count), longest + leaf) / leaf, Index{1}) * leaf;
  Tensor<double> piece({count, std::min(width, size)}, Rows::dense);
  for (Index begin = 0; begin < longest; begin += width) {
    const Range entries{std::min(begin, size), std::min(begin + width, size)};
    const Index length = entries.count();
    snapshots.read({0, count}, entries, View<double>(piece.data(), {count, length}));
    for (Index at = 0; at < length; at += leaf) {
      const Index part = std::min(leaf, length - at);
      visit(Range{begin + at, begin + at + part}, View<double>(piece.data() + at, {count, part}, {length, 1}));
    }
  }
}

std::span<double> numbers_of(Matrix& matrix) { return {matrix.data(), static_cast<std::size_t>(matrix.size())}; }

/// Whole snapshots in memory, twice: as they are and, in the end, weighed.
class Blocks {
 public:
  Blocks(const Comm& comm, const Shifted& z) : z_(&z) {
    const Index count = z.snapshots->count(), size = z.snapshots->size();
    length_ = share(z.memory, 16.0 * static_cast<double>(largest(comm, size)), count);
    fields_ = Tensor<double>({length_, size}, Rows::dense), other_ = Tensor<double>({length_, size}, Rows::dense);
  }
  /// Reads block after block from snapshot `first` on and calls visit(snapshots, fields, memory of the same shape).
  template <class F>
  void for_each(Index first, const F& visit) {
    const Index count = z_->snapshots->count(), size = z_->snapshots->size();
    for (Index begin = first; begin < count; begin += length_) {
      const Range which{begin, std::min(begin + length_, count)};
      const Shape shape{which.count(), size};
      const View<double> fields(fields_.data(), shape);
      z_->read(which, {0, size}, fields);
      visit(which, fields, View<double>(other_.data(), shape));
    }
  }

 private:
  const Shifted* z_;
  Index length_ = 1;
  Tensor<double> fields_, other_;
};

void add_mean(View<const double> fields, std::span<double> mean) {
  for (Index row = 0; row < fields.shape()[0]; ++row) {
    const std::span<const double> field = fields.row(row);
#pragma omp simd
    for (std::size_t i = 0; i < field.size(); ++i) mean[i] += field[i];
  }
  for (double& value : mean) value /= static_cast<double>(fields.shape()[0]);
}

/// fields -= known; the squares of what is left are added to `squares`, [entries].
void subtract(View<const double> known, View<double> fields, std::span<double> squares) {
  for (Index row = 0; row < fields.shape()[0]; ++row) {
    const std::span<double> rest = fields.row(row);
    const std::span<const double> less = known.row(row);
#pragma omp simd
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= less[i], squares[i] += rest[i] * rest[i];
  }
}

template <class T>
std::span<T> part(std::span<T> all, const Range& range) {
  return all.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.count()));
}

/// One reading: each leaf holds all snapshots at some nodes, so that their mean there is at hand.
Matrix products(const Comm& comm, Shifted& z, const InnerProduct& product, Shift shift) {
  const Index count = z.snapshots->count(), size = z.snapshots->size();
  if (shift == Shift::find_mean) z.shift.assign(static_cast<std::size_t>(size), 0.0);
  TreeSum sum(count * count, Leaves(comm, size, count, z.memory).first);
  Matrix gram(count, count);
  std::vector<double> roots;
  for_each_leaf(comm, *z.snapshots, z.memory, [&](const Range& entries, View<double> leaf) {
    if (shift == Shift::find_mean) add_mean(leaf, part(std::span(z.shift), entries));
    z.subtract_shift(entries, leaf);
    const std::span<const double> weights = part(product.weights(), entries);
    roots.resize(weights.size());
    std::transform(weights.begin(), weights.end(), roots.begin(), [](double weight) { return std::sqrt(weight); });
    for (Index row = 0; row < count; ++row) {
      const std::span<double> values = leaf.row(row);
#pragma omp simd
      for (std::size_t i = 0; i < values.size(); ++i) values[i] *= roots[i];
    }
    gram.setZero();
    add_gram(count, entries.count(), leaf.data(), leaf.strides()[0], gram.data(), count);
    sum.add(numbers_of(gram));
  });
  const std::vector<double> total = sum.total(comm);
  return Eigen::Map<const Matrix>(total.data(), count, count);
}

/// M couples nodes, so that it is applied to whole fields.
Matrix products_of_blocks(const Comm& comm, const Shifted& z, const InnerProduct& product) {
  const Index size = z.snapshots->size(), count = z.snapshots->count();
  Matrix gram = Matrix::Zero(count, count);
  Blocks blocks(comm, z);
  blocks.for_each(0, [&](const Range& columns, View<double> fields, View<double> weighed) {
    product.weigh(fields, weighed);
    const auto multiply_rows = [&](const Range& rows, View<double> left, View<double>) {
      multiply({.a = Transpose::yes, .m = rows.count(), .n = columns.count(), .k = size}, left.data(), size,
               weighed.data(), size, &gram(rows.begin, columns.begin), gram.rows());
    };
    multiply_rows(columns, fields, weighed);
    blocks.for_each(columns.end, multiply_rows);
  });
  sum_in_rank_order(comm, numbers_of(gram));
  return gram;
}

/// Two readings, a leaf at a time: coefficients first, then what is left of them.
void project_leaves(const Comm& comm, const Shifted& z, const InnerProduct& product, View<const double> modes,
                    Projection& found) {
  const Index size = z.snapshots->size(), count = z.snapshots->count(), width = modes.shape()[0];
  const Leaves leaves(comm, size, count, z.memory);
  std::vector<double> memory(static_cast<std::size_t>(count * leaves.width));
  TreeSum sum(count * (width + 1), leaves.first), rests(count, leaves.first);
  Matrix term(count, width + 1);
  for_each_leaf(comm, *z.snapshots, z.memory, [&](const Range& entries, View<double> fields) {
    const Index length = entries.count();
    const View<double> weighed(memory.data(), {count, length});
    z.subtract_shift(entries, fields);
    product.part(entries).weigh(fields, weighed);
    multiply({.a = Transpose::yes, .m = count, .n = width, .k = length}, weighed.data(), length,
             modes.data() + entries.begin, size, term.data(), count);
    term.col(width).setZero();
    InnerProduct::add_squares(fields, weighed, numbers_of(term).last(static_cast<std::size_t>(count)));
    sum.add(numbers_of(term));
  });
  const std::vector<double> total = sum.total(comm);
  found.coefficients = Eigen::Map<const Matrix>(total.data(), count, width);
  found.norms.assign(total.end() - count, total.end());
  for_each_leaf(comm, *z.snapshots, z.memory, [&](const Range& entries, View<double> fields) {
    const Index length = entries.count();
    const View<double> other(memory.data(), {count, length});
    z.subtract_shift(entries, fields);
    multiply({.b = Transpose::yes, .m = length, .n = count, .k = width}, modes.data() + entries.begin, size,
             found.coefficients.data(), count, other.data(), length);
    subtract(other, fields, part(std::span(found.squares), entries));
    product.part(entries).weigh(fields, other);
    std::vector<double> squares(static_cast<std::size_t>(count));
    InnerProduct::add_squares(fields, other, squares);
    rests.add(squares);
  });
  found.residuals = rests.total(comm);
}

/// One reading of whole snapshots, a block at a time.
void project_blocks(const Comm& comm, const Shifted& z, const InnerProduct& product, View<const double> modes,
                    Projection& found) {
  const Index size = z.snapshots->size(), width = modes.shape()[0];
  Blocks(comm, z).for_each(0, [&](const Range& which, View<double> fields, View<double> other) {
    product.weigh(fields, other);
    InnerProduct::add_squares(fields, other, part(std::span(found.norms), which));
    Matrix coefficients(which.count(), width);
    multiply({.a = Transpose::yes, .m = which.count(), .n = width, .k = size}, other.data(), size, modes.data(), size,
             coefficients.data(), which.count());
    sum_in_rank_order(comm, numbers_of(coefficients));
    found.coefficients.middleRows(which.begin, which.count()) = coefficients;
    multiply({.b = Transpose::yes, .m = size, .n = which.count(), .k = width}, modes.data(), size, coefficients.data(),
             which.count(), other.data(), size);
    subtract(other, fields, found.squares);
    product.weigh(fields, other);
    InnerProduct::add_squares(fields, other, part(std::span(found.residuals), which));
  });
  sum_in_rank_order(comm, std::span(found.norms));
  sum_in_rank_order(comm, std::span(found.residuals));
}

}  // namespace

Index Leaves::width_for(Index rows, double memory) {
  const Index most = share(memory, 8.0 * static_cast<double>(rows), leaf_entries);
  return static_cast<Index>(std::bit_floor(static_cast<std::uint64_t>(most)));
}

Leaves::Leaves(const Comm& comm, Index size, Index rows, double memory)
    : width(width_for(rows, memory)), first(sum_before(comm, (size + width - 1) / width)) {}

void Shifted::read(const Range& which, const Range& entries, View<double> into) const {
  snapshots->read(which, entries, into);
  subtract_shift(entries, into);
}

void Shifted::subtract_shift(const Range& entries, View<double> fields) const {
  if (shift.empty()) return;
  const std::span<const double> other = part(std::span<const double>(shift), entries);
  for (Index row = 0; row < fields.shape()[0]; ++row) {
    const std::span<double> field = fields.row(row);
#pragma omp simd
    for (std::size_t i = 0; i < field.size(); ++i) field[i] -= other[i];
  }
}

std::vector<double> mean_of(const Comm& comm, const Snapshots& snapshots, double memory) {
  std::vector<double> mean(static_cast<std::size_t>(snapshots.size()));
  for_each_leaf(comm, snapshots, memory,
                [&](const Range& entries, View<double> leaf) { add_mean(leaf, part(std::span(mean), entries)); });
  return mean;
}

Matrix gram_matrix(const Comm& comm, Shifted& z, const InnerProduct& product, Shift shift) {
  product.check(comm, z.snapshots->size());
  if (!product.is_diagonal() && shift == Shift::find_mean) z.shift = mean_of(comm, *z.snapshots, z.memory);
  Matrix gram = product.is_diagonal() ? products(comm, z, product, shift) : products_of_blocks(comm, z, product);
  for (Index i = 0; i < gram.rows(); ++i)
    require_agreed(std::isfinite(gram(i, i)), Fault::data,
                   "the squared norm of snapshot {} is {}: it holds values that are not finite or too large", i,
                   gram(i, i));
  return gram;
}

double Projection::novelty(Index snapshot) const {
  const auto i = static_cast<std::size_t>(snapshot);
  return norms[i] > 0 ? residuals[i] / norms[i] : 0;
}

void combine(const Comm& comm, const Shifted& z, const Matrix& directions, View<double> modes) {
  for_each_leaf(comm, *z.snapshots, z.memory, [&](const Range& entries, View<double> leaf) {
    z.subtract_shift(entries, leaf);
    multiply({.m = entries.count(), .n = directions.cols(), .k = directions.rows()}, leaf.data(), leaf.strides()[0],
             directions.data(), directions.rows(), modes.data() + entries.begin, modes.shape()[1]);
  });
}

Projection project(const Comm& comm, const Shifted& z, const InnerProduct& product, View<const double> modes) {
  const auto entries = static_cast<std::size_t>(z.snapshots->size()),
             rows = static_cast<std::size_t>(z.snapshots->count());
  Projection found{Matrix(z.snapshots->count(), modes.shape()[0]), std::vector<double>(rows), std::vector<double>(rows),
                   std::vector<double>(entries)};
  if (product.is_diagonal())
    project_leaves(comm, z, product, modes, found);
  else
    project_blocks(comm, z, product, modes, found);
  for (std::vector<double>* squares : {&found.norms, &found.residuals})
    for (double& value : *squares) value = std::sqrt(std::max(value, 0.0));
  return found;
}

}  // namespace mercer
