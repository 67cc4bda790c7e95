// Fields on boxes as sums of eigenfunctions of the Laplacian: sines and cosines, by fast transforms.
#pragma once

#include <mercer/base/tensor.hpp>

#include <memory>
#include <span>
#include <vector>

namespace mercer {

/// What holds at both ends of an axis.
enum class AxisEnds {
  periodic,
  neumann,    ///< no slope: cos(pi k x / length)
  dirichlet,  ///< zero: sin(pi k x / length)
};

/// Where the points are on an axis of some length.
enum class AxisPoints {
  nodes,  ///< x_i = i length / (points - 1): both ends are points
  left,   ///< x_i = i length / points
  cells,  ///< x_i = (i + 1/2) length / points
};

struct ModeAxis {
  Index points = 1;
  double length = 1;
  AxisPoints places = AxisPoints::nodes;
  AxisEnds ends = AxisEnds::periodic;
};

/// A mode along one axis. The number tells modes of the same ends apart on all grids: 0, 1, 2, ... for neumann, 1, 2,
/// ... for dirichlet, constant, cosine, sine, cosine, ... for periodic.
struct AxisMode {
  Index number = 0;
  double frequency = 0;  ///< radians per unit of length
};

/// u(x) = sum_k a_k psi_k(x) on the points of a grid of one to three axes, slowest first, with all modes that the grid
/// tells apart. psi_k are products over the axes, orthonormal in L2 of the box. Local, and not to be used by two
/// threads at once, as it owns its scratch memory.
class LaplacianModes {
 public:
  /// Throws Fault::config for fewer points along an axis than its ends need.
  explicit LaplacianModes(std::vector<ModeAxis> axes);
  LaplacianModes(LaplacianModes&&) noexcept;
  LaplacianModes& operator=(LaplacianModes&&) noexcept;
  ~LaplacianModes();

  const Shape& points() const noexcept { return points_; }
  const Shape& modes() const noexcept { return modes_; }  ///< how many there are along each axis
  std::span<const AxisMode> axis_modes(int axis) const;   ///< in the order of coefficients

  /// field [points] from coefficients a [modes], both dense and row-major.
  void synthesise(std::span<const double> coefficients, std::span<double> field) const;

 private:
  struct Parts;
  Shape points_, modes_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace mercer
