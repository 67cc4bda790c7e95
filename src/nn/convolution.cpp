// Convolutions, their transposes with what lies beyond the boundary, and strips of rows for the gradients of weights.
#include <mercer/nn/batch_cost.hpp>
#include <mercer/nn/convolution.hpp>
#include <mercer/nn/winograd.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

constexpr Index strip_columns = 1024;  ///< of all rows of a strip; eight channels of them fill the nearest cache
constexpr std::size_t most_strip_rows = 64;

Index output_size(const ConvolutionShape& shape, Index kernel, Index size) {
  require(size + 2 * shape.padding >= kernel, Fault::config,
          "a grid of {} points along one axis is too small for a kernel of {} with padding {}; use fewer levels or a "
          "finer grid",
          size, kernel, shape.padding);
  require(shape.boundary != Outside::reflect || size > shape.padding, Fault::config,
          "a grid of {} points along one axis cannot be reflected by {}; use fewer levels or a finer grid", size,
          shape.padding);
  return (size + 2 * shape.padding - kernel) / shape.stride + 1;
}

bool must_fold_columns(const ConvolutionShape& shape, Index columns) {
  if (shape.padding == 0 || shape.boundary == Outside::zeros) return false;
  return shape.boundary != Outside::circular || shape.output_columns(columns) * shape.stride != columns;
}

bool must_fold(const ConvolutionShape& shape, Index rows, Index columns) {
  if (must_fold_columns(shape, columns)) return true;
  return shape.padding > 0 && shape.boundary == Outside::circular && shape.output_rows(rows) * shape.stride != rows;
}

/// Rows in pairs are half as many for each product.
Index strip_rows(Index out_rows, Index out_columns, bool is_paired) {
  const Index columns = is_paired ? 2 * strip_columns : strip_columns;
  const Index rows = std::clamp<Index>(columns / out_columns, 1, static_cast<Index>(most_strip_rows));
  return std::min(out_rows, is_paired ? (rows + 1) / 2 * 2 : rows);
}

WindowShape gradient_window(const ConvolutionShape& shape, Index rows, Index columns, Index slots) {
  return {.rows = rows,
          .columns = columns,
          .channels = shape.outputs,
          .margin_rows = 0,
          .margin_columns = 0,
          .width = columns,
          .split = 1,
          .slots = slots,
          .boundary = Outside::zeros,
          .row_boundary = Outside::zeros};
}

template <class T>
Index padded_row(Index columns) {
  constexpr auto line = static_cast<Index>(cache_line / sizeof(T));
  return (columns + line - 1) / line * line;
}

}  // namespace

Index ConvolutionShape::output_rows(Index rows) const { return output_size(*this, kernel_rows, rows); }
Index ConvolutionShape::output_columns(Index columns) const { return output_size(*this, kernel_columns, columns); }

template <class T>
auto Convolution<T>::whole_lines(const ConvolutionShape& shape, Index rows, Index columns) -> Lines {
  return {{.inputs = rows, .outputs = shape.output_rows(rows), .before = shape.padding},
          shape.boundary,
          must_fold(shape, rows, columns) ? shape.padding : 0};
}

template <class T>
PassShape Convolution<T>::forward_pass(const ConvolutionShape& shape, const Lines& lines, Index columns) {
  return {.rows = TapAxis::correlation(shape.kernel_rows, shape.stride, lines.rows.before),
          .columns = TapAxis::correlation(shape.kernel_columns, shape.stride, shape.padding),
          .in_rows = lines.rows.inputs,
          .in_columns = columns,
          .in_channels = shape.inputs,
          .out_rows = lines.rows.outputs,
          .out_columns = shape.output_columns(columns),
          .out_channels = shape.outputs,
          .kernel_rows = shape.kernel_rows,
          .kernel_columns = shape.kernel_columns,
          .is_transposed = false,
          .boundary = shape.boundary,
          .row_boundary = lines.boundary};
}

/// Its outputs include the padding where that is to be folded back.
template <class T>
PassShape Convolution<T>::transposed_pass(const ConvolutionShape& shape, const Lines& lines, Index columns,
                                          bool folds) {
  const Index first = folds ? 0 : shape.padding, more = folds ? 2 * shape.padding : 0;
  const Outside boundary = folds || shape.padding == 0 ? Outside::zeros : shape.boundary;
  return {.rows = TapAxis::transpose(shape.kernel_rows, shape.stride, lines.rows.before - lines.folded),
          .columns = TapAxis::transpose(shape.kernel_columns, shape.stride, first),
          .in_rows = lines.rows.outputs,
          .in_columns = shape.output_columns(columns),
          .in_channels = shape.outputs,
          .out_rows = lines.rows.inputs + 2 * lines.folded,
          .out_columns = columns + more,
          .out_channels = shape.inputs,
          .kernel_rows = shape.kernel_rows,
          .kernel_columns = shape.kernel_columns,
          .is_transposed = true,
          .boundary = boundary,
          .row_boundary = lines.boundary == Outside::circular ? boundary : Outside::zeros};
}

