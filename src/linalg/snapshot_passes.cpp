#include <mercer/linalg/snapshot_passes.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

/// How many things of `bytes` each fit, at least one.
Index share(double memory, double bytes, Index most) {
  return std::clamp<Index>(static_cast<Index>(memory / std::max(bytes, 1.0)), 1, std::max<Index>(most, 1));
}

/// Calls visit(entries, values) for pieces of all snapshots as they are stored, on all ranks equally often: the last
/// ones may be empty.
template <class F>
void for_each_piece(const Comm& comm, const Snapshots& snapshots, double memory, const F& visit) {
  const Index size = snapshots.size(), count = snapshots.count(), longest = largest(comm, size);
  const Index width = share(memory, 8.0 * static_cast<double>(count), longest);
  Tensor<double> piece({count, std::min(width, size)}, Rows::dense);
  for (Index begin = 0; begin < longest; begin += width) {
    const Range entries{std::min(begin, size), std::min(begin + width, size)};
    const View<double> values(piece.data(), {count, entries.count()});
    snapshots.read({0, count}, entries, values);
    visit(entries, values);
  }
}

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

template <class T>
std::span<T> part(std::span<T> all, const Range& range) {
  return all.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.count()));
}

/// One reading: each piece holds all snapshots at some nodes, so that their mean there is at hand.
void add_products(const Comm& comm, Shifted& z, const InnerProduct& product, Shift shift, Matrix& gram) {
  if (shift == Shift::find_mean) z.shift.assign(static_cast<std::size_t>(z.snapshots->size()), 0.0);
  std::vector<double> roots;
  for_each_piece(comm, *z.snapshots, z.memory, [&](const Range& entries, View<double> piece) {
    if (shift == Shift::find_mean) add_mean(piece, part(std::span(z.shift), entries));
    z.subtract_shift(entries, piece);
    const std::span<const double> weights = part(product.weights(), entries);
    roots.resize(weights.size());
    std::transform(weights.begin(), weights.end(), roots.begin(), [](double weight) { return std::sqrt(weight); });
    for (Index row = 0; row < piece.shape()[0]; ++row) {
      const std::span<double> values = piece.row(row);
#pragma omp simd
      for (std::size_t i = 0; i < values.size(); ++i) values[i] *= roots[i];
    }
    add_gram(gram.rows(), entries.count(), piece.data(), std::max<Index>(entries.count(), 1), gram.data(), gram.rows());
  });
}

/// M couples nodes, so that it is applied to whole fields.
void add_products_of_blocks(const Comm& comm, const Shifted& z, const InnerProduct& product, Matrix& gram) {
  const Index size = z.snapshots->size();
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
}

}  // namespace

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
  for_each_piece(comm, snapshots, memory,
                 [&](const Range& entries, View<double> piece) { add_mean(piece, part(std::span(mean), entries)); });
  return mean;
}

Matrix gram_matrix(const Comm& comm, Shifted& z, const InnerProduct& product, Shift shift) {
  product.check(comm, z.snapshots->size());
  const Index count = z.snapshots->count();
  Matrix gram = Matrix::Zero(count, count);
  if (product.is_diagonal()) {
    add_products(comm, z, product, shift, gram);
  } else {
    if (shift == Shift::find_mean) z.shift = mean_of(comm, *z.snapshots, z.memory);
    add_products_of_blocks(comm, z, product, gram);
  }
  sum_in_rank_order(comm, std::span(gram.data(), static_cast<std::size_t>(gram.size())));
  for (Index i = 0; i < count; ++i)
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
  for_each_piece(comm, *z.snapshots, z.memory, [&](const Range& entries, View<double> piece) {
    z.subtract_shift(entries, piece);
    multiply({.m = entries.count(), .n = directions.cols(), .k = directions.rows()}, piece.data(), entries.count(),
             directions.data(), directions.rows(), modes.data() + entries.begin, modes.shape()[1]);
  });
}

Projection project(const Comm& comm, const Shifted& z, const InnerProduct& product, View<const double> modes) {
  const Index size = z.snapshots->size(), count = z.snapshots->count(), width = modes.shape()[0];
  const auto entries = static_cast<std::size_t>(size), rows = static_cast<std::size_t>(count);
  Projection found{Matrix(count, width), std::vector<double>(rows), std::vector<double>(rows),
                   std::vector<double>(entries)};
  Blocks(comm, z).for_each(0, [&](const Range& which, View<double> fields, View<double> other) {
    product.weigh(fields, other);
    InnerProduct::add_squares(fields, other, part(std::span(found.norms), which));
    Matrix coefficients(which.count(), width);
    multiply({.a = Transpose::yes, .m = which.count(), .n = width, .k = size}, other.data(), size, modes.data(), size,
             coefficients.data(), which.count());
    sum_in_rank_order(comm, std::span(coefficients.data(), static_cast<std::size_t>(coefficients.size())));
    found.coefficients.middleRows(which.begin, which.count()) = coefficients;
    multiply({.b = Transpose::yes, .m = size, .n = which.count(), .k = width}, modes.data(), size, coefficients.data(),
             which.count(), other.data(), size);
    for (Index row = 0; row < which.count(); ++row) {
      const std::span<double> rest = fields.row(row), known = other.row(row);
#pragma omp simd
      for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= known[i], found.squares[i] += rest[i] * rest[i];
    }
    product.weigh(fields, other);
    InnerProduct::add_squares(fields, other, part(std::span(found.residuals), which));
  });
  for (std::vector<double>* squares : {&found.norms, &found.residuals}) {
    sum_in_rank_order(comm, std::span(*squares));
    for (double& value : *squares) value = std::sqrt(std::max(value, 0.0));
  }
  return found;
}

}  // namespace mercer
