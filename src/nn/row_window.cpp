// Copies rows with their margins.
#include <mercer/nn/row_window.hpp>

#include <algorithm>

namespace mercer {
namespace {

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
  const Index row_before_split = shape_.split == 1 ? 0 : odd_lines<T>(shape_.width);
  return shape_.slots * row_size() + row_before_split;
}

template <class T>
void RowWindow<T>::start(const FieldRows<const T>& field, T* memory) noexcept {
  field_ = field;
  memory_ = memory;
  staged_ = 0;
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
  const Index before = shape_.margin_columns, end = before + shape_.columns;
  T* whole = shape_.split == 1 ? to + lead_ : memory_ + shape_.slots * row_size();
  const auto value = [&](Index position) {
    const Index x = place_inside(shape_.boundary, position - before, shape_.columns);
    return x < 0 ? T{0} : from[x];
  };
  for (Index position = 0; position < before; ++position) whole[position] = value(position);
  std::copy_n(from, shape_.columns, whole + before);
  for (Index position = end; position < shape_.width; ++position) whole[position] = value(position);
  if (shape_.split == 1) {
    std::fill(whole + shape_.width, to + pitch_, T{0});
  } else {
    kernels_->split(whole, shape_.width, to, to + pitch_);
    std::fill(to + (shape_.width + 1) / 2, to + pitch_, T{0});
    std::fill(to + pitch_ + shape_.width / 2, to + 2 * pitch_, T{0});
  }
}

template class RowWindow<float>;
template class RowWindow<double>;

}  // namespace mercer
