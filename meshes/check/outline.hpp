// The outline of a flat shape as a list of points that can be compared with those of other shapes.
#pragma once

#include <mercer/meshes/geometry/facets.hpp>

#include <vector>

namespace mercer {

/// Points along the boundary of a disk of triangles, or along a closed curve of edges, in the plane.
struct Outline {
  Index corners = 0;           ///< where the boundary turns left by more than 35 degrees; 2 of a curve, its two edges
  std::vector<double> points;  ///< [16 from each corner to the next, or 256 without corners; coordinate]
  /// How far the true boundary may be from the polygon, by its turns at the nodes: the norm over all points [m].
  double bulge = 0;
};

/// Local. Of a sound disk or closed curve in the plane, whose boundary is `loop`, counter-clockwise.
Outline outline_of(const Mesh& mesh, const Loop& loop);

}  // namespace mercer
