// Matrices whose entries depend on the difference of their indices, on one rank: Toeplitz, circulant, and Kronecker
// products of symmetric Toeplitz matrices along the axes of arrays.
#pragma once

#include <mercer/fft/convolution.hpp>
#include <mercer/fft/transform.hpp>
#include <mercer/linalg/linear_operator.hpp>

#include <complex>
#include <span>
#include <vector>

namespace mercer {

// Everything is local. Objects own their scratch memory and are not to be used by two threads at once. Sizes that do
// not fit are a Fault::internal. Gradients are added to.

/// T[i, j] = column[i - j] for i >= j and row[j - i] else; row[0] is not read. Square, in O(n log n) without padding.
class Toeplitz final : public LinearOperator<double> {
 public:
  Toeplitz(std::span<const double> column, std::span<const double> row);
  explicit Toeplitz(std::span<const double> column) : Toeplitz(column, column) {}  ///< symmetric
  Index rows() const override { return plan_.length(); }
  Index columns() const override { return plan_.length(); }

  /// The derivative of left^T T right by the entries of column and row; that of row[0] is zero.
  void add_gradient(std::span<const double> left, std::span<const double> right, std::span<double> column,
                    std::span<double> row) const;
  /// The same for a symmetric T, by its first column.
  void add_gradient(std::span<const double> left, std::span<const double> right, std::span<double> column) const;

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override;

  ConvolutionPlan<double> plan_;
  std::vector<double> kernel_;
  mutable std::vector<double> workspace_;
};

/// C[i, j] = column[(i - j) mod n].
class Circulant final : public LinearOperator<double> {
 public:
  explicit Circulant(std::span<const double> column);
  /// The circulant matrix with the central diagonals of a symmetric Toeplitz one. Strang (1986).
  static Circulant strang(std::span<const double> column);
  /// The one nearest to a Toeplitz matrix in the Frobenius norm. T. Chan (1988); positive definite where that is.
  static Circulant chan(std::span<const double> column, std::span<const double> row);
  static Circulant chan(std::span<const double> column) { return chan(column, column); }

  Index rows() const override { return transform_.shape()[0]; }
  Index columns() const override { return rows(); }
  /// Its inverse, circulant as well. Throws Fault::numerics where an eigenvalue is zero.
  Circulant inverse() const;
  /// The eigenvalues of the first half of the frequencies, [n / 2 + 1]; the others are their conjugates.
  std::span<const std::complex<double>> eigenvalues() const noexcept { return eigenvalues_; }
  /// The derivative of left^T C right by the first column.
  void add_gradient(std::span<const double> left, std::span<const double> right, std::span<double> column) const;

 private:
  Circulant(Index size, std::vector<std::complex<double>> eigenvalues);
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override;

  RealTransform<double> transform_;
  std::vector<std::complex<double>> eigenvalues_;
  mutable std::vector<std::complex<double>> scratch_;
};

/// T_1 x T_2 x ... of symmetric Toeplitz matrices, on row-major arrays with one axis each.
class KroneckerToeplitz final : public LinearOperator<double> {
 public:
  /// One first column an axis, slowest first.
  explicit KroneckerToeplitz(const std::vector<std::vector<double>>& columns);
  Index rows() const override { return shape_.count(); }
  Index columns() const override { return shape_.count(); }
  const Shape& shape() const noexcept { return shape_; }
  /// The derivative of left^T T right by the first column of one axis.
  void add_gradient(int axis, std::span<const double> left, std::span<const double> right,
                    std::span<double> column) const;

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override { do_apply(y, x); }
  void apply_along(int axis, std::span<double> array) const;

  Shape shape_;
  std::vector<Toeplitz> factors_;
};

}  // namespace mercer
