// Which ranks have cells near a place: a coarse bitmap for each of them.
#pragma once

#include <mercer/meshes/geometry/buckets.hpp>
#include <mercer/parallel/comm.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace mercer {

/// 4096 boxes over the common bounds of all ranks' boxes, one bit each and rank.
class Occupancy {
 public:
  Occupancy(const Comm& comm, std::span<const ItemBox> boxes, int dimension);  ///< @collective
  /// Calls `see(rank)` for every rank that has a box near `point`; for none where it is outside of all bounds. Local.
  template <class See>
  void each_rank(const double* point, const See& see) const {
    if (bounds_.squared_distance(point, dimension_) > 0) return;
    const std::size_t bit = place(point);
    for (std::size_t rank = 0; rank < maps_.size(); ++rank)
      if (maps_[rank].words[bit / 64] >> (bit % 64) & 1) see(rank);
  }

 private:
  struct Map {
    std::array<std::uint64_t, 64> words{};
  };
  std::size_t along(double coordinate, std::size_t axis) const noexcept;
  std::size_t place(const double* point) const noexcept;

  int dimension_;
  std::size_t across_;  ///< boxes along an axis
  ItemBox bounds_;
  std::vector<Map> maps_;  ///< [rank]
};

}  // namespace mercer
