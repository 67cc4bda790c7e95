// Truncated transforms by products with cosines and sines.
#include <mercer/base/simd.hpp>
#include <mercer/fft/truncated_engine.hpp>

#include <algorithm>
#include <type_traits>

namespace mercer {
namespace {

constexpr Index single_rows = 24;  // of one-dimensional fields at a time: several blocks of rows of a small product

template <class T>
const WaveKernels<T>& kernels() {
  const Simd level = simd_level();
  if constexpr (std::is_same_v<T, float>)
    return MERCER_AT_LEVEL(level, float_wave_kernels);
  else
    return MERCER_AT_LEVEL(level, double_wave_kernels);
}

/// The largest |k| of -floor(m / 2), ..., ceil(m / 2) - 1.
constexpr Index highest_frequency(Index modes) { return modes / 2; }

}  // namespace

double wave_products(const Shape& shape, const Shape& modes) {
  const int last = shape.dimensions() - 1;
  double numbers = static_cast<double>(shape.count()), products = 0;
  for (int axis = 0; axis < last; ++axis) {
    const Index waves = 2 * highest_frequency(modes[axis]) + 1;
    products += numbers * static_cast<double>(waves) / (shape[axis] % 2 == 0 ? 4 : 2);
    numbers *= static_cast<double>(waves) / static_cast<double>(shape[axis]);
  }
  products += numbers * static_cast<double>(modes[last]);
  return products / static_cast<double>(shape.count());
}

template <class T>
WaveEngine<T>::WaveEngine(const Shape& shape, const Shape& modes)
    : kernels_(&kernels<T>()), shape_(shape), modes_(modes), last_(shape.back(), modes.back() - 1, WaveUse::rows) {
  const int last = shape.dimensions() - 1;
  Shape stage = shape;
  Index scratch = wave_scratch_bytes / Index{sizeof(T)};
  for (int axis = 0; axis < last; ++axis) {
    first_.emplace_back(shape[axis], highest_frequency(modes[axis]), WaveUse::columns);
    stage[axis] = first_.back().waves();
    stages_.emplace_back(stage);
    const WaveAxis<T>& table = first_.back().axis();
    scratch = std::max(scratch, table.panels * table.folded * Index{128 / sizeof(T)});
  }
  rows_ = last == 0 ? single_rows : stage.count() / stage.back();
  for (Index row = 0; last > 0 && row < rows_; ++row) row_pointers_.push_back(stages_.back().view().row(row).data());
  waves_ = Tensor<T>({rows_, 2, modes.back()});
  constexpr Index line = cache_line / sizeof(T);
  const Index folded_row = (last_.axis().folded + line - 1) / line * line;
  scratch_ = Tensor<T>({std::max(scratch, 2 * rows_ * folded_row)});
  make_terms();
}

/// exp(-i sum_a sign_a theta_a) over the axes before the last is a product of (cos - i sign sin): a sum over all ways
/// to choose from each axis one or the other.
template <class T>
void WaveEngine<T>::make_terms() {
  const int first = shape_.dimensions() - 1;
  terms_per_row_ = 1 << first;
  const Index mode_rows = first == 0 ? single_rows : modes_.count() / modes_.back();
  for (Index mode_row = 0; mode_row < mode_rows; ++mode_row)
    for (int choice = 0; choice < terms_per_row_; ++choice) {
      Index rest = mode_row, row = first == 0 ? mode_row : 0, stride = 1;
      std::complex<T> factor = 1;
      for (int axis = first - 1; axis >= 0; --axis) {
        const Index k = rest % modes_[axis] - modes_[axis] / 2;
        const WaveTables<T>& table = first_[static_cast<std::size_t>(axis)];
        const bool is_sine = (choice >> axis & 1) != 0;
        if (is_sine) factor *= std::complex<T>(0, static_cast<T>((k < 0) - (k > 0)));  // 0 for k = 0, which has none
        row += stride * (is_sine && k != 0 ? table.sine(std::abs(k)) : table.cosine(std::abs(k)));
        rest /= modes_[axis];
        stride *= table.waves();
      }
      terms_.push_back({row, factor.real(), factor.imag()});
    }
}

/// Calls transform(columns of numbers, their stride, columns of waves, their stride) for all sets of columns along one
/// of the first axes, from the field (before the first one) or from the stage before.
template <class T>
template <class Pointer, class F>
void WaveEngine<T>::each_columns(int axis, Pointer field, const Shape& strides, const F& transform) {
  const auto stage = [this](int a) { return stages_[static_cast<std::size_t>(a)].view(); };
  const int between = shape_.dimensions() == 3 && axis == 0 ? 1 : 0;  // axes from this one to the last
  const Index outer = axis == 0 ? 1 : first_[0].waves(), inner = between == 1 ? shape_[1] : 1;
  const Shape out = stage(axis).strides();
  for (Index o = 0; o < outer; ++o)
    for (Index i = 0; i < inner; ++i) {
      T* waves = stage(axis).data() + (axis == 0 ? 0 : o * out[0]) + (between == 1 ? i * out[1] : 0);
      if (axis == 0)
        transform(field + (between == 1 ? i * strides[1] : 0), strides[0], waves, out[0]);
      else
        transform(Pointer{stage(0).data() + o * stage(0).strides()[0]}, stage(0).strides()[1], waves, out[1]);
    }
}

/// Where a row of modes begins.
template <class T>
Index WaveEngine<T>::offset(Index mode_row, const Shape& strides) const noexcept {
  Index offset = 0;
  for (int axis = shape_.dimensions() - 2; axis >= 0; --axis) {
    offset += mode_row % modes_[axis] * strides[axis];
    mode_row /= modes_[axis];
  }
  return offset;
}

template <class T>
void WaveEngine<T>::analyse(const FieldGroup<const T, Complex>& fields, const T* weights) {
  const int last = shape_.dimensions() - 1;
  for (int axis = 0; axis < last; ++axis)
    each_columns(axis, fields.x[0], fields.x_strides, [&](const T* x, Index stride, T* waves, Index wave_stride) {
      kernels_->analyse_columns(first_[static_cast<std::size_t>(axis)].axis(), x, stride, shape_.back(), waves,
                                wave_stride, scratch_.data());
    });
  const T* const* rows = last == 0 ? fields.x.data() : row_pointers_.data();
  const Index count = last == 0 ? static_cast<Index>(fields.x.size()) : rows_;
  kernels_->analyse_rows(last_.axis(), rows, count, waves_.data(), scratch_.data());
  const Index mode_rows = last == 0 ? count : modes_.count() / modes_.back(), width = waves_.view().strides()[1];
  for (Index row = 0; row < mode_rows; ++row) {
    Complex* y = last == 0 ? fields.y[static_cast<std::size_t>(row)] : fields.y[0] + offset(row, fields.y_strides);
    kernels_->join(terms_.data() + row * terms_per_row_, terms_per_row_, waves_.data(), width, weights,
                   reinterpret_cast<T*>(y), modes_.back());
  }
}

template <class T>
void WaveEngine<T>::synthesise(const FieldGroup<T, const Complex>& fields, const T* weights) {
  const int last = shape_.dimensions() - 1;
  const Index count = last == 0 ? static_cast<Index>(fields.x.size()) : rows_;
  const Index mode_rows = last == 0 ? count : modes_.count() / modes_.back(), width = waves_.view().strides()[1];
  std::fill_n(waves_.data(), count * 2 * width, T{});
  for (Index row = 0; row < mode_rows; ++row) {
    const Complex* y =
        last == 0 ? fields.y[static_cast<std::size_t>(row)] : fields.y[0] + offset(row, fields.y_strides);
    kernels_->split(terms_.data() + row * terms_per_row_, terms_per_row_, waves_.data(), width, weights,
                    reinterpret_cast<const T*>(y), modes_.back());
  }
  T* const* rows = last == 0 ? fields.x.data() : row_pointers_.data();
  kernels_->synthesise_rows(last_.axis(), waves_.data(), count, rows, scratch_.data());
  for (int axis = last - 1; axis >= 0; --axis)
    each_columns(axis, fields.x[0], fields.x_strides, [&](T* x, Index stride, const T* waves, Index wave_stride) {
      kernels_->synthesise_columns(first_[static_cast<std::size_t>(axis)].axis(), waves, wave_stride, shape_.back(), x,
                                   stride, scratch_.data());
    });
}

template class WaveEngine<float>;
template class WaveEngine<double>;

}  // namespace mercer