template <class T>
WindowShape Convolution<T>::input_window(const ConvolutionShape& shape, const Lines& lines, Index columns,
                                         Index strip) {
  const Index reach = shape.stride * (shape.output_columns(columns) - 1) + shape.kernel_columns;
  return {.rows = lines.rows.inputs,
          .columns = columns,
          .channels = shape.inputs,
          .margin_rows = lines.rows.before,
          .margin_columns = shape.padding,
          .width = std::max(reach, shape.padding + columns),
          .split = shape.stride,
          .slots = strip == 0 ? 0 : shape.stride * (strip - 1) + shape.kernel_rows,
          .boundary = shape.boundary,
          .row_boundary = lines.boundary};
}

template <class T>
Convolution<T>::Convolution(const ConvolutionShape& shape, Index rows, Index columns, Simd level, Ways ways)
    : Convolution(shape, whole_lines(shape, rows, columns), columns, must_fold(shape, rows, columns), level, ways) {}

template <class T>
Convolution<T>::Convolution(const ConvolutionShape& shape, const SlabRows& rows, Index columns, Simd level, Ways ways)
    : Convolution(shape, Lines{rows, Outside::zeros, 0}, columns, must_fold_columns(shape, columns), level, ways) {
  require(0 <= rows.before && rows.before < shape.kernel_rows, Fault::internal,
          "a kernel of {} rows cannot begin {} rows before a slab", shape.kernel_rows, rows.before);
}

template <class T>
Convolution<T>::Convolution(const ConvolutionShape& shape, const Lines& lines, Index columns, bool folds, Simd level,
                            Ways ways)
    : shape_(shape),
      lines_(lines),
      columns_(columns),
      out_columns_(shape.output_columns(columns)),
      is_paired_(pays_in_pairs(shape.kernel_rows, shape.stride, shape.inputs, shape.outputs)),
      folds_(folds),
      kernels_(&field_kernels<T>(level)),
      forward_(forward_pass(shape, lines, columns), level),
      transpose_(transposed_pass(shape, lines, columns, folds), level),
      strip_(strip_rows(lines.rows.outputs, out_columns_, is_paired_)),
      input_strip_(input_window(shape, lines, columns, is_paired_ ? 0 : strip_), level),
      gradient_strip_(gradient_window(shape, lines.rows.outputs, out_columns_, is_paired_ ? 0 : strip_), level),
      weight_sums_({is_paired_ ? 4 : shape.kernel_rows, shape.outputs * shape.inputs * shape.kernel_columns},
                   Rows::dense),
      bias_sums_({shape.outputs}),
      packed_({ways == Ways::both ? forward_.packed() : std::max(forward_.packed(), transpose_.packed())}) {
  require(shape.stride == 1 || shape.stride == 2, Fault::internal, "a convolution has stride 1 or 2, not {}",
          shape.stride);
  if (ways == Ways::both) transpose_packed_ = Tensor<T>({transpose_.packed()});
}

template <class T>
Index Convolution<T>::scratch() const noexcept {
  const Index folded =
      folds_ ? transpose_.rows_at_once() * shape_.inputs * padded_row<T>(columns_ + 2 * shape_.padding) : 0;
  const Index pairs = is_paired_ ? (strip_ + 1) / 2 * (input_strip_.row_size() + gradient_strip_.row_size()) : 0;
  return std::max(
      {forward_.scratch(), transpose_.scratch() + folded, input_strip_.memory() + gradient_strip_.memory() + pairs});
}

template <class T>
double Convolution<T>::bytes() const noexcept {
  return forward_.bytes() + transpose_.bytes() + memory_bytes(weight_sums_) + memory_bytes(bias_sums_) +
         memory_bytes(packed_) + memory_bytes(transpose_packed_);
}

template <class T>
void Convolution<T>::prepare(const T* weights, const T* bias, T sign) {
  has_bias_ = bias != nullptr;
  is_forward_ready_ = true;
  is_transpose_ready_ = is_transpose_ready_ && holds_both();
  forward_.prepare(weights, bias, sign, packed_.data());
}

template <class T>
void Convolution<T>::prepare_transpose(const T* weights, T sign) {
  is_transpose_ready_ = true;
  is_forward_ready_ = is_forward_ready_ && holds_both();
  transpose_.prepare(weights, nullptr, sign, holds_both() ? transpose_packed_.data() : packed_.data());
}

