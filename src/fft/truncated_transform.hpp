// Fourier transforms of real fields to a few low modes and back, each with its exact adjoint.
#pragma once

#include <mercer/base/tensor.hpp>

#include <complex>
#include <memory>

namespace mercer {

/// How modes are computed: by products with the matrices of their waves, by FFTW's full transforms of which most is
/// cut, or by what is expected to be faster.
enum class TruncatedMethod { fastest, waves, full };

template <class T>
class TruncatedEngine;

/// Transforms fields of one to three dimensions to the modes m_1, ..., m_d: along every axis but the last
/// k = -floor(m / 2), ..., ceil(m / 2) - 1, stored in this order, along the last one k = 0, ..., m - 1.
///
/// Fields are [batch..., shape], their modes [batch..., modes], with up to three dimensions of a batch; rows are
/// contiguous, all other strides are free. Inputs are never written to. Local, and not to be used by two threads at
/// once, as it owns its scratch memory. For float and double.
template <class T>
class TruncatedTransform {
 public:
  using Complex = std::complex<T>;

  /// Throws Fault::config unless 1 <= m <= n along every axis but the last, and 1 <= m <= n / 2 + 1 along the last.
  TruncatedTransform(const Shape& shape, const Shape& modes, TruncatedMethod method = TruncatedMethod::fastest);
  TruncatedTransform(TruncatedTransform&&) noexcept;
  TruncatedTransform& operator=(TruncatedTransform&&) noexcept;
  ~TruncatedTransform();

  const Shape& shape() const noexcept { return shape_; }
  const Shape& modes() const noexcept { return modes_; }
  TruncatedMethod method() const noexcept { return method_; }  ///< what was chosen

  /// y_k = 1 / count sum_j x_j exp(-2 pi i <k, j / n>).
  void forward(View<const T> x, View<Complex> y) const;
  /// x_j = sum_k w_k Re(y_k exp(2 pi i <k, j / n>)), w = 1 where the last k is 0 or n / 2, else 2: the inverse where
  /// all modes are kept.
  void inverse(View<const Complex> y, View<T> x) const;
  // The adjoints for the inner products sum_j x_j x'_j and sum_k Re(y_k conj(y'_k)).
  void forward_adjoint(View<const Complex> y, View<T> x) const;
  void inverse_adjoint(View<const T> x, View<Complex> y) const;

 private:
  void analyse(View<const T> x, View<Complex> y, const Tensor<T>& weights) const;
  void synthesise(View<const Complex> y, View<T> x, const Tensor<T>& weights) const;

  Shape shape_, modes_;
  TruncatedMethod method_;
  Tensor<T> mean_, multiplicities_;  ///< weights of the last axis' modes: 1 / count, and w
  std::unique_ptr<TruncatedEngine<T>> engine_;
};

extern template class TruncatedTransform<float>;
extern template class TruncatedTransform<double>;

}  // namespace mercer
