// Checks of shapes, batches of fields, and the choice of a method.
#include <mercer/base/simd.hpp>
#include <mercer/fft/truncated_engine.hpp>
#include <mercer/fft/truncated_transform.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

void check_modes(const Shape& shape, const Shape& modes) {
  const int last = shape.dimensions() - 1;
  require(last >= 0 && last <= 2 && modes.dimensions() == last + 1, Fault::internal,
          "a truncated transform has one to three dimensions, and as many of modes, not {} and {}", last + 1,
          modes.dimensions());
  for (int axis = 0; axis <= last; ++axis) {
    require(shape[axis] >= 1, Fault::internal, "a transform needs at least one point along each axis, not {}",
            shape[axis]);
    const Index most = axis == last ? shape[axis] / 2 + 1 : shape[axis];
    require(modes[axis] >= 1 && modes[axis] <= most, Fault::config,
            "{} points along dimension {} of a field have 1 to {} modes, not {}: change the modes or the grid",
            shape[axis], axis + 1, most, modes[axis]);
  }
}

/// How many products with waves cost as much as each doubling of a field does in FFTW's transform, for each number; in
/// single precision, as `./dev bench truncated_transform` finds it. FFTW is slower for sizes with large prime factors,
/// so that these could take more.
constexpr double products_of_a_doubling(Simd level) noexcept {
  switch (level) {
    case Simd::avx512:
      return 6;
    case Simd::avx2:
      return 5;
    case Simd::baseline:
      break;
  }
  return 1.6;
}

template <class T>
TruncatedMethod choose(TruncatedMethod wanted, const Shape& shape, const Shape& modes) {
  if (wanted != TruncatedMethod::fastest) return wanted;
  const double lanes = static_cast<double>(sizeof(float)) / sizeof(T);
  const double doublings = std::log2(2.0 * static_cast<double>(shape.count()));
  const bool few = wave_products(shape, modes) <= products_of_a_doubling(simd_level()) * lanes * doublings;
  return few ? TruncatedMethod::waves : TruncatedMethod::full;
}

/// The last `count` dimensions of a shape, or of strides.
Shape tail(const Shape& shape, int count) {
  return Shape(shape.span().subspan(static_cast<std::size_t>(shape.dimensions() - count)));
}
Shape head(const Shape& shape, int count) { return Shape(shape.span().first(static_cast<std::size_t>(count))); }

/// The place of entry `number` of a batch.
template <class T>
T* entry(View<T> fields, int batch_dimensions, Index number) {
  T* at = fields.data();
  for (int axis = batch_dimensions - 1; axis >= 0; --axis) {
    at += number % fields.shape()[axis] * fields.strides()[axis];
    number /= fields.shape()[axis];
  }
  return at;
}

/// Calls work(FieldGroup) for all fields of a batch, some at a time.
template <class X, class Y, class Work>
void each_group(const Shape& shape, const Shape& modes, Index group_size, View<X> x, View<Y> y, const Work& work) {
  const int dimensions = shape.dimensions(), batch = x.shape().dimensions() - dimensions;
  require(batch >= 0 && y.shape().dimensions() == batch + dimensions && tail(x.shape(), dimensions) == shape &&
              tail(y.shape(), dimensions) == modes && head(x.shape(), batch) == head(y.shape(), batch),
          Fault::internal, "a truncated transform of {} points and {} modes got batches of {} and {} numbers",
          shape.count(), modes.count(), x.count(), y.count());
  const Index count = head(x.shape(), batch).count();
  std::vector<X*> fields;
  std::vector<Y*> spectra;
  for (Index begin = 0; begin < count; begin += group_size) {
    fields.clear();
    spectra.clear();
    for (Index i = begin; i < std::min(count, begin + group_size); ++i) {
      fields.push_back(entry(x, batch, i));
      spectra.push_back(entry(y, batch, i));
    }
    work(FieldGroup<X, Y>{fields, spectra, tail(x.strides(), dimensions), tail(y.strides(), dimensions)});
  }
}

}  // namespace

template <class T>
TruncatedTransform<T>::TruncatedTransform(const Shape& shape, const Shape& modes, TruncatedMethod method)
    : shape_(shape), modes_(modes) {
  check_modes(shape, modes);
  method_ = choose<T>(method, shape, modes);
  mean_ = Tensor<T>({modes.back()});
  multiplicities_ = Tensor<T>({modes.back()});
  for (Index k = 0; k < modes.back(); ++k) {
    mean_(k) = static_cast<T>(1.0 / static_cast<double>(shape.count()));
    multiplicities_(k) = static_cast<T>(multiplicity(k, shape.back()));
  }
  if (method_ == TruncatedMethod::waves)
    engine_ = std::make_unique<WaveEngine<T>>(shape, modes);
  else
    engine_ = std::make_unique<FullEngine<T>>(shape, modes);
}

template <class T>
TruncatedTransform<T>::TruncatedTransform(TruncatedTransform&&) noexcept = default;
template <class T>
TruncatedTransform<T>& TruncatedTransform<T>::operator=(TruncatedTransform&&) noexcept = default;
template <class T>
TruncatedTransform<T>::~TruncatedTransform() = default;

template <class T>
void TruncatedTransform<T>::analyse(View<const T> x, View<Complex> y, const Tensor<T>& weights) const {
  each_group(shape_, modes_, engine_->group_size(), x, y,
             [&](const auto& group) { engine_->analyse(group, weights.data()); });
}

template <class T>
void TruncatedTransform<T>::synthesise(View<const Complex> y, View<T> x, const Tensor<T>& weights) const {
  each_group(shape_, modes_, engine_->group_size(), x, y,
             [&](const auto& group) { engine_->synthesise(group, weights.data()); });
}

template <class T>
void TruncatedTransform<T>::forward(View<const T> x, View<Complex> y) const {
  analyse(x, y, mean_);
}

template <class T>
void TruncatedTransform<T>::inverse(View<const Complex> y, View<T> x) const {
  synthesise(y, x, multiplicities_);
}

template <class T>
void TruncatedTransform<T>::forward_adjoint(View<const Complex> y, View<T> x) const {
  synthesise(y, x, mean_);
}

template <class T>
void TruncatedTransform<T>::inverse_adjoint(View<const T> x, View<Complex> y) const {
  analyse(x, y, multiplicities_);
}

template class TruncatedTransform<float>;
template class TruncatedTransform<double>;

}  // namespace mercer
