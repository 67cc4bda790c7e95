// Who owns which block of a regular array that is spread over the ranks.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/parallel/comm.hpp>

#include <array>
#include <span>

namespace mercer {

/// Half-open range of positions along one axis.
struct Range {
  Index begin = 0, end = 0;
  Index count() const noexcept { return end - begin; }
  bool contains(Index position) const noexcept { return begin <= position && position < end; }
  bool operator==(const Range&) const = default;
};

/// The part of [0, count) that falls to `part` of `parts`: contiguous, in order, sizes differing by at most one.
Range block(Index count, int part, int parts) noexcept;

/// Ranges along each axis, in the order of the array's dimensions (slowest first).
struct Box {
  std::array<Range, 3> ranges{};
  int dimensions = 0;
  Shape shape() const;
  Index count() const { return shape().count(); }
  bool operator==(const Box&) const = default;
};

enum class Split {
  slabs,  ///< along the slowest axis only
  boxes,  ///< along all axes, so that the surfaces between ranks are small
};

/// Splits an array of one to three dimensions among the ranks of a communicator. Ranks are ordered like the array, the
/// last axis fastest, and own nothing where there are more ranks than positions. Knows sizes only; a copy is cheap.
class Decomposition {
 public:
  Decomposition() = default;
  Decomposition(const Shape& shape, int ranks, Split split);
  Decomposition(const Shape& shape, const Comm& comm, Split split = Split::slabs)
      : Decomposition(shape, comm.size(), split) {}

  const Shape& shape() const noexcept { return shape_; }
  int ranks() const noexcept { return grid_[0] * grid_[1] * grid_[2]; }
  std::span<const int> rank_grid() const noexcept {
    return {grid_.data(), static_cast<std::size_t>(shape_.dimensions())};
  }
  /// Place of `rank` in the grid of ranks, and back.
  std::array<int, 3> place(int rank) const noexcept;
  int rank_at(const std::array<int, 3>& place) const noexcept;
  Box owned(int rank) const;
  Range range(int axis, int part) const noexcept {
    return block(shape_[axis], part, grid_[static_cast<std::size_t>(axis)]);
  }
  bool operator==(const Decomposition&) const = default;

 private:
  Shape shape_;
  std::array<int, 3> grid_{1, 1, 1};
};

}  // namespace mercer
