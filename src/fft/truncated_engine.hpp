// The methods behind TruncatedTransform.
#pragma once

#include <mercer/fft/transform.hpp>
#include <mercer/fft/wave_axis.hpp>
#include <mercer/fft/wave_kernels.hpp>

#include <vector>

namespace mercer {

/// Some fields and their modes, and the strides that all of them share.
template <class X, class Y>
struct FieldGroup {
  std::span<X* const> x;
  std::span<Y* const> y;
  Shape x_strides, y_strides;
};

/// Sums over fields with factors exp(-+ 2 pi i <k, j / n>); `weights` multiply the modes of the last axis, and are
/// zero beyond them up to a multiple of 64 bytes.
template <class T>
class TruncatedEngine {
 public:
  using Complex = std::complex<T>;
  virtual ~TruncatedEngine() = default;
  virtual Index group_size() const = 0;  ///< how many fields are welcome at a time
  virtual void analyse(const FieldGroup<const T, Complex>& fields, const T* weights) = 0;
  virtual void synthesise(const FieldGroup<T, const Complex>& fields, const T* weights) = 0;
};

/// Products with cosines and sines along one axis after the other, the last one last, all of them real: the modes
/// k and -k are sums of the same products. For the first axes mirror images are folded, which makes them so cheap that
/// only they matter: few rows are left for the last one.
template <class T>
class WaveEngine final : public TruncatedEngine<T> {
 public:
  using typename TruncatedEngine<T>::Complex;
  WaveEngine(const Shape& shape, const Shape& modes);
  Index group_size() const override { return shape_.dimensions() == 1 ? rows_ : 1; }
  void analyse(const FieldGroup<const T, Complex>& fields, const T* weights) override;
  void synthesise(const FieldGroup<T, const Complex>& fields, const T* weights) override;

 private:
  template <class Pointer, class F>
  void each_columns(int axis, Pointer field, const Shape& strides, const F& transform);
  Index offset(Index mode_row, const Shape& strides) const noexcept;
  void make_terms();

  const WaveKernels<T>* kernels_;
  Shape shape_, modes_;
  std::vector<WaveTables<T>> first_;  ///< of all axes but the last
  WaveTables<T> last_;
  std::vector<Tensor<T>> stages_;  ///< after each of the first axes
  Index rows_;                     ///< that the last axis is left with
  std::vector<T*> row_pointers_;   ///< into the last stage
  Tensor<T> waves_;                ///< [rows][cosine, sine][modes], padded
  int terms_per_row_;
  std::vector<WaveTerm<T>> terms_;
  Tensor<T> scratch_;
};

/// The full half spectrum, of which the modes are copied.
template <class T>
class FullEngine final : public TruncatedEngine<T> {
 public:
  using typename TruncatedEngine<T>::Complex;
  FullEngine(const Shape& shape, const Shape& modes);
  Index group_size() const override { return 1; }
  void analyse(const FieldGroup<const T, Complex>& fields, const T* weights) override;
  void synthesise(const FieldGroup<T, const Complex>& fields, const T* weights) override;

 private:
  template <class F>
  void each_row(const Shape& strides, const F& copy);
  Shape modes_;
  RealTransform<T> transform_;
  Tensor<T> field_;
  Tensor<Complex> spectrum_;
};

/// Multiplications for each number of a field that the waves of an engine cost.
double wave_products(const Shape& shape, const Shape& modes);

extern template class WaveEngine<float>;
extern template class WaveEngine<double>;
extern template class FullEngine<float>;
extern template class FullEngine<double>;

}  // namespace mercer
