// Fourier transforms on one rank, forward and back: of real arrays with their exact adjoints, and of complex columns.
#pragma once

#include <mercer/base/tensor.hpp>

#include <complex>
#include <memory>
#include <span>

namespace mercer {

/// How long to look for a fast plan. `measure` times candidates, which takes from milliseconds to seconds, and may
/// round differently from run to run.
enum class Planning { estimate, measure };

/// The transform of real arrays of one shape (one to three dimensions, any size). Only the half spectrum is stored: the
/// last dimension n shrinks to n / 2 + 1, the rest follows by conjugate symmetry. Arrays are dense and row-major;
/// inputs are never written to. A batch of arrays is transformed at once, each for itself: x is [batch, shape], y is
/// [batch, spectrum_shape]. Local, and not to be used by two threads at once, as it owns its scratch memory.
/// Instantiated for float and double.
template <class T>
class RealTransform {
 public:
  using Complex = std::complex<T>;

  /// A batch of 0 is no work, as for a rank that owns nothing.
  explicit RealTransform(const Shape& shape, Planning planning = Planning::estimate, Index batch = 1);
  RealTransform(RealTransform&&) noexcept;
  RealTransform& operator=(RealTransform&&) noexcept;
  ~RealTransform();

  const Shape& shape() const noexcept { return shape_; }
  const Shape& spectrum_shape() const noexcept { return spectrum_shape_; }
  Index batch() const noexcept { return batch_; }

  /// y_k = sum_j x_j exp(-2 pi i <k, j / n>), not normalised.
  void forward(std::span<const T> x, std::span<Complex> y) const;
  /// The inverse of `forward`, 1 / count included. Of entries that are their own mirror image only the symmetric part
  /// counts.
  void backward(std::span<const Complex> y, std::span<T> x) const;
  /// The adjoint of `forward` for the inner products sum_j x_j x'_j and sum_k Re(y_k conj(y'_k)) over the stored half.
  void forward_adjoint(std::span<const Complex> y, std::span<T> x) const;
  /// The adjoint of `backward` for the same inner products.
  void backward_adjoint(std::span<const T> x, std::span<Complex> y) const;

 private:
  struct Plans;
  void check(std::size_t real, std::size_t complex) const;
  void scale_columns(Complex* spectrum, T outer, T inner) const;
  void synthesise(std::span<const Complex> y, std::span<T> x, T outer, T inner) const;

  Shape shape_, spectrum_shape_;
  Index batch_;
  std::unique_ptr<Plans> plans_;
};

extern template class RealTransform<float>;
extern template class RealTransform<double>;

/// Complex transforms along the first dimension of dense arrays [size, columns], in place. Neither direction is
/// normalised, so that they are each other's adjoint. Local, one thread at a time, for float and double.
template <class T>
class ColumnTransform {
 public:
  using Complex = std::complex<T>;

  ColumnTransform(Index size, Index columns, Planning planning = Planning::estimate);  ///< no columns are no work
  ColumnTransform(ColumnTransform&&) noexcept;
  ColumnTransform& operator=(ColumnTransform&&) noexcept;
  ~ColumnTransform();

  void forward(std::span<Complex> y) const;   ///< y_k = sum_j y_j exp(-2 pi i k j / size)
  void backward(std::span<Complex> y) const;  ///< y_j = sum_k y_k exp(2 pi i k j / size)

 private:
  struct Plans;
  std::unique_ptr<Plans> plans_;
};

extern template class ColumnTransform<float>;
extern template class ColumnTransform<double>;

/// How many entries of the full spectrum an entry of the half spectrum stands for: 1 in column 0 and, for even `size`,
/// in column size / 2, else 2. `size` is the real size of the last dimension.
constexpr int multiplicity(Index column, Index size) noexcept { return column == 0 || 2 * column == size ? 1 : 2; }

}  // namespace mercer
