// Copies rows with their margins.
#include <mercer/nn/row_window.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// A row is followed by so many zeros, as kernels read up to the end of a vector.
template <class T>
constexpr Index line = static_cast<Index>(cache_line / sizeof(T));

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
  const Index before = shape_.margin_columns, end = before + shape_.columns;
  for (Index c = 0; c < shape_.channels; ++c) {
    const T *x = first.data + c * first.stride, *y = second.data + c * second.stride;
    T* whole = to + c * stride() + lead_;
    const auto value = [&](Index position) {
      const Index at = place_inside(shape_.boundary, position - before, shape_.columns);
      return at < 0 ? T{0} : x[at] + factor * y[at];
    };
    kernels_->combine(x, y, factor, shape_.columns, whole + before);
    for (Index position = 0; position < before; ++position) whole[position] = value(position);
    for (Index position = end; position < shape_.width; ++position) whole[position] = value(position);
    std::fill_n(whole + shape_.width, line<T>, T{0});
  }
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
  const Index before = shape_.margin_columns, end = before + shape_.columns;
  T* whole = to + lead_;
  const auto value = [&](Index position) {
    const Index x = place_inside(shape_.boundary, position - before, shape_.columns);
    return x < 0 ? T{0} : from[x];
  };
  for (Index position = 0; position < before; ++position) whole[position] = value(position);
  std::copy_n(from, shape_.columns, whole + before);
  for (Index position = end; position < shape_.width; ++position) whole[position] = value(position);
  std::fill_n(whole + shape_.width, line<T>, T{0});
}

template <class T>
void RowWindow<T>::fill_split(T* to, const T* from) const {
  const Index before = shape_.margin_columns, end = before + shape_.columns;
  T *even = to, *odd = to + pitch_;
  const auto put = [&](Index position) {
    const Index x = place_inside(shape_.boundary, position - before, shape_.columns);
    to[offset(position)] = x < 0 ? T{0} : from[x];
  };
  if (before % 2 == 0)
    kernels_->split(from, shape_.columns, even + before / 2, odd + before / 2);
  else  // columns change sides
    kernels_->split(from, shape_.columns, odd + before / 2, even + (before + 1) / 2);
  for (Index position = 0; position < before; ++position) put(position);
  for (Index position = end; position < shape_.width; ++position) put(position);
  std::fill_n(even + (shape_.width + 1) / 2, line<T>, T{0});
  std::fill_n(odd + shape_.width / 2, line<T>, T{0});
}

template class RowWindow<float>;
template class RowWindow<double>;

}  // namespace mercer
