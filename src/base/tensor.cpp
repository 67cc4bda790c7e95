// Sizes of arrays in memory, checked.
#include <mercer/base/tensor.hpp>

#include <fmt/format.h>
#include <limits>

namespace mercer {

Allocation allocation(const Shape& shape, Index line, std::size_t element) {
  constexpr Index most = std::numeric_limits<std::ptrdiff_t>::max();
  bool empty = false;
  for (int axis = 0; axis < shape.dimensions(); ++axis) {
    require(shape[axis] >= 0, Fault::internal, "an array has {} positions along dimension {}", shape[axis], axis);
    empty = empty || shape[axis] == 0;
  }
  const Index lines = shape.back() / line + (shape.back() % line != 0 ? 1 : 0);
  Index row = 0, bytes = 0;
  bool fits = !__builtin_mul_overflow(lines, line, &row);
  if (empty) return {row, 0};
  fits = fits && !__builtin_mul_overflow(row, element, &bytes);
  for (int axis = 0; axis + 1 < shape.dimensions(); ++axis)
    fits = fits && !__builtin_mul_overflow(bytes, shape[axis], &bytes);
  require(fits && bytes <= most - static_cast<Index>(cache_line), Fault::memory,
          "there is no memory for an array of {} elements of {} bytes", fmt::join(shape.span(), " x "), element);
  return {row, static_cast<std::size_t>(bytes)};
}

}  // namespace mercer
