// Whether a map of a mesh has turned cells over: signed sizes of its cells.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <vector>

namespace mercer {

/// Signed area or volume of each cell [m^d] of the dimension of space; positive where the corners are in the order of
/// VTK. Local. Throws Fault::unavailable for cells of another dimension.
std::vector<double> signed_sizes(View<const double> points, const Cells& cells);

struct Folding {
  Index folded = 0;     ///< cells whose size does not have the sign of most, is zero, or is no number
  double smallest = 0;  ///< size of the smallest cell over the median
  bool any() const noexcept { return folded > 0; }
};
/// The mesh may be oriented either way as a whole. Local.
Folding folding(View<const double> points, const Cells& cells);

}  // namespace mercer