template <class T>
void Convolution<T>::start(const FieldRows<const T>& x, T* scratch) {
  require(is_forward_ready_, Fault::internal, "a convolution has no weights for this way; call prepare");
  forward_.start(x, scratch);
}

template <class T>
void Convolution<T>::row(Index y, const FieldRows<const T>& base, const FieldRows<T>& to) {
  const Index most = forward_.rows_at_once();
  if (y % most == 0) forward_.rows(y, std::min(most, lines_.rows.outputs - y), base.from(y), to.from(y));
}

template <class T>
void Convolution<T>::apply(const FieldRows<const T>& x, const FieldRows<const T>& base, const FieldRows<T>& y,
                           T* scratch) {
  start(x, scratch);
  for (Index j = 0; j < lines_.rows.outputs; ++j) row(j, base, y);
}

template <class T>
void Convolution<T>::apply_transpose(const FieldRows<const T>& gy, const FieldRows<const T>& base,
                                     const FieldRows<T>& gx, T* scratch) {
  require(is_transpose_ready_, Fault::internal, "a convolution has no weights for this way; call prepare_transpose");
  transpose_.start(gy, scratch);
  if (folds_) return apply_folded(base, gx, scratch + transpose_.scratch());
  const Index most = transpose_.rows_at_once();
  for (Index y = 0; y < lines_.rows.inputs; y += most)
    transpose_.rows(y, std::min(most, lines_.rows.inputs - y), base.from(y), gx.from(y));
}

template <class T>
void Convolution<T>::apply_folded(const FieldRows<const T>& base, const FieldRows<T>& gx, T* padded) {
  for (Index y = 0; y < lines_.rows.inputs; ++y)
    for (Index c = 0; c < shape_.inputs; ++c) {
      T* to = gx.row(y) + c * gx.stride;
      if (base.data == nullptr)
        std::fill_n(to, columns_, T{0});
      else if (base.data != gx.data)
        std::copy_n(base.row(y) + c * base.stride, columns_, to);
    }
  const Index stride = padded_row<T>(columns_ + 2 * shape_.padding), rows = lines_.rows.inputs + 2 * lines_.folded;
  const FieldRows<T> some{padded, shape_.inputs * stride, stride};
  for (Index position = 0, count = transpose_.rows_at_once(); position < rows; position += count) {
    count = std::min(count, rows - position);
    transpose_.rows(position, count, {}, some);
    for (Index row = 0; row < count; ++row) fold_row(position + row, some.row(row), stride, gx);
  }
}

/// Adds a row of the gradient of the continued field to the row and the columns that it was continued from.
template <class T>
void Convolution<T>::fold_row(Index position, const T* padded, Index stride, const FieldRows<T>& gx) const {
  const Index p = shape_.padding, y = place_inside(shape_.boundary, position - lines_.folded, lines_.rows.inputs);
  for (Index c = 0; c < shape_.inputs; ++c) {
    const T* from = padded + c * stride;
    T* to = gx.row(y) + c * gx.stride;
    for (Index x = 0; x < columns_; ++x) to[x] += from[p + x];
    for (Index margin = 0; margin < p; ++margin) {
      to[place_inside(shape_.boundary, margin - p, columns_)] += from[margin];
      to[place_inside(shape_.boundary, columns_ + margin, columns_)] += from[p + columns_ + margin];
    }
  }
}

template <class T>
void Convolution<T>::clear_gradient() {
  std::fill_n(weight_sums_.data(), weight_sums_.count(), T{0});
  std::fill_n(bias_sums_.data(), bias_sums_.count(), T{0});
}

template <class T>
void Convolution<T>::sum_gradient(const FieldRows<const T>& x, const FieldRows<const T>& gy, T* scratch) {
  input_strip_.start(x, scratch);
  gradient_strip_.start(gy, scratch + input_strip_.memory());
  for (Index begin = 0; begin < lines_.rows.outputs; begin += strip_) {
    const Index end = std::min(begin + strip_, lines_.rows.outputs);
    if (is_paired_)
      sum_pairs(begin, end, gy, scratch + input_strip_.memory() + gradient_strip_.memory());
    else
      sum_plain(begin, end);
  }
  if (has_bias_) sum_bias(gy);
}

