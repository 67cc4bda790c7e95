// A grid of buckets that lists what lies near each place: boxes of cells, or points.
#pragma once

#include <mercer/base/tensor.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace mercer {

/// Box of up to three dimensions; the axes that are not used are zero.
struct ItemBox {
  std::array<double, 3> low{}, high{};
  void include(const double* point, int dimension) noexcept {
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimension); ++axis) {
      low[axis] = std::min(low[axis], point[axis]);
      high[axis] = std::max(high[axis], point[axis]);
    }
  }
  /// 0 inside.
  double squared_distance(const double* point, int dimension) const noexcept {
    double total = 0;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimension); ++axis) {
      const double outside = std::max({low[axis] - point[axis], point[axis] - high[axis], 0.0});
      total += outside * outside;
    }
    return total;
  }
  static ItemBox at(const double* point, int dimension) noexcept {
    ItemBox box;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimension); ++axis)
      box.low[axis] = box.high[axis] = point[axis];
    return box;
  }
};

/// Items 0, 1, ... of which each is in all buckets that its box touches. All functions are local.
class Buckets {
 public:
  Buckets() = default;
  /// About `per_bucket` items in each.
  Buckets(std::span<const ItemBox> boxes, int dimension, double per_bucket);
  /// Points [n, dimension] in buckets about `width` wide, or wider where these would be more than the points.
  static Buckets around_points(View<const double> points, double width);

  bool contains(const double* point) const noexcept;  ///< whether the box around all items does
  /// Items of the bucket nearest to `point`.
  std::span<const Local> near(const double* point) const noexcept { return items(place(point)); }
  /// Calls `see(item)` for all items nearer than `radius` and some others, never twice for items that are points.
  template <class See>
  void visit(const double* point, double radius, const See& see) const {
    std::array<Local, 3> low, high;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low[axis] = clamped(point[axis_of(axis)] - radius, axis);
      high[axis] = clamped(point[axis_of(axis)] + radius, axis);
    }
    each(low, high, see);
  }
  /// Calls `see(item)`, which returns the smallest squared distance known so far, from near to far until no farther
  /// item can be nearer. Items in several buckets may be seen several times.
  template <class See>
  void from_near_to_far(const double* point, const See& see) const {
    const std::array<Local, 3> here = place(point);
    double best = see(Local{-1});
    for (Local ring = 0; ring <= largest_ring(); ++ring) {
      const double reached = (ring - 1) * width_;  // everything nearer is in smaller rings
      if (ring > 0 && best <= reached * reached) return;
      each_in_ring(here, ring, [&](Local item) { best = see(item); });
    }
  }

 private:
  std::size_t axis_of(std::size_t axis) const noexcept {
    return std::min(axis, static_cast<std::size_t>(dimension_) - 1);
  }
  Local clamped(double coordinate, std::size_t axis) const noexcept {
    const double position = (coordinate - bounds_.low[axis]) * inverse_[axis];
    return position > 0 ? static_cast<Local>(std::min(position, static_cast<double>(count_[axis] - 1))) : 0;
  }
  std::array<Local, 3> place(const double* point) const noexcept {
    std::array<Local, 3> result{};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimension_); ++axis)
      result[axis] = clamped(point[axis], axis);
    return result;
  }
  std::span<const Local> items(const std::array<Local, 3>& place) const noexcept {
    const auto bucket = static_cast<std::size_t>((Index{place[2]} * count_[1] + place[1]) * count_[0] + place[0]);
    return std::span(item_).subspan(static_cast<std::size_t>(first_[bucket]),
                                    static_cast<std::size_t>(first_[bucket + 1] - first_[bucket]));
  }
  Local largest_ring() const noexcept { return std::max({count_[0], count_[1], count_[2]}); }
  void divide(double width, Index at_most);
  void fill(std::span<const ItemBox> boxes);

  template <class See>
  void each(const std::array<Local, 3>& low, const std::array<Local, 3>& high, const See& see) const {
    for (Local z = low[2]; z <= high[2]; ++z)
      for (Local y = low[1]; y <= high[1]; ++y)
        for (Local x = low[0]; x <= high[0]; ++x)
          for (const Local item : items({x, y, z})) see(item);
  }
  /// Buckets whose largest distance along an axis is `ring`.
  template <class See>
  void each_in_ring(const std::array<Local, 3>& here, Local ring, const See& see) const {
    std::array<Local, 3> low, high;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low[axis] = std::max(here[axis] - ring, 0);
      high[axis] = std::min(here[axis] + ring, count_[axis] - 1);
    }
    for (Local z = low[2]; z <= high[2]; ++z)
      for (Local y = low[1]; y <= high[1]; ++y) {
        const bool is_face = std::abs(z - here[2]) == ring || std::abs(y - here[1]) == ring;
        const Local step = is_face ? 1 : std::max(2 * ring, 1);
        for (Local x = is_face ? low[0] : here[0] - ring; x <= high[0]; x += step)
          if (x >= low[0])
            for (const Local item : items({x, y, z})) see(item);
      }
  }

  int dimension_ = 1;
  ItemBox bounds_;
  double width_ = 1;                     ///< of a bucket along its narrowest axis
  std::array<double, 3> inverse_{};      ///< of the widths
  std::array<Local, 3> count_{1, 1, 1};  ///< of buckets along each axis
  std::vector<Index> first_{0, 0};
  std::vector<Local> item_;
};

}  // namespace mercer
