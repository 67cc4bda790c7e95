// A field of one grid as a field of another.
#pragma once

#include <mercer/meshes/field.hpp>

#include <memory>

namespace mercer {

enum class Interpolation {
  nearest,  ///< the value at the nearest point
  linear,   ///< multilinear between the surrounding points, of second order
};

/// @collective `source` at the points of `target`, split over the ranks by `decomposition`; each rank receives only the
/// points around its own. Beyond the outermost points of the source its values are continued: by the nearest point, or
/// by the other side on periodic axes. Bits do not depend on the number of ranks. Throws Fault::config where the grids
/// have other axes, or where the target leaves the domain of an axis of the source that is not periodic.
Field interpolate(const Comm& comm, const Field& source, std::shared_ptr<const Grid> target,
                  const Decomposition& decomposition, Interpolation interpolation);

}  // namespace mercer