template <class T>
void Convolution<T>::sum_plain(Index begin, Index end) {
  std::array<const T*, most_strip_rows> gradients;
  std::array<const T*, most_strip_rows * most_taps> inputs;
  std::size_t next = 0;
  input_strip_.stage((end - 1) * shape_.stride + shape_.kernel_rows - 1);
  gradient_strip_.stage(end - 1);
  for (Index y = begin; y < end; ++y) {
    gradients[static_cast<std::size_t>(y - begin)] = gradient_strip_.row(y) + gradient_strip_.offset(0);
    for (Index d = 0; d < shape_.kernel_rows; ++d)
      for (Index e = 0; e < shape_.kernel_columns; ++e)
        inputs[next++] = input_strip_.row(y * shape_.stride + d) + input_strip_.offset(e);
  }
  sum_products(gradients.data(), gradient_strip_.stride(), inputs.data(), end - begin,
               shape_.kernel_rows * shape_.kernel_columns, weight_sums_.data());
}

/// Each of Winograd's products has a gradient with respect to its weights, summed on its own. Rows of gy that go into
/// it alone are taken where they are, unless something that is no number may follow their last column.
template <class T>
void Convolution<T>::sum_pairs(Index begin, Index end, const FieldRows<const T>& gy, T* scratch) {
  const Index input_size = input_strip_.row_size(), gradient_size = gradient_strip_.row_size();
  T* gradient_rows = scratch + (strip_ + 1) / 2 * input_size;
  const bool has_whole_lines = padded_row<T>(out_columns_) == out_columns_;
  std::array<const T*, most_strip_rows> gradients;
  std::array<const T*, most_strip_rows * most_taps> inputs;
  for (std::size_t product = 0; product < 4; ++product) {
    const WinogradProduct& of = winograd_products[product];
    const bool is_alone = product == 0 || product == 3, is_direct = is_alone && has_whole_lines;
    const T factor = is_alone ? T{0} : product == 1 ? T{1} : T{-1};
    std::size_t count = 0, next = 0;
    for (Index y = begin; y < end && (product != 3 || y + 1 < end); y += 2, ++count) {
      T *input = scratch + (y - begin) / 2 * input_size, *sum = gradient_rows + (y - begin) / 2 * gradient_size;
      input_strip_.combine(y + of.first, y + of.second, static_cast<T>(of.factor), input);
      for (Index e = 0; e < shape_.kernel_columns; ++e) inputs[next++] = input + input_strip_.offset(e);
      const Index first = product == 3 ? y + 1 : y;
      if (!is_direct) gradient_strip_.combine(first, is_alone ? first : y + 1, factor, sum);
      gradients[count] = is_direct ? gy.row(first) : sum + gradient_strip_.offset(0);
    }
    sum_products(gradients.data(), is_direct ? gy.stride : gradient_strip_.stride(), inputs.data(),
                 static_cast<Index>(count), shape_.kernel_columns,
                 weight_sums_.data() + static_cast<Index>(product) * weight_sums_.count() / 4);
  }
}

template <class T>
void Convolution<T>::sum_products(const T* const* gradients, Index gradient_stride, const T* const* inputs, Index rows,
                                  Index taps, T* sums) {
  kernels_->add_weight_gradient({.gradient = gradients,
                                 .input = inputs,
                                 .gradient_stride = gradient_stride,
                                 .input_stride = input_strip_.stride(),
                                 .rows = static_cast<int>(rows),
                                 .taps = static_cast<int>(taps),
                                 .channels = shape_.inputs,
                                 .outputs = shape_.outputs,
                                 .columns = out_columns_,
                                 .sums = sums});
}

template <class T>
void Convolution<T>::sum_bias(const FieldRows<const T>& gy) {
  for (Index y = 0; y < lines_.rows.outputs; ++y)
    for (Index o = 0; o < shape_.outputs; ++o) {
      const T* row = gy.row(y) + o * gy.stride;
      T sum = 0;
#pragma omp simd reduction(+ : sum)
      for (Index x = 0; x < out_columns_; ++x) sum += row[x];
      bias_sums_(o) += sum;
    }
}

template <class T>
void Convolution<T>::add_gradient(T sign, T* weights, T* bias) const {
  for (Index o = 0; bias != nullptr && o < shape_.outputs; ++o) bias[o] += sign * bias_sums_(o);
  const T* sums = weight_sums_.data();
  if (!is_paired_) {
    for (Index i = 0; i < weight_sums_.count(); ++i) weights[i] += sign * sums[i];
    return;
  }
  const Index columns = shape_.kernel_columns, part = weight_sums_.count() / 4;
  for (Index i = 0; i < part; ++i)
    for (Index d = 0; d < 3; ++d) {
      T sum = 0;
      for (std::size_t product = 0; product < 4; ++product)
        sum += static_cast<T>(winograd_products[product].weights[static_cast<std::size_t>(d)]) *
               sums[static_cast<Index>(product) * part + i];
      weights[(i / columns * 3 + d) * columns + i % columns] += sign * sum;
    }
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace mercer
