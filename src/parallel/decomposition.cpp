// Blocks of arrays, and the choice of the grid of ranks.
#include <mercer/parallel/decomposition.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// Points on the surfaces between ranks; axes with more ranks than points are worst of all.
Index cut_surface(const Shape& shape, const std::array<int, 3>& grid) {
  Index surface = 0;
  for (int axis = 0; axis < shape.dimensions(); ++axis) {
    const int parts = grid[static_cast<std::size_t>(axis)];
    surface += (parts - 1) * (shape[axis] == 0 ? 0 : shape.count() / shape[axis]);
    if (parts > shape[axis]) surface += shape.count() * parts;
  }
  return surface;
}

/// All ways to write `ranks` as a product along the axes; the first with the least surface, slow axes split first among
/// equals.
std::array<int, 3> best_grid(const Shape& shape, int ranks) {
  std::array<int, 3> best{ranks, 1, 1};
  for (int first = ranks; first >= 1; --first) {
    if (ranks % first != 0) continue;
    for (int second = ranks / first; second >= 1; --second) {
      if (ranks / first % second != 0) continue;
      const std::array<int, 3> grid{first, second, ranks / first / second};
      const bool fits =
          std::all_of(grid.begin() + shape.dimensions(), grid.end(), [](int parts) { return parts == 1; });
      if (fits && cut_surface(shape, grid) < cut_surface(shape, best)) best = grid;
    }
  }
  return best;
}

}  // namespace

Range block(Index count, int part, int parts) noexcept {
  const Index size = count / parts, extra = count % parts;
  const Index begin = part * size + std::min<Index>(part, extra);
  return {begin, begin + size + (part < extra ? 1 : 0)};
}

Shape Box::shape() const {
  std::array<Index, 3> sizes{};
  for (std::size_t axis = 0; axis < 3; ++axis) sizes[axis] = ranges[axis].count();
  return Shape(std::span<const Index>(sizes).first(static_cast<std::size_t>(dimensions)));
}

Decomposition::Decomposition(const Shape& shape, int ranks, Split split) : shape_(shape) {
  require(shape.dimensions() >= 1 && shape.dimensions() <= 3, Fault::internal,
          "arrays of 1 to 3 dimensions can be split over ranks, not of {}", shape.dimensions());
  require(ranks >= 1, Fault::internal, "an array cannot be split among {} ranks", ranks);
  grid_ = split == Split::slabs ? std::array<int, 3>{ranks, 1, 1} : best_grid(shape, ranks);
}

std::array<int, 3> Decomposition::place(int rank) const noexcept {
  return {rank / (grid_[1] * grid_[2]), rank / grid_[2] % grid_[1], rank % grid_[2]};
}

int Decomposition::rank_at(const std::array<int, 3>& place) const noexcept {
  return (place[0] * grid_[1] + place[1]) * grid_[2] + place[2];
}

Box Decomposition::owned(int rank) const {
  Box box;
  box.dimensions = shape_.dimensions();
  const auto at = place(rank);
  for (int axis = 0; axis < box.dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    box.ranges[a] = range(axis, at[a]);
  }
  return box;
}

}  // namespace mercer
