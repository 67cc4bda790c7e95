// Values on one grid of an axis taken to another grid of the same axis.
#pragma once

#include <mercer/base/tensor.hpp>

#include <span>
#include <vector>

namespace mercer {

/// Value i of `count` sits at (i + shift / 2) / spacings of an axis of unit length. One point is no axis: nothing
/// varies along it.
struct SampleAxis {
  Index count = 1, spacings = 1, shift = 0;
  bool operator==(const SampleAxis&) const = default;
};

/// What stands where a grid has no more points.
enum class Beyond {
  nearest,    ///< the value at the end
  odd,        ///< the mirror image with the other sign about 0 and 1, where the field vanishes
  wrap,       ///< the values from the other end
  continued,  ///< the polynomial through the values next to the end
};

/// A linear map from values on one grid to values on another by Lagrange's polynomial through the nearest points.
/// Where a point of the one is also a point of the other, its value is taken as it is.
class AxisMap {
 public:
  /// `points` of each polynomial, 2 or 4, fewer on shorter grids. Throws Fault::internal where only one grid is an
  /// axis.
  AxisMap(const SampleAxis& from, const SampleAxis& to, Index points, Beyond beyond);

  Index inputs() const noexcept { return inputs_; }
  Index outputs() const noexcept { return static_cast<Index>(begins_.size()) - 1; }
  bool is_identity() const noexcept;

  /// One weighted value of those that make up an output.
  struct Term {
    Index source;
    double weight;
  };
  std::span<const Term> terms(Index output) const noexcept;

 private:
  void add(Index point, double weight, const SampleAxis& from, Beyond beyond);

  Index inputs_;
  std::vector<Term> terms_;
  std::vector<std::size_t> begins_{0};
};

/// Such a map along either axis of a grid.
struct FieldMap {
  AxisMap y, x;

  bool is_identity() const noexcept { return y.is_identity() && x.is_identity(); }
  /// On fields [sample, y, channel, x] that do not overlap; sums in double precision. Throws Fault::internal where the
  /// sizes are others.
  void apply(View<const float> from, View<float> to) const;
};

}  // namespace mercer
