// Taps of convolutions and their transposes, and the rows that kernels make of them.
#include <mercer/nn/batch_cost.hpp>
#include <mercer/nn/convolution_pass.hpp>
#include <mercer/nn/winograd.hpp>

#include <array>
#include <utility>

namespace mercer {
namespace {

WindowShape window_of(const PassShape& shape, bool is_paired) {
  const Index margin = shape.columns.margin;
  return {.rows = shape.in_rows,
          .columns = shape.in_columns,
          .channels = shape.in_channels,
          .margin_rows = shape.rows.margin,
          .margin_columns = margin,
          .width = std::max(shape.columns.last(shape.out_columns - 1) + 1, margin + shape.in_columns),
          .split = shape.columns.step,
          .slots = is_paired ? 0 : shape.rows.span(),
          .boundary = shape.boundary,
          .row_boundary = shape.row_boundary};
}

template <class T>
Index whole_lines(Index count) {
  constexpr auto line = static_cast<Index>(cache_line / sizeof(T));
  return (count + line - 1) / line * line;
}

}  // namespace

TapAxis TapAxis::correlation(Index kernel, int stride, Index margin) {
  TapAxis axis{.step = stride, .stride = 1, .margin = margin, .phases = {{}}};
  for (Index d = 0; d < kernel; ++d) axis.phases[0].push_back({d, d});
  return axis;
}

TapAxis TapAxis::transpose(Index kernel, int stride, Index first) {
  TapAxis axis{.step = 1, .stride = stride, .margin = 0, .phases = {}};
  for (Index phase = 0; phase < stride; ++phase) {
    const Index remainder = (first + phase) % stride, at = (first + phase) / stride;
    axis.phases.emplace_back();
    for (Index d = remainder; d < kernel; d += stride) axis.phases.back().push_back({at - d / stride, d});
    for (const Tap& tap : axis.phases.back()) axis.margin = std::max(axis.margin, -tap.offset);
  }
  for (auto& phase : axis.phases)
    for (Tap& tap : phase) tap.offset += axis.margin;
  return axis;
}

Index TapAxis::last(Index output) const noexcept {
  Index last = -1;
  for (Index phase = 0; phase < stride && phase <= output; ++phase)
    for (const Tap& tap : phases[static_cast<std::size_t>(phase)])
      last = std::max(last, step * ((output - phase) / stride) + tap.offset);
  return last;
}

Index TapAxis::span() const noexcept {
  Index largest = 0;
  for (const auto& phase : phases)
    for (const Tap& tap : phase) largest = std::max(largest, tap.offset);
  return largest + 1;
}

template <class T>
ConvolutionPass<T>::ConvolutionPass(PassShape shape, Simd level)
    : shape_(std::move(shape)),
      is_paired_(pays_in_pairs(shape_.kernel_rows, shape_.rows.stride * shape_.rows.step, shape_.in_channels,
                               shape_.out_channels)),
      is_pointwise_(shape_.kernel_rows == 1 && shape_.kernel_columns == 1 && shape_.in_rows == shape_.out_rows &&
                    shape_.in_columns == shape_.out_columns && shape_.rows.margin == 0 && shape_.columns.margin == 0),
      kernels_(&field_kernels<T>(level)),
      window_(window_of(shape_, is_paired_), level),
      phase_count_(is_paired_                   ? 2
                   : shape_.columns.stride == 1 ? 0
                                                : shape_.columns.stride),
      phase_stride_(whole_lines<T>(shape_.out_columns)),
      bias_({shape_.out_channels}) {
  require(shape_.kernel_rows * shape_.kernel_columns <= static_cast<Index>(most_taps), Fault::internal,
          "a kernel has at most {} weights for each pair of channels, not {}", most_taps,
          shape_.kernel_rows * shape_.kernel_columns);
  const Index channels = shape_.in_channels * shape_.out_channels;
  Index count = 0;
  if (is_paired_) {
    for (int product = 0; product < 4; ++product, count += channels * shape_.kernel_columns) begins_.push_back(count);
  } else {
    for (const auto& row_taps : shape_.rows.phases)
      for (const auto& column_taps : shape_.columns.phases) {
        begins_.push_back(count);
        count += static_cast<Index>(row_taps.size() * column_taps.size()) * channels;
      }
  }
  weights_ = Tensor<T>({count});
}

template <class T>
Index ConvolutionPass<T>::scratch() const noexcept {
  return window_.memory() + phase_count_ * phase_stride_ * shape_.out_channels + (is_paired_ ? window_.row_size() : 0);
}

template <class T>
double ConvolutionPass<T>::bytes() const noexcept {
  return memory_bytes(bias_) + memory_bytes(weights_);
}

template <class T>
void ConvolutionPass<T>::prepare(const T* weights, const T* bias, T sign) {
  has_bias_ = bias != nullptr;
  for (Index o = 0; has_bias_ && o < shape_.out_channels; ++o) bias_(o) = sign * bias[o];
  if (is_paired_) return pack_pair(weights, sign);
  for (std::size_t a = 0; a < shape_.rows.phases.size(); ++a)
    for (std::size_t b = 0; b < shape_.columns.phases.size(); ++b) pack(weights, sign, a, b);
}

/// The weights of one tap for all inputs and a block of outputs; weight(p) is one of them, given where its kernel
/// begins, the column included.
template <class T>
template <class Weight>
T* ConvolutionPass<T>::pack_tap(T* to, Index block, Index column_weight, const Weight& weight) const {
  const Index plane = shape_.kernel_rows * shape_.kernel_columns;
  const Index outputs = shape_.out_channels, channels = shape_.in_channels;
  const Index of_output = shape_.is_transposed ? plane : channels * plane;
  const Index of_channel = shape_.is_transposed ? outputs * plane : plane;
  const Index blocks = (outputs + kernels_->most_outputs - 1) / kernels_->most_outputs;
  for (Index c = 0; c < channels; ++c)
    for (Index o = outputs * block / blocks; o < outputs * (block + 1) / blocks; ++o)
      *to++ = weight(o * of_output + c * of_channel + column_weight);
  return to;
}

template <class T>
void ConvolutionPass<T>::pack(const T* weights, T sign, std::size_t row_phase, std::size_t column_phase) {
  T* to = weights_.data() + begins_[row_phase * shape_.columns.phases.size() + column_phase];
  const Index blocks = (shape_.out_channels + kernels_->most_outputs - 1) / kernels_->most_outputs;
  for (Index block = 0; block < blocks; ++block)
    for (const auto& row_tap : shape_.rows.phases[row_phase])
      for (const auto& column_tap : shape_.columns.phases[column_phase])
        to = pack_tap(to, block, column_tap.weight,
                      [&](Index at) { return sign * weights[at + row_tap.weight * shape_.kernel_columns]; });
}

template <class T>
void ConvolutionPass<T>::pack_pair(const T* weights, T sign) {
  std::array<Index, 3> row{};  // of the kernel, by position in the window
  for (const auto& tap : shape_.rows.phases[0]) row[static_cast<std::size_t>(tap.offset)] = tap.weight;
  const Index blocks = (shape_.out_channels + kernels_->most_outputs - 1) / kernels_->most_outputs;
  for (std::size_t product = 0; product < 4; ++product) {
    T* to = weights_.data() + begins_[product];
    const auto& parts = winograd_products[product].weights;
    for (Index block = 0; block < blocks; ++block)
      for (const auto& column_tap : shape_.columns.phases[0])
        to = pack_tap(to, block, column_tap.weight, [&](Index at) {
          T sum = 0;
          for (std::size_t i = 0; i < 3; ++i)
            sum += static_cast<T>(parts[i]) * weights[at + row[i] * shape_.kernel_columns];
          return sign * sum;
        });
  }
}

template <class T>
void ConvolutionPass<T>::start(const FieldRows<const T>& input, T* scratch) {
  input_ = input;
  window_.start(input, scratch);
  factor_row_ = scratch + window_.memory();
  phase_rows_ = factor_row_ + (is_paired_ ? window_.row_size() : 0);
}

template <class T>
void ConvolutionPass<T>::row(Index y, const RowTarget<T>& target, const RowTarget<T>& next) {
  if (is_paired_)
    pair_of_rows(y, target, next);
  else
    single_row(y, target);
}

template <class T>
void ConvolutionPass<T>::pair_of_rows(Index y, const RowTarget<T>& target, const RowTarget<T>& next) {
  const bool is_single = next.to == nullptr;
  T *m1 = phase_rows_, *m2 = phase_rows_ + shape_.out_channels * phase_stride_;
  product(1, y, has_bias_ ? bias_.data() : nullptr, {nullptr, 0, m1, phase_stride_});
  product(2, y, nullptr, {nullptr, 0, m2, phase_stride_});
  for (Index o = 0; o < shape_.out_channels; ++o)
    kernels_->unpair(m1 + o * phase_stride_, m2 + o * phase_stride_, shape_.out_columns,
                     target.base ? target.base + o * target.base_stride : nullptr, target.to + o * target.to_stride,
                     next.base ? next.base + o * next.base_stride : nullptr,
                     is_single ? nullptr : next.to + o * next.to_stride);
  product(0, y, nullptr, {target.to, target.to_stride, target.to, target.to_stride});
  if (!is_single) product(3, y, nullptr, {next.to, next.to_stride, next.to, next.to_stride});
}

template <class T>
void ConvolutionPass<T>::product(std::size_t number, Index y, const T* bias, const RowTarget<T>& target) {
  const WinogradProduct& of = winograd_products[number];
  window_.combine(y + of.first, y + of.second, static_cast<T>(of.factor), factor_row_);
  std::array<const T*, most_taps> taps;
  int count = 0;
  for (const auto& column_tap : shape_.columns.phases[0])
    taps[static_cast<std::size_t>(count++)] = factor_row_ + window_.offset(column_tap.offset);
  kernels_->correlate({.from = taps.data(),
                       .from_stride = window_.stride(),
                       .weights = weights_.data() + begins_[number],
                       .bias = bias,
                       .base = target.base,
                       .base_stride = target.base_stride,
                       .to = target.to,
                       .to_stride = target.to_stride,
                       .taps = count,
                       .channels = shape_.in_channels,
                       .outputs = shape_.out_channels,
                       .columns = shape_.out_columns});
}

template <class T>
void ConvolutionPass<T>::single_row(Index y, const RowTarget<T>& target) {
  const Index stride = shape_.columns.stride, first = y / shape_.rows.stride * shape_.rows.step;
  const auto row_phase = static_cast<std::size_t>(y % shape_.rows.stride);
  if (!is_pointwise_) window_.stage(shape_.rows.last(y));
  std::array<const T*, most_taps> taps;
  for (Index phase = 0; phase < stride; ++phase) {
    const auto column_phase = static_cast<std::size_t>(phase);
    int count = 0;
    for (const auto& row_tap : shape_.rows.phases[row_phase])
      for (const auto& column_tap : shape_.columns.phases[column_phase])
        taps[static_cast<std::size_t>(count++)] =
            is_pointwise_ ? input_.row(y) : window_.row(first + row_tap.offset) + window_.offset(column_tap.offset);
    const bool is_direct = stride == 1;
    kernels_->correlate({.from = taps.data(),
                         .from_stride = is_pointwise_ ? input_.stride : window_.stride(),
                         .weights = weights_.data() + begins_[row_phase * shape_.columns.phases.size() + column_phase],
                         .bias = has_bias_ ? bias_.data() : nullptr,
                         .base = is_direct ? target.base : nullptr,
                         .base_stride = target.base_stride,
                         .to = is_direct ? target.to : phase_rows_ + phase * phase_stride_,
                         .to_stride = is_direct ? target.to_stride : stride * phase_stride_,
                         .taps = count,
                         .channels = shape_.in_channels,
                         .outputs = shape_.out_channels,
                         .columns = (shape_.out_columns - phase + stride - 1) / stride});
  }
  for (Index o = 0; stride > 1 && o < shape_.out_channels; ++o) {
    const T* even = phase_rows_ + o * stride * phase_stride_;
    kernels_->join(even, even + phase_stride_, shape_.out_columns,
                   target.base ? target.base + o * target.base_stride : nullptr, target.to + o * target.to_stride);
  }
}

template class ConvolutionPass<float>;
template class ConvolutionPass<double>;

}  // namespace mercer
