// An equation with constant coefficients on a grid of equally spaced points, as the backends that know u at grid points
// take it.
#pragma once

#include <mercer/linalg/lapack.hpp>

#include <Eigen/Core>
#include <functional>
#include <vector>

namespace mercer::smgp {

/// second u'' + first u' along one axis.
struct AxisDerivatives {
  double first = 0, second = 0;
};

/// What is not linear in u, at all grid points at once: value and its derivative by u, both [points].
using PointReaction = std::function<void(const Matrix& u, Matrix& value, Matrix& slope)>;

/// u = values on one face of the grid.
struct Face {
  enum class End { begin, end };
  int axis = 0;
  End end = End::begin;
  Eigen::VectorXd values;  ///< one entry in 1-D, else one for each point of the other axis
};

/// sum over axes of (second u'' + first u') + linear u + reaction(u) = source at every point, the boundary included.
/// Grid functions are [points of axis 0, points of axis 1], in 1-D [points, 1].
struct GridProblem {
  std::vector<std::vector<double>> axes;     ///< one or two, ascending and equally spaced
  std::vector<AxisDerivatives> derivatives;  ///< one an axis
  double linear = 0;
  PointReaction reaction;  ///< none where empty
  Matrix source;
  std::vector<Face> faces;  ///< those where u is given

  int dimensions() const noexcept { return static_cast<int>(axes.size()); }
  Index points(int axis) const noexcept;  ///< 1 for axis 1 in 1-D
  bool has_reaction() const noexcept { return static_cast<bool>(reaction); }
};

/// Throws Fault::config where the problem is not what is said above, or its numbers are not finite.
void check(const GridProblem& problem);

/// The part of a grid function on a face, [points of the face].
Eigen::VectorXd on_face(const Matrix& u, const Face& face);

/// function += part on a face.
void add_on_face(const Face& face, const Eigen::VectorXd& part, Matrix& function);

}  // namespace mercer::smgp
