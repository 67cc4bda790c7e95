// The nearest point of a simplex, in coordinates of its corners.
#pragma once

#include <array>

namespace mercer {

using Corner = std::array<double, 3>;  ///< a point of up to three dimensions; the rest is zero

struct Nearest {
  std::array<double, 3> weights{};  ///< of the corners: not negative, their sum is one
  double squared_distance = 0;
};

/// The point of a simplex of one to three corners that is nearest to `point`. Of a corner, a segment, a triangle.
Nearest nearest_on_simplex(const Corner* corners, int count, const Corner& point) noexcept;

}  // namespace mercer
