// Regular grids: named axes with equally spaced points, and where on the domain the points sit.
#pragma once

#include <mercer/base/tensor.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

enum class Placement {
  nodes,  ///< x_i = begin + i (end - begin) / (points - 1): both ends are points
  left,   ///< x_i = begin + i (end - begin) / points: the begin is a point, the end is not
  cells,  ///< x_i = begin + (i + 1/2) (end - begin) / points: centres of cells
};

struct Axis {
  std::string name;
  double begin = 0, end = 1;
  Index points = 1;
  Placement placement = Placement::nodes;
  bool periodic = false;  ///< with nodes, the first and the last point are the same place

  double spacing() const noexcept;
  double coordinate(Index point) const noexcept;
  /// Where `coordinate` lies between the points: the inverse of the above for any number, not only for points.
  double position(double coordinate) const noexcept;
  bool operator==(const Axis&) const = default;
};

/// One to three axes in the order of the arrays on them, slowest first (z, y, x). Immutable; a copy is cheap.
class Grid {
 public:
  /// Throws Fault::config where names are empty or equal, ends not finite or not in order, or points too few.
  explicit Grid(std::vector<Axis> axes);

  int dimensions() const noexcept { return static_cast<int>(axes_.size()); }
  const Shape& shape() const noexcept { return shape_; }
  std::span<const Axis> axes() const noexcept { return axes_; }
  const Axis& axis(int number) const noexcept { return axes_[static_cast<std::size_t>(number)]; }
  int axis_number(std::string_view name) const;       ///< throws Fault::config with the names there are
  std::string axes_text() const;                      ///< "y,x"
  std::vector<double> coordinates(int number) const;  ///< [points of the axis]
  std::vector<std::string> symbols() const;  ///< names of the axes, fastest first (x, y, z), as formulas take them
  bool operator==(const Grid& other) const { return axes_ == other.axes_; }

 private:
  std::vector<Axis> axes_;
  Shape shape_;
};

}  // namespace mercer
