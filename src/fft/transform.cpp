// Fourier transforms of real arrays by FFTW.
#include <mercer/base/handle.hpp>
#include <mercer/fft/transform.hpp>

#include <array>
#include <fftw3.h>
#include <vector>

namespace mercer {
namespace {

/// The names of FFTW for one precision.
template <class T>
struct Fftw;

template <>
struct Fftw<double> {
  using Plan = fftw_plan;
  static fftw_complex* raw(std::complex<double>* values) { return reinterpret_cast<fftw_complex*>(values); }
  static Plan plan_forward(int dimensions, const int* sizes, double* x, std::complex<double>* y, unsigned flags) {
    return fftw_plan_dft_r2c(dimensions, sizes, x, raw(y), flags);
  }
  static Plan plan_backward(int dimensions, const int* sizes, std::complex<double>* y, double* x, unsigned flags) {
    return fftw_plan_dft_c2r(dimensions, sizes, raw(y), x, flags);
  }
  static void run_forward(Plan plan, double* x, std::complex<double>* y) { fftw_execute_dft_r2c(plan, x, raw(y)); }
  static void run_backward(Plan plan, std::complex<double>* y, double* x) { fftw_execute_dft_c2r(plan, raw(y), x); }
  static bool is_aligned(const double* memory) { return fftw_alignment_of(const_cast<double*>(memory)) == 0; }
  static void destroy(Plan plan) { fftw_destroy_plan(plan); }
};

template <class T>
struct PlanTraits {
  using type = typename Fftw<T>::Plan;
  static constexpr bool collective = false;
  static type empty() noexcept { return nullptr; }
  static void close(type& plan) noexcept { Fftw<T>::destroy(plan); }
};

Shape half_shape(const Shape& shape) {
  require(shape.dimensions() >= 1 && shape.dimensions() <= 3, Fault::internal,
          "a transform has one to three dimensions, not {}", shape.dimensions());
  for (const Index size : shape.span())
    require(size >= 1, Fault::internal, "a transform needs at least one point along each axis, not {}", size);
  Shape half = shape;
  half[shape.dimensions() - 1] = shape.back() / 2 + 1;
  return half;
}

}  // namespace

/// Plans are made for the scratch arrays and also run on any other arrays of the same alignment.
template <class T>
struct RealTransform<T>::Plans {
  Plans(const Shape& shape, const Shape& half, Planning planning)
      : real(shape, Rows::dense), spectrum(half, Rows::dense) {
    std::vector<int> sizes;
    for (const Index size : shape.span()) sizes.push_back(narrow<int>(size));
    const unsigned effort = planning == Planning::measure ? FFTW_MEASURE : FFTW_ESTIMATE;
    forward = Handle<PlanTraits<T>>(Fftw<T>::plan_forward(shape.dimensions(), sizes.data(), real.data(),
                                                          spectrum.data(), effort | FFTW_PRESERVE_INPUT));
    backward = Handle<PlanTraits<T>>(Fftw<T>::plan_backward(shape.dimensions(), sizes.data(), spectrum.data(),
                                                            real.data(), effort | FFTW_DESTROY_INPUT));
    require(forward && backward, Fault::internal, "FFTW has no plan for a transform of {} points", shape.count());
  }
  Tensor<T> real;
  Tensor<Complex> spectrum;
  Handle<PlanTraits<T>> forward, backward;
};

template <class T>
RealTransform<T>::RealTransform(const Shape& shape, Planning planning)
    : shape_(shape),
      spectrum_shape_(half_shape(shape)),
      plans_(std::make_unique<Plans>(shape_, spectrum_shape_, planning)) {}

template <class T>
RealTransform<T>::RealTransform(RealTransform&&) noexcept = default;
template <class T>
RealTransform<T>& RealTransform<T>::operator=(RealTransform&&) noexcept = default;
template <class T>
RealTransform<T>::~RealTransform() = default;

template <class T>
void RealTransform<T>::check(std::size_t real, std::size_t complex) const {
  require(std::cmp_equal(real, shape_.count()) && std::cmp_equal(complex, spectrum_shape_.count()), Fault::internal,
          "a transform of {} real and {} complex numbers got {} and {}", shape_.count(), spectrum_shape_.count(), real,
          complex);
}

/// Multiplies columns of multiplicity one by `outer`, those of multiplicity two by `inner`.
template <class T>
void RealTransform<T>::scale_columns(Complex* spectrum, T outer, T inner) const {
  const Index columns = spectrum_shape_.back();
  for (Index row = 0, rows = spectrum_shape_.count() / columns; row < rows; ++row)
    for (Index column = 0; column < columns; ++column)
      spectrum[row * columns + column] *= multiplicity(column, shape_.back()) == 1 ? outer : inner;
}

template <class T>
void RealTransform<T>::forward(std::span<const T> x, std::span<Complex> y) const {
  check(x.size(), y.size());
  const bool direct = Fftw<T>::is_aligned(x.data()) && Fftw<T>::is_aligned(reinterpret_cast<const T*>(y.data()));
  if (direct) {
    Fftw<T>::run_forward(plans_->forward.get(), const_cast<T*>(x.data()), y.data());  // FFTW_PRESERVE_INPUT
    return;
  }
  std::copy(x.begin(), x.end(), plans_->real.data());
  Fftw<T>::run_forward(plans_->forward.get(), plans_->real.data(), plans_->spectrum.data());
  std::copy_n(plans_->spectrum.data(), y.size(), y.begin());
}

/// The sum over the full, conjugate symmetric spectrum whose stored half is `y` with its columns scaled. FFTW
/// transforms the last dimension last and reads only the real parts of its columns of multiplicity one.
template <class T>
void RealTransform<T>::synthesise(std::span<const Complex> y, std::span<T> x, T outer, T inner) const {
  check(x.size(), y.size());
  std::copy(y.begin(), y.end(), plans_->spectrum.data());  // which the transform overwrites
  scale_columns(plans_->spectrum.data(), outer, inner);
  const bool direct = Fftw<T>::is_aligned(x.data());
  Fftw<T>::run_backward(plans_->backward.get(), plans_->spectrum.data(), direct ? x.data() : plans_->real.data());
  if (!direct) std::copy_n(plans_->real.data(), x.size(), x.begin());
}

template <class T>
void RealTransform<T>::backward(std::span<const Complex> y, std::span<T> x) const {
  const T share = T{1} / static_cast<T>(shape_.count());
  synthesise(y, x, share, share);
}

template <class T>
void RealTransform<T>::forward_adjoint(std::span<const Complex> y, std::span<T> x) const {
  synthesise(y, x, T{1}, T{0.5});
}

template <class T>
void RealTransform<T>::backward_adjoint(std::span<const T> x, std::span<Complex> y) const {
  forward(x, y);
  const T share = T{1} / static_cast<T>(shape_.count());
  scale_columns(y.data(), share, 2 * share);
}

template class RealTransform<double>;

}  // namespace mercer
