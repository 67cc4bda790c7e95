#include <mercer/meshes/geometry/occupancy.hpp>
#include <mercer/parallel/exchange.hpp>

#include <limits>

namespace mercer {

Occupancy::Occupancy(const Comm& comm, std::span<const ItemBox> boxes, int dimension)
    : dimension_(dimension),
      across_(dimension == 1   ? 4096
              : dimension == 2 ? 64
                               : 16) {
  constexpr double far = std::numeric_limits<double>::infinity();
  bounds_.low = {far, far, far}, bounds_.high = {-far, -far, -far};
  for (const ItemBox& box : boxes) {
    bounds_.include(box.low.data(), dimension);
    bounds_.include(box.high.data(), dimension);
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    bounds_.low[axis] = smallest(comm, bounds_.low[axis]);
    bounds_.high[axis] = largest(comm, bounds_.high[axis]);
  }
  Map mine;
  for (const ItemBox& box : boxes) {
    std::array<std::size_t, 3> low{}, high{};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimension); ++axis) {
      low[axis] = along(box.low[axis], axis);
      high[axis] = along(box.high[axis], axis);
    }
    for (std::size_t z = low[2]; z <= high[2]; ++z)
      for (std::size_t y = low[1]; y <= high[1]; ++y)
        for (std::size_t x = low[0]; x <= high[0]; ++x) {
          const std::size_t bit = (z * across_ + y) * across_ + x;
          mine.words[bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
  }
  maps_ = gather_everywhere(comm, std::vector<Map>{mine});
}

std::size_t Occupancy::along(double coordinate, std::size_t axis) const noexcept {
  const double extent = bounds_.high[axis] - bounds_.low[axis];
  const double position = extent > 0 ? (coordinate - bounds_.low[axis]) / extent * static_cast<double>(across_) : 0;
  return static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(across_ - 1)));
}

std::size_t Occupancy::place(const double* point) const noexcept {
  std::size_t bit = 0;
  for (auto axis = static_cast<std::size_t>(dimension_); axis-- > 0;) bit = bit * across_ + along(point[axis], axis);
  return bit;
}

}  // namespace mercer
