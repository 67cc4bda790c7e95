// Copies rows with their margins.
#include <mercer/nn/row_window.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// A row is followed by so many zeros, as kernels read up to the end of a vector.
template <class T>
constexpr Index line = static_cast<Index>(cache_line / sizeof(T));

constexpr Index none = -1;

/// The next odd number of cache lines, so that the rows of channels do not compete for the same places of a cache.
template <class T>
Index odd_lines(Index count) {
  return ((count + line<T> - 1) / line<T> | 1) * line<T>;
}

}  // namespace

template <class T>
RowWindow<T>::RowWindow(const WindowShape& shape, Simd level)
    : shape_(shape), kernels_(&field_kernels<T>(level)), lead_(shape.split == 1 ? line<T> - shape.margin_columns : 0) {
  require(shape.margin_columns <= line<T>, Fault::internal, "a window has a margin of at most {} columns, not {}",
          line<T>, shape.margin_columns);
  const Index columns = (shape.width + shape.split - 1) / shape.split;
  pitch_ = odd_lines<T>(lead_ + columns + line<T>);
  const Index before = shape.margin_columns;
  for (Index position = 0; position < shape.width; ++position) {
    if (position == before) position += shape.columns;
    if (position >= shape.width) break;
    const Index from = place_inside(shape.boundary, position - before, shape.columns);
    margins_.push_back({offset(position), from < 0 ? none : offset(before + from)});
  }
}

template <class T>
Index RowWindow<T>::memory() const noexcept {
  return shape_.slots > 0 ? shape_.slots * row_size() : odd_lines<T>(shape_.columns);
}

template <class T>
void RowWindow<T>::start(const FieldRows<const T>& field, T* memory) noexcept {
  field_ = field;
  memory_ = memory;
  staged_ = 0;
  if (shape_.slots == 0) std::fill_n(memory_, RowWindow::memory(), T{0});
}

template <class T>
auto RowWindow<T>::source(Index position) const -> Source {
  const Index y = place_inside(shape_.row_boundary, position - shape_.margin_rows, shape_.rows);
  return y < 0 ? Source{memory_, 0} : Source{field_.row(y), field_.stride};
}

template <class T>
void RowWindow<T>::combine(Index a, Index b, T factor, T* to) const {
  const Source first = source(a), second = source(b);
  for (Index c = 0; c < shape_.channels; ++c) {
    T* row = to + c * stride();
    kernels_->combine(first.data + c * first.stride, second.data + c * second.stride, factor, shape_.columns,
                      row + offset(shape_.margin_columns));
    continue_row(row);
    std::fill_n(row + lead_ + shape_.width, line<T>, T{0});
  }
}

template <class T>
void RowWindow<T>::spread(Index position, int outputs, int known, T* to) const {
  SpreadRows<T> rows{.outputs = outputs,
                     .from = {},
                     .from_stride = {},
                     .to = to + offset(shape_.margin_columns),
                     .to_row = row_size(),
                     .to_stride = stride(),
                     .channels = shape_.channels,
                     .columns = shape_.columns};
  for (int i = 0; i < outputs + 2; ++i) {
    const Source from = i < known ? source(position + i) : Source{memory_, 0};
    rows.from[i] = from.data;
    rows.from_stride[i] = from.stride;
  }
  kernels_->spread(rows);
  for (Index row = 0; row < (outputs + 2) * shape_.channels; ++row) continue_row(to + row * stride());
}

template <class T>
void RowWindow<T>::continue_row(T* row) const {
  for (const Margin& margin : margins_) row[margin.to] = margin.from == none ? T{0} : row[margin.from];
}

template <class T>
void RowWindow<T>::stage(Index position) {
  for (; staged_ <= position; ++staged_) {
    T* slot = memory_ + staged_ % shape_.slots * row_size();
    const Index y = place_inside(shape_.row_boundary, staged_ - shape_.margin_rows, shape_.rows);
    if (y < 0) {
      std::fill_n(slot, row_size(), T{0});
      continue;
    }
    const T* from = field_.row(y);
    for (Index c = 0; c < shape_.channels; ++c) fill(slot + c * stride(), from + c * field_.stride);
  }
}

template <class T>
void RowWindow<T>::fill(T* to, const T* from) const {
  if (shape_.split != 1) return fill_split(to, from);
  std::copy_n(from, shape_.columns, to + offset(shape_.margin_columns));
  continue_row(to);
  std::fill_n(to + lead_ + shape_.width, line<T>, T{0});
}

template <class T>
void RowWindow<T>::fill_split(T* to, const T* from) const {
  const Index before = shape_.margin_columns;
  kernels_->split(from, shape_.columns, to + offset(before), to + offset(before + 1));
  continue_row(to);
  std::fill_n(to + (shape_.width + 1) / 2, line<T>, T{0});
  std::fill_n(to + pitch_ + shape_.width / 2, line<T>, T{0});
}

template class RowWindow<float>;
template class RowWindow<double>;

}  // namespace mercer
