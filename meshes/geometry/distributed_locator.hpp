// Linear interpolation from one large mesh to points that are spread over all ranks.
#pragma once

#include <mercer/linalg/linear_operator.hpp>
#include <mercer/meshes/geometry/distributed_mesh.hpp>

#include <array>
#include <memory>
#include <vector>

namespace mercer {

/// @collective Values at `targets` [points of this rank, dimension] from values at the owned nodes of `mesh`, whose
/// local nodes are at `points`; what lies outside gets the value of the nearest point of the boundary. An operator from
/// owned nodes to points of this rank; its products are @collective. Each question goes only to the ranks whose cells
/// may hold the point. Throws Fault::data for a target that is not finite, and Fault::unavailable for cells of another
/// dimension than space.
std::shared_ptr<const LinearOperator<double>> interpolation(const Comm& comm, const DistributedMesh& mesh,
                                                            View<const double> points, View<const double> targets);

/// A value as the mean of the values at nodes, by their original numbers; -1 where there are fewer than four.
struct NodeMean {
  std::array<Index, 4> nodes;
  std::array<double, 4> weights;
};

/// @collective The rows of the same interpolation, one for each target of this rank.
std::vector<NodeMean> interpolation_rows(const Comm& comm, const DistributedMesh& mesh, View<const double> points,
                                         View<const double> targets);

}  // namespace mercer
