// Fourier transforms of real arrays by FFTW.
#include <mercer/base/handle.hpp>
#include <mercer/fft/transform.hpp>

#include <algorithm>
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
  using Complex = fftw_complex;
  static constexpr auto plan_forward = fftw_plan_many_dft_r2c;
  static constexpr auto plan_backward = fftw_plan_many_dft_c2r;
  static constexpr auto plan_columns = fftw_plan_many_dft;
  static constexpr auto run_forward = fftw_execute_dft_r2c;
  static constexpr auto run_backward = fftw_execute_dft_c2r;
  static constexpr auto run_columns = fftw_execute_dft;
  static constexpr auto alignment = fftw_alignment_of;
  static constexpr auto destroy = fftw_destroy_plan;
};

template <>
struct Fftw<float> {
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static constexpr auto plan_forward = fftwf_plan_many_dft_r2c;
  static constexpr auto plan_backward = fftwf_plan_many_dft_c2r;
  static constexpr auto plan_columns = fftwf_plan_many_dft;
  static constexpr auto run_forward = fftwf_execute_dft_r2c;
  static constexpr auto run_backward = fftwf_execute_dft_c2r;
  static constexpr auto run_columns = fftwf_execute_dft;
  static constexpr auto alignment = fftwf_alignment_of;
  static constexpr auto destroy = fftwf_destroy_plan;
};

template <class T>
typename Fftw<T>::Complex* raw(std::complex<T>* values) {
  return reinterpret_cast<typename Fftw<T>::Complex*>(values);
}

/// Whether a plan made for one of our arrays may run on this memory.
template <class T>
bool is_aligned(const T* memory) {
  return Fftw<T>::alignment(const_cast<T*>(memory)) == 0;
}
template <class T>
bool is_aligned(const std::complex<T>* memory) {
  return is_aligned(reinterpret_cast<const T*>(memory));
}

constexpr unsigned effort(Planning planning) { return planning == Planning::measure ? FFTW_MEASURE : FFTW_ESTIMATE; }

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
  Plans(const Shape& shape, const Shape& half, Index batch, Planning planning)
      : real({batch, shape.count()}, Rows::dense), spectrum({batch, half.count()}, Rows::dense) {
    if (batch == 0) return;
    std::vector<int> sizes;
    for (const Index size : shape.span()) sizes.push_back(narrow<int>(size));
    const int points = narrow<int>(shape.count()), modes = narrow<int>(half.count()), many = narrow<int>(batch);
    forward = Handle<PlanTraits<T>>(Fftw<T>::plan_forward(shape.dimensions(), sizes.data(), many, real.data(), nullptr,
                                                          1, points, raw(spectrum.data()), nullptr, 1, modes,
                                                          effort(planning) | FFTW_PRESERVE_INPUT));
    backward = Handle<PlanTraits<T>>(Fftw<T>::plan_backward(shape.dimensions(), sizes.data(), many,
                                                            raw(spectrum.data()), nullptr, 1, modes, real.data(),
                                                            nullptr, 1, points, effort(planning) | FFTW_DESTROY_INPUT));
    require(forward && backward, Fault::internal, "FFTW has no plan for {} transforms of {} points", batch, points);
  }
  Tensor<T> real;
  Tensor<Complex> spectrum;
  Handle<PlanTraits<T>> forward, backward;
};

template <class T>
RealTransform<T>::RealTransform(const Shape& shape, Planning planning, Index batch)
    : shape_(shape),
      spectrum_shape_(half_shape(shape)),
      batch_(batch),
      plans_(std::make_unique<Plans>(shape_, spectrum_shape_, batch, planning)) {}

template <class T>
RealTransform<T>::RealTransform(RealTransform&&) noexcept = default;
template <class T>
RealTransform<T>& RealTransform<T>::operator=(RealTransform&&) noexcept = default;
template <class T>
RealTransform<T>::~RealTransform() = default;

template <class T>
void RealTransform<T>::check(std::size_t real, std::size_t complex) const {
  const Index points = batch_ * shape_.count(), modes = batch_ * spectrum_shape_.count();
  require(std::cmp_equal(real, points) && std::cmp_equal(complex, modes), Fault::internal,
          "a transform of {} real and {} complex numbers got {} and {}", points, modes, real, complex);
}

/// Multiplies columns of multiplicity one by `outer`, those of multiplicity two by `inner`.
template <class T>
void RealTransform<T>::scale_columns(Complex* spectrum, T outer, T inner) const {
  const Index columns = spectrum_shape_.back();
  for (Index row = 0, rows = batch_ * spectrum_shape_.count() / columns; row < rows; ++row)
    for (Index column = 0; column < columns; ++column)
      spectrum[row * columns + column] *= multiplicity(column, shape_.back()) == 1 ? outer : inner;
}

