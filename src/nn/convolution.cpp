// Convolutions, their transposes with what lies beyond the boundary, and strips of rows for the gradients of weights.
#include <mercer/nn/convolution.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

constexpr Index strip_columns = 1024;  ///< of all rows of a strip; eight channels of them fill the nearest cache
constexpr Index most_strip_rows = 64;

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

bool must_fold(const ConvolutionShape& shape, Index rows, Index columns) {
  if (shape.padding == 0 || shape.boundary == Outside::zeros) return false;
  return shape.boundary != Outside::circular || shape.output_rows(rows) * shape.stride != rows ||
         shape.output_columns(columns) * shape.stride != columns;
}

PassShape forward_pass(const ConvolutionShape& shape, Index rows, Index columns) {
  return {.rows = TapAxis::correlation(shape.kernel_rows, shape.stride, shape.padding),
          .columns = TapAxis::correlation(shape.kernel_columns, shape.stride, shape.padding),
          .in_rows = rows,
          .in_columns = columns,
          .in_channels = shape.inputs,
          .out_rows = shape.output_rows(rows),
          .out_columns = shape.output_columns(columns),
          .out_channels = shape.outputs,
          .kernel_rows = shape.kernel_rows,
          .kernel_columns = shape.kernel_columns,
          .is_transposed = false,
          .boundary = shape.boundary};
}

/// Its outputs include the padding where that is to be folded back.
PassShape transposed_pass(const ConvolutionShape& shape, Index rows, Index columns, bool folds) {
  const Index first = folds ? 0 : shape.padding, more = folds ? 2 * shape.padding : 0;
  return {.rows = TapAxis::transpose(shape.kernel_rows, shape.stride, first),
          .columns = TapAxis::transpose(shape.kernel_columns, shape.stride, first),
          .in_rows = shape.output_rows(rows),
          .in_columns = shape.output_columns(columns),
          .in_channels = shape.outputs,
          .out_rows = rows + more,
          .out_columns = columns + more,
          .out_channels = shape.inputs,
          .kernel_rows = shape.kernel_rows,
          .kernel_columns = shape.kernel_columns,
          .is_transposed = true,
          .boundary = folds || shape.padding == 0 ? Outside::zeros : shape.boundary};
}

Index strip_rows(Index out_rows, Index out_columns) {
  return std::clamp<Index>(strip_columns / out_columns, 1, std::min(out_rows, most_strip_rows));
}

WindowShape input_window(const ConvolutionShape& shape, Index rows, Index columns, Index strip) {
  const Index reach = shape.stride * (shape.output_columns(columns) - 1) + shape.kernel_columns;
  return {.rows = rows,
          .columns = columns,
          .channels = shape.inputs,
          .margin_rows = shape.padding,
          .margin_columns = shape.padding,
          .width = std::max(reach, shape.padding + columns),
          .split = shape.stride,
          .slots = shape.stride * (strip - 1) + shape.kernel_rows,
          .boundary = shape.boundary};
}

WindowShape gradient_window(const ConvolutionShape& shape, Index rows, Index columns, Index strip) {
  return {.rows = rows,
          .columns = columns,
          .channels = shape.outputs,
          .margin_rows = 0,
          .margin_columns = 0,
          .width = columns,
          .split = 1,
          .slots = strip,
          .boundary = Outside::zeros};
}

template <class T>
Index padded_row(Index columns) {
  constexpr auto line = static_cast<Index>(cache_line / sizeof(T));
  return (columns + line - 1) / line * line;
}

/// Rows of a field of channels, or nothing where there is no field.
template <class T>
T* row_of(const FieldRows<T>& field, Index y) {
  return field.data == nullptr ? nullptr : field.row(y);
}

}  // namespace

Index ConvolutionShape::output_rows(Index rows) const { return output_size(*this, kernel_rows, rows); }
Index ConvolutionShape::output_columns(Index columns) const { return output_size(*this, kernel_columns, columns); }

template <class T>
Convolution<T>::Convolution(const ConvolutionShape& shape, Index rows, Index columns, Simd level)
    : shape_(shape),
      rows_(rows),
      columns_(columns),
      out_rows_(shape.output_rows(rows)),
      out_columns_(shape.output_columns(columns)),
      folds_(must_fold(shape, rows, columns)),
      kernels_(&field_kernels<T>(level)),
      forward_(forward_pass(shape, rows, columns), level),
      transpose_(transposed_pass(shape, rows, columns, folds_), level),
      strip_(strip_rows(out_rows_, out_columns_)),
      input_strip_(input_window(shape, rows, columns, strip_), level),
      gradient_strip_(gradient_window(shape, out_rows_, out_columns_, strip_), level),
      weight_sums_(shape.weights(), Rows::dense),
      bias_sums_({shape.outputs}) {
  require(shape.stride == 1 || shape.stride == 2, Fault::internal, "a convolution has stride 1 or 2, not {}",
          shape.stride);
}

