#include <mercer/fft/toeplitz.hpp>

#include <algorithm>

namespace mercer {
namespace {

using Complex = std::complex<double>;

Index checked_length(std::span<const double> column, std::span<const double> row) {
  require(!column.empty() && column.size() == row.size(), Fault::internal,
          "a square matrix needs a column and a row of one length, not of {} and {}", column.size(), row.size());
  return static_cast<Index>(column.size());
}

void require_size(std::size_t got, Index wanted) {
  require(std::cmp_equal(got, wanted), Fault::internal, "a gradient of {} entries was expected, not of {}", wanted,
          got);
}

Shape shape_of(const std::vector<std::vector<double>>& columns) {
  std::vector<Index> sizes;
  for (const std::vector<double>& column : columns) sizes.push_back(static_cast<Index>(column.size()));
  return Shape(sizes);
}

/// The lines of an array along one axis, each told by the place of its first entry.
struct Lines {
  std::size_t size, stride, count;
  Lines(const Shape& shape, int axis)
      : size(static_cast<std::size_t>(shape[axis])), stride(1), count(static_cast<std::size_t>(shape.count())) {
    for (int later = axis + 1; later < shape.dimensions(); ++later) stride *= static_cast<std::size_t>(shape[later]);
  }
  template <class F>
  void for_each(const F& visit) const {
    for (std::size_t start = 0; start < count; start += size * stride)
      for (std::size_t first = start; first < start + stride; ++first) visit(first);
  }
  void copy(std::span<const double> array, std::size_t first, std::span<double> line) const {
    for (std::size_t i = 0; i < size; ++i) line[i] = array[first + i * stride];
  }
};

}  // namespace

Toeplitz::Toeplitz(std::span<const double> column, std::span<const double> row)
    : plan_(checked_length(column, row), Boundary::two_sided,
            {static_cast<Index>(column.size()), static_cast<Index>(row.size()) - 1}),
      kernel_(static_cast<std::size_t>(plan_.spectrum_size())),
      workspace_(static_cast<std::size_t>(plan_.workspace_size())) {
  plan_.kernel_spectrum(column, row.subspan(1), kernel_, workspace_);
}

void Toeplitz::do_apply(std::span<const double> x, std::span<double> y) const {
  plan_.apply(kernel_, x, 0, y, workspace_);
}

void Toeplitz::do_apply_adjoint(std::span<const double> y, std::span<double> x) const {
  plan_.apply_adjoint(kernel_, y, 0, x, workspace_);
}

void Toeplitz::add_gradient(std::span<const double> left, std::span<const double> right, std::span<double> column,
                            std::span<double> row) const {
  require_size(column.size(), rows());
  require_size(row.size(), rows());
  std::vector<double> gradient(kernel_.size(), 0.0);
  plan_.add_kernel_gradient(right, left, gradient, workspace_);
  plan_.kernel_gradient(gradient, column, row.subspan(1), workspace_);
}

void Toeplitz::add_gradient(std::span<const double> left, std::span<const double> right,
                            std::span<double> column) const {
  std::vector<double> row(column.size(), 0.0);
  add_gradient(left, right, column, row);
  for (std::size_t lag = 1; lag < row.size(); ++lag) column[lag] += row[lag];
}

Circulant::Circulant(std::span<const double> column)
    : transform_({static_cast<Index>(column.size())}),
      eigenvalues_(static_cast<std::size_t>(transform_.spectrum_shape().count())),
      scratch_(eigenvalues_.size()) {
  transform_.forward(column, eigenvalues_);
}

Circulant::Circulant(Index size, std::vector<Complex> eigenvalues)
    : transform_({size}), eigenvalues_(std::move(eigenvalues)), scratch_(eigenvalues_.size()) {}

Circulant Circulant::strang(std::span<const double> column) {
  std::vector<double> central(column.begin(), column.end());
  for (std::size_t lag = 1; lag < central.size(); ++lag) central[lag] = column[std::min(lag, column.size() - lag)];
  return Circulant(central);
}

Circulant Circulant::chan(std::span<const double> column, std::span<const double> row) {
  const double size = static_cast<double>(checked_length(column, row));
  std::vector<double> mean(column.begin(), column.end());
  for (std::size_t lag = 1; lag < mean.size(); ++lag) {
    const double below = size - static_cast<double>(lag);  // entries of this diagonal
    mean[lag] = (below * column[lag] + static_cast<double>(lag) * row[row.size() - lag]) / size;
  }
  return Circulant(mean);
}

Circulant Circulant::inverse() const {
  std::vector<Complex> inverses;
  for (const Complex& value : eigenvalues_) {
    require(std::abs(value) > 0, Fault::numerics, "a circulant matrix with the eigenvalue 0 has no inverse");
    inverses.push_back(1.0 / value);
  }
  return Circulant(rows(), std::move(inverses));
}

void Circulant::do_apply(std::span<const double> x, std::span<double> y) const {
  transform_.forward(x, scratch_);
  for (std::size_t k = 0; k < scratch_.size(); ++k) scratch_[k] *= eigenvalues_[k];
  transform_.backward(scratch_, y);
}

void Circulant::do_apply_adjoint(std::span<const double> y, std::span<double> x) const {
  transform_.forward(y, scratch_);
  for (std::size_t k = 0; k < scratch_.size(); ++k) scratch_[k] *= std::conj(eigenvalues_[k]);
  transform_.backward(scratch_, x);
}

void Circulant::add_gradient(std::span<const double> left, std::span<const double> right,
                             std::span<double> column) const {
  require_size(column.size(), rows());
  std::vector<Complex> other(scratch_.size());
  transform_.forward(left, scratch_);
  transform_.forward(right, other);
  for (std::size_t k = 0; k < other.size(); ++k) scratch_[k] *= std::conj(other[k]);
  std::vector<double> gradient(column.size());
  transform_.backward(scratch_, gradient);
  for (std::size_t i = 0; i < gradient.size(); ++i) column[i] += gradient[i];
}

KroneckerToeplitz::KroneckerToeplitz(const std::vector<std::vector<double>>& columns) : shape_(shape_of(columns)) {
  for (const std::vector<double>& column : columns) factors_.emplace_back(column);
}

void KroneckerToeplitz::apply_along(int axis, std::span<double> array) const {
  const Lines lines(shape_, axis);
  std::vector<double> line(lines.size), product(lines.size);
  lines.for_each([&](std::size_t first) {
    lines.copy(array, first, line);
    factors_[static_cast<std::size_t>(axis)].apply(line, product);
    for (std::size_t i = 0; i < lines.size; ++i) array[first + i * lines.stride] = product[i];
  });
}

void KroneckerToeplitz::do_apply(std::span<const double> x, std::span<double> y) const {
  std::ranges::copy(x, y.begin());
  for (int axis = 0; axis < shape_.dimensions(); ++axis) apply_along(axis, y);
}

void KroneckerToeplitz::add_gradient(int axis, std::span<const double> left, std::span<const double> right,
                                     std::span<double> column) const {
  require(std::cmp_equal(left.size(), rows()) && left.size() == right.size(), Fault::internal,
          "a product of {} rows got vectors of {} and {}", rows(), left.size(), right.size());
  const Lines lines(shape_, axis);
  std::vector<double> product(right.begin(), right.end()), line(lines.size), other(lines.size);
  for (int beside = 0; beside < shape_.dimensions(); ++beside)
    if (beside != axis) apply_along(beside, product);
  lines.for_each([&](std::size_t first) {
    lines.copy(left, first, line);
    lines.copy(product, first, other);
    factors_[static_cast<std::size_t>(axis)].add_gradient(line, other, column);
  });
}

}  // namespace mercer