template <class T>
void RealTransform<T>::forward(std::span<const T> x, std::span<Complex> y) const {
  check(x.size(), y.size());
  if (batch_ == 0) return;
  if (is_aligned(x.data()) && is_aligned(y.data())) {
    Fftw<T>::run_forward(plans_->forward.get(), const_cast<T*>(x.data()), raw(y.data()));  // FFTW_PRESERVE_INPUT
    return;
  }
  std::copy(x.begin(), x.end(), plans_->real.data());
  Fftw<T>::run_forward(plans_->forward.get(), plans_->real.data(), raw(plans_->spectrum.data()));
  std::copy_n(plans_->spectrum.data(), y.size(), y.begin());
}

/// The sum over the full, conjugate symmetric spectrum whose stored half is `y` with its columns scaled. FFTW
/// transforms the last dimension last and reads only the real parts of its columns of multiplicity one.
template <class T>
void RealTransform<T>::synthesise(std::span<const Complex> y, std::span<T> x, T outer, T inner) const {
  check(x.size(), y.size());
  if (batch_ == 0) return;
  std::copy(y.begin(), y.end(), plans_->spectrum.data());  // which the transform overwrites
  scale_columns(plans_->spectrum.data(), outer, inner);
  const bool direct = is_aligned(x.data());
  Fftw<T>::run_backward(plans_->backward.get(), raw(plans_->spectrum.data()), direct ? x.data() : plans_->real.data());
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

/// Some columns at a time, copied to memory without gaps: where the distance between the rows of all of them is a power
/// of two, their elements would compete for few places in the caches.
template <class T>
struct ColumnTransform<T>::Plans {
  Plans(Index size, Index columns, Planning planning)
      : size(size), columns(columns), width(std::min<Index>(columns, 128 / sizeof(Complex))) {
    require(size >= 1, Fault::internal, "a transform needs at least one point along each axis, not {}", size);
    if (columns == 0) return;
    block = Tensor<Complex>({size, width}, Rows::dense);
    forward = plan(FFTW_FORWARD, planning);
    backward = plan(FFTW_BACKWARD, planning);
  }
  Handle<PlanTraits<T>> plan(int sign, Planning planning) {
    const int points = narrow<int>(size), many = narrow<int>(width);
    auto* memory = raw(block.data());
    Handle<PlanTraits<T>> made(Fftw<T>::plan_columns(1, &points, many, memory, nullptr, many, 1, memory, nullptr, many,
                                                     1, sign, effort(planning)));
    require(static_cast<bool>(made), Fault::internal, "FFTW has no plan for columns of {} points", points);
    return made;
  }
  void run(const Handle<PlanTraits<T>>& plan, std::span<Complex> y) {
    require(std::cmp_equal(y.size(), size * columns), Fault::internal,
            "a transform of columns of {} numbers in all got {}", size * columns, y.size());
    for (Index first = 0; first < columns; first += width) {
      const Index here = std::min(width, columns - first);
      for (Index row = 0; row < size; ++row) std::copy_n(y.data() + row * columns + first, here, &block(row, 0));
      Fftw<T>::run_columns(plan.get(), raw(block.data()), raw(block.data()));
      for (Index row = 0; row < size; ++row) std::copy_n(&block(row, 0), here, y.data() + row * columns + first);
    }
  }
  Index size, columns, width;
  Tensor<Complex> block;
  Handle<PlanTraits<T>> forward, backward;
};

template <class T>
ColumnTransform<T>::ColumnTransform(Index size, Index columns, Planning planning)
    : plans_(std::make_unique<Plans>(size, columns, planning)) {}

template <class T>
ColumnTransform<T>::ColumnTransform(ColumnTransform&&) noexcept = default;
template <class T>
ColumnTransform<T>& ColumnTransform<T>::operator=(ColumnTransform&&) noexcept = default;
template <class T>
ColumnTransform<T>::~ColumnTransform() = default;

template <class T>
void ColumnTransform<T>::forward(std::span<Complex> y) const {
  plans_->run(plans_->forward, y);
}

template <class T>
void ColumnTransform<T>::backward(std::span<Complex> y) const {
  plans_->run(plans_->backward, y);
}

template class RealTransform<float>;
template class RealTransform<double>;
template class ColumnTransform<float>;
template class ColumnTransform<double>;

}  // namespace mercer