template <class T>
Index Convolution<T>::scratch() const noexcept {
  const Index folded = folds_ ? shape_.inputs * padded_row<T>(columns_ + 2 * shape_.padding) : 0;
  return std::max(
      {forward_.scratch(), transpose_.scratch() + folded, input_strip_.memory() + gradient_strip_.memory()});
}

template <class T>
void Convolution<T>::prepare(const T* weights, const T* bias, T sign) {
  has_bias_ = bias != nullptr;
  forward_.prepare(weights, bias, sign);
}

template <class T>
void Convolution<T>::prepare_transpose(const T* weights, T sign) {
  transpose_.prepare(weights, nullptr, sign);
}

template <class T>
void Convolution<T>::row(Index y, const FieldRows<const T>& base, const FieldRows<T>& to) {
  forward_.row(y, row_of(base, y), base.stride, to.row(y), to.stride);
}

template <class T>
void Convolution<T>::transposed_row(Index y, const FieldRows<const T>& base, const FieldRows<T>& to) {
  transpose_.row(y, row_of(base, y), base.stride, to.row(y), to.stride);
}

template <class T>
void Convolution<T>::apply(const FieldRows<const T>& x, const FieldRows<const T>& base, const FieldRows<T>& y,
                           T* scratch) {
  start(x, scratch);
  for (Index j = 0; j < out_rows_; ++j) row(j, base, y);
}

template <class T>
void Convolution<T>::apply_transpose(const FieldRows<const T>& gy, const FieldRows<const T>& base,
                                     const FieldRows<T>& gx, T* scratch) {
  start_transpose(gy, scratch);
  if (!folds_) {
    for (Index y = 0; y < rows_; ++y) transposed_row(y, base, gx);
    return;
  }
  for (Index y = 0; y < rows_; ++y)
    for (Index c = 0; c < shape_.inputs; ++c) {
      T* to = gx.row(y) + c * gx.stride;
      if (base.data == nullptr)
        std::fill_n(to, columns_, T{0});
      else if (base.data != gx.data)
        std::copy_n(base.row(y) + c * base.stride, columns_, to);
    }
  T* padded = scratch + transpose_.scratch();
  const Index stride = padded_row<T>(columns_ + 2 * shape_.padding);
  for (Index position = 0; position < rows_ + 2 * shape_.padding; ++position) {
    transpose_.row(position, nullptr, 0, padded, stride);
    fold_row(position, padded, stride, gx);
  }
}

/// Adds a row of the gradient of the continued field to the row and the columns that it was continued from.
template <class T>
void Convolution<T>::fold_row(Index position, const T* padded, Index stride, const FieldRows<T>& gx) const {
  const Index p = shape_.padding, y = place_inside(shape_.boundary, position - p, rows_);
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
  const Index kernel_rows = shape_.kernel_rows, kernel_columns = shape_.kernel_columns;
  const auto taps = static_cast<std::size_t>(kernel_rows * kernel_columns);
  input_strip_.start(x, scratch);
  gradient_strip_.start(gy, scratch + input_strip_.memory());
  std::array<const T*, static_cast<std::size_t>(most_strip_rows)> gradients;
  std::array<const T*, static_cast<std::size_t>(most_strip_rows) * most_taps> inputs;
  for (Index begin = 0; begin < out_rows_; begin += strip_) {
    const Index end = std::min(begin + strip_, out_rows_);
    input_strip_.stage((end - 1) * shape_.stride + kernel_rows - 1);
    gradient_strip_.stage(end - 1);
    std::size_t next = 0;
    for (Index y = begin; y < end; ++y) {
      gradients[static_cast<std::size_t>(y - begin)] = gradient_strip_.at(y, 0);
      for (Index d = 0; d < kernel_rows; ++d)
        for (Index e = 0; e < kernel_columns; ++e) inputs[next++] = input_strip_.at(y * shape_.stride + d, e);
    }
    kernels_->add_weight_gradient({.gradient = gradients.data(),
                                   .input = inputs.data(),
                                   .gradient_stride = gradient_strip_.stride(),
                                   .input_stride = input_strip_.stride(),
                                   .rows = static_cast<int>(end - begin),
                                   .taps = static_cast<int>(taps),
                                   .channels = shape_.inputs,
                                   .outputs = shape_.outputs,
                                   .columns = out_columns_,
                                   .sums = weight_sums_.data()});
  }
  if (has_bias_) sum_bias(gy);
}

template <class T>
void Convolution<T>::sum_bias(const FieldRows<const T>& gy) {
  for (Index y = 0; y < out_rows_; ++y)
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
  for (Index i = 0; i < weight_sums_.count(); ++i) weights[i] += sign * weight_sums_.data()[i];
  for (Index o = 0; bias != nullptr && o < shape_.outputs; ++o) bias[o] += sign * bias_sums_(o);
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace mercer
