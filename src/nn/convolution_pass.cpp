// The rows that kernels make of a window, in tiles, with shared products or one by one.
#include <mercer/nn/convolution_pass.hpp>

#include <algorithm>
#include <utility>

namespace mercer {
namespace {

constexpr Index difference_slots = 4;

WindowShape window_of(const PassShape& shape, RowForm form) {
  const Index margin = shape.columns.margin;
  return {.rows = shape.in_rows,
          .columns = shape.in_columns,
          .channels = shape.in_channels,
          .margin_rows = shape.rows.margin,
          .margin_columns = margin,
          .width = std::max(shape.columns.last(shape.out_columns - 1) + 1, margin + shape.in_columns),
          .split = shape.columns.step,
          .slots = form == RowForm::tiles    ? 0
                   : form == RowForm::shared ? shape.rows.span() + shape.rows.step
                                             : shape.rows.span(),
          .boundary = shape.boundary,
          .row_boundary = shape.row_boundary};
}

Index made_rows(const RowProducts& products) {
  if (products.form == RowForm::tiles) return products.rows_at_once + 2;
  return products.form == RowForm::shared ? difference_slots : 0;
}

Index result_rows(const RowProducts& products, int column_stride) {
  if (products.form == RowForm::tiles) return products.rows_at_once;
  return (products.form == RowForm::shared ? 1 : 0) + (column_stride == 1 ? 0 : 1);
}

template <class T>
Index whole_lines(Index count) {
  constexpr auto line = static_cast<Index>(cache_line / sizeof(T));
  return (count + line - 1) / line * line;
}

}  // namespace

template <class T>
ConvolutionPass<T>::ConvolutionPass(PassShape shape, Simd level)
    : shape_(std::move(shape)),
      products_(shape_.rows, shape_.kernel_rows, shape_.out_rows, shape_.in_channels, shape_.out_channels),
      is_pointwise_(shape_.kernel_rows == 1 && shape_.kernel_columns == 1 && shape_.in_rows == shape_.out_rows &&
                    shape_.in_columns == shape_.out_columns && shape_.rows.margin == 0 && shape_.columns.margin == 0),
      kernels_(&field_kernels<T>(level)),
      window_(window_of(shape_, products_.form), level),
      phase_stride_(whole_lines<T>((shape_.out_columns + shape_.columns.stride - 1) / shape_.columns.stride)),
      result_size_(shape_.out_channels * shape_.columns.stride * phase_stride_),
      bias_({shape_.out_channels}) {
  require(shape_.kernel_rows * shape_.kernel_columns <= static_cast<Index>(most_taps), Fault::internal,
          "a kernel has at most {} weights for each pair of channels, not {}", most_taps,
          shape_.kernel_rows * shape_.kernel_columns);
  for (const RowProduct& product : products_.products)
    for (const auto& column_taps : shape_.columns.phases) {
      begins_.push_back(packed_count_);
      packed_count_ +=
          static_cast<Index>(product.size() * column_taps.size()) * shape_.in_channels * shape_.out_channels;
    }
}

template <class T>
Index ConvolutionPass<T>::scratch() const noexcept {
  return window_.memory() + made_rows(products_) * window_.row_size() +
         result_rows(products_, shape_.columns.stride) * result_size_;
}

template <class T>
void ConvolutionPass<T>::prepare(const T* weights, const T* bias, T sign, T* packed) {
  has_bias_ = bias != nullptr;
  for (Index o = 0; has_bias_ && o < shape_.out_channels; ++o) bias_(o) = sign * bias[o];
  packed_ = packed;
  for (const RowProduct& product : products_.products)
    for (const auto& column_taps : shape_.columns.phases) packed = pack(product, column_taps, weights, sign, packed);
}

/// In blocks of outputs, and in each [row tap][column tap][channel][output of the block].
template <class T>
T* ConvolutionPass<T>::pack(const RowProduct& product, const std::vector<TapAxis::Tap>& column_taps, const T* weights,
                            T sign, T* to) const {
  const Index blocks = (shape_.out_channels + kernels_->most_outputs - 1) / kernels_->most_outputs;
  for (Index block = 0; block < blocks; ++block) {
    const Range outputs{shape_.out_channels * block / blocks, shape_.out_channels * (block + 1) / blocks};
    for (const RowTap& row_tap : product)
      for (const auto& column_tap : column_taps) to = pack_tap(row_tap, outputs, weights + column_tap.weight, sign, to);
  }
  return to;
}

template <class T>
T* ConvolutionPass<T>::pack_tap(const RowTap& tap, const Range& outputs, const T* weights, T sign, T* to) const {
  const Index plane = shape_.kernel_rows * shape_.kernel_columns;
  const Index of_output = shape_.is_transposed ? plane : shape_.in_channels * plane;
  const Index of_channel = shape_.is_transposed ? shape_.out_channels * plane : plane;
  for (Index i = 0; i < static_cast<Index>(tap.weights.size()); ++i) {
    const auto& [row, factor] = tap.weights[static_cast<std::size_t>(i)];
    const T* from = weights + row * shape_.kernel_columns;
    const T scale = sign * static_cast<T>(factor);
    T* next = to;
    for (Index c = 0; c < shape_.in_channels; ++c)
      for (Index o = outputs.begin; o < outputs.end; ++o, ++next)
        *next = (i == 0 ? T{0} : *next) + scale * from[o * of_output + c * of_channel];
  }
  return to + shape_.in_channels * outputs.count();
}

template <class T>
void ConvolutionPass<T>::start(const FieldRows<const T>& input, T* scratch) {
  input_ = input;
  window_.start(input, scratch);
  made_ = scratch + window_.memory();
  results_ = made_ + made_rows(products_) * window_.row_size();
  differences_.fill(-1);
}

template <class T>
void ConvolutionPass<T>::rows(Index y, Index count, const FieldRows<const T>& base, const FieldRows<T>& to) {
  if (products_.form == RowForm::tiles) return tile(y, count, base, to);
  if (!is_pointwise_) window_.stage(shape_.rows.last(y + count - 1));
  const Index stride = shape_.rows.stride, first = y / stride * shape_.rows.step;
  if (products_.form == RowForm::single)
    write(static_cast<std::size_t>(y % stride), is_pointwise_ ? y : first, nullptr, base, to);
  else
    for (Index phase = 0; phase < std::min(stride, count); ++phase) shared(phase, first, count, base, to);
}

template <class T>
void ConvolutionPass<T>::tile(Index y, Index count, const FieldRows<const T>& base, const FieldRows<T>& to) {
  const Index most = products_.rows_at_once;
  window_.spread(y, static_cast<int>(most), static_cast<int>(count) + 2, made_);
  for (Index product = 1; product <= most; ++product)
    multiply(static_cast<std::size_t>(product), 0, 0, nullptr,
             {nullptr, 0, results_ + (product - 1) * result_size_, phase_stride_});
  kernels_->gather({.outputs = static_cast<int>(most),
                    .rows = static_cast<int>(count),
                    .products = results_,
                    .product_row = result_size_,
                    .product_stride = phase_stride_,
                    .bias = bias(),
                    .base = base.data,
                    .base_row = base.row_stride,
                    .base_stride = base.stride,
                    .to = to.data,
                    .to_row = to.row_stride,
                    .to_stride = to.stride,
                    .channels = shape_.out_channels,
                    .columns = shape_.out_columns});
  multiply(0, 0, 0, nullptr, {to.data, to.stride, to.data, to.stride});
  T* last = to.row(most - 1);
  if (count == most) multiply(static_cast<std::size_t>(most) + 1, 0, 0, nullptr, {last, to.stride, last, to.stride});
}

/// The one or two rows of a phase.
template <class T>
void ConvolutionPass<T>::shared(Index phase, Index first, Index count, const FieldRows<const T>& base,
                                const FieldRows<T>& to) {
  const SharedProducts& of = products_.shared[static_cast<std::size_t>(phase)];
  T* common = of.common < 0 ? nullptr : results_;
  for (std::size_t columns = 0; common != nullptr && columns < shape_.columns.phases.size(); ++columns)
    multiply(static_cast<std::size_t>(of.common), columns, first, bias(), phase_of(common, columns, nullptr));
  write(static_cast<std::size_t>(of.first), first, common, base.from(phase), to.from(phase));
  const Index next = phase + shape_.rows.stride;
  if (next < count) write(static_cast<std::size_t>(of.second), first, common, base.from(next), to.from(next));
}

/// A row: base + what is common, the bias included, + a product.
template <class T>
void ConvolutionPass<T>::write(std::size_t product, Index first, T* common, const FieldRows<const T>& base,
                               const FieldRows<T>& to) {
  const T* own_bias = common == nullptr ? bias() : nullptr;
  if (shape_.columns.stride == 1) {
    if (common == nullptr || base.data != nullptr)
      multiply(product, 0, first, own_bias, {base.data, base.stride, to.data, to.stride});
    else
      multiply(product, 0, first, own_bias, {common, phase_stride_, to.data, to.stride});
    for (Index o = 0; common != nullptr && base.data != nullptr && o < shape_.out_channels; ++o)
      kernels_->combine(to.data + o * to.stride, common + o * phase_stride_, T{1}, shape_.out_columns,
                        to.data + o * to.stride);
    return;
  }
  T* rows = common == nullptr ? results_ : results_ + result_size_;
  for (std::size_t phase = 0; phase < shape_.columns.phases.size(); ++phase)
    multiply(product, phase, first, own_bias, phase_of(rows, phase, common));
  for (Index o = 0; o < shape_.out_channels; ++o) {
    const T* even = rows + 2 * o * phase_stride_;
    kernels_->join(even, even + phase_stride_, shape_.out_columns,
                   base.data == nullptr ? nullptr : base.data + o * base.stride, to.data + o * to.stride);
  }
}

/// Every second column of a row of results on that of a base, which may be null.
template <class T>
auto ConvolutionPass<T>::phase_of(T* rows, std::size_t phase, const T* base) const -> Target {
  const Index begin = static_cast<Index>(phase) * phase_stride_, stride = shape_.columns.stride * phase_stride_;
  return {base == nullptr ? nullptr : base + begin, stride, rows + begin, stride};
}

template <class T>
const T* ConvolutionPass<T>::row_of(const RowTap& tap, Index first) {
  switch (tap.of) {
    case RowTap::Of::row:
      return window_.row(first + tap.position);
    case RowTap::Of::difference:
      return difference(first + tap.position);
    case RowTap::Of::spread:
      return made_ + tap.position * window_.row_size();
  }
  return nullptr;
}

/// Row - the row a step later, for all channels and with margins; those of a few positions stay.
template <class T>
const T* ConvolutionPass<T>::difference(Index position) {
  const Index slot = position / shape_.rows.step % difference_slots;
  T* to = made_ + slot * window_.row_size();
  Index& held = differences_[static_cast<std::size_t>(slot)];
  if (held != position)
    kernels_->combine(window_.row(position), window_.row(position + shape_.rows.step), T{-1}, window_.row_size(), to);
  held = position;
  return to;
}

template <class T>
void ConvolutionPass<T>::multiply(std::size_t product, std::size_t column_phase, Index first, const T* bias,
                                  const Target& target) {
  std::array<const T*, most_taps> taps;
  std::size_t count = 0;
  for (const RowTap& row_tap : products_.products[product]) {
    const T* row = is_pointwise_ ? input_.row(first) : row_of(row_tap, first);
    for (const auto& column_tap : shape_.columns.phases[column_phase])
      taps[count++] = is_pointwise_ ? row : row + window_.offset(column_tap.offset);
  }
  kernels_->correlate({.from = taps.data(),
                       .from_stride = is_pointwise_ ? input_.stride : window_.stride(),
                       .weights = packed_ + begins_[product * shape_.columns.phases.size() + column_phase],
                       .bias = bias,
                       .base = target.base,
                       .base_stride = target.base_stride,
                       .to = target.to,
                       .to_stride = target.to_stride,
                       .taps = static_cast<int>(count),
                       .channels = shape_.in_channels,
                       .outputs = shape_.out_channels,
                       .columns = (shape_.out_columns - static_cast<Index>(column_phase) + shape_.columns.stride - 1) /
                                  shape_.columns.stride});
}

template class ConvolutionPass<float>;
template class ConvolutionPass<double>;

}  // namespace mercer
