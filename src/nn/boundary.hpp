// What a field is beyond its grid.
#pragma once

#include <mercer/base/index.hpp>

#include <algorithm>

namespace mercer {

/// Zero, the other side, the mirror image without the edge itself, or the value at the edge. They stand for Dirichlet,
/// periodic, and two forms of Neumann conditions.
enum class Outside { zeros, circular, reflect, replicate };

/// The place on a line of `size` values that holds the value at `position`, which may lie outside, or -1 where that is
/// zero. Mirror images reach no further than `size` - 1 beyond the ends.
constexpr Index place_inside(Outside boundary, Index position, Index size) noexcept {
  if (position >= 0 && position < size) return position;
  switch (boundary) {
    case Outside::zeros:
      return -1;
    case Outside::circular:
      return (position % size + size) % size;
    case Outside::reflect:
      return position < 0 ? -position : 2 * (size - 1) - position;
    case Outside::replicate:
      return std::clamp<Index>(position, 0, size - 1);
  }
  return -1;
}

}  // namespace mercer
