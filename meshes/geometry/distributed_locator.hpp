// Linear interpolation from one large mesh to points that are spread over all ranks.
#pragma once

#include <mercer/linalg/linear_operator.hpp>
#include <mercer/meshes/geometry/distributed_mesh.hpp>

#include <memory>

namespace mercer {

/// @collective Values at `targets` [points of this rank, dimension] from values at the owned nodes of `mesh`, whose
/// local nodes are at `points`; what lies outside gets the value of the nearest point of the boundary. An operator from
/// owned nodes to points of this rank; its products are @collective. Each question goes only to the ranks whose cells
/// may hold the point. Throws Fault::data for a target that is not finite, and Fault::unavailable for cells of another
/// dimension than space.
std::shared_ptr<const LinearOperator<double>> interpolation(const Comm& comm, const DistributedMesh& mesh,
                                                            View<const double> points, View<const double> targets);

}  // namespace mercer
