// One large sample on the common shape, mapped and interpolated by several ranks together.
#pragma once

#include <mercer/meshes/geometry/distributed_map.hpp>
#include <mercer/meshes/geometry/locator.hpp>
#include <mercer/solvers/mmgp/specimen.hpp>

namespace mercer::mmgp {

/// A mesh over the ranks of a communicator, and where its local nodes are on the common shape.
struct SpreadMap {
  DistributedMesh mesh;
  Morph moved;
};

/// @collective Maps a disk of triangles that the ranks hold parts of; `loop` is its marked boundary on every rank, by
/// the numbers of nodes in the whole mesh. Throws agreed or shared errors: Fault::data for one that cannot be mapped.
SpreadMap spread_map(const Comm& comm, const MeshPart& part, const MarkedLoop& loop, const CommonShape& shape,
                     Weights weights);

/// @collective The places [node, 2] of all nodes in their original order, on every rank.
Tensor<double> joined_points(const Comm& comm, const SpreadMap& map);

/// @collective The loop that rank `from` holds, on every rank.
MarkedLoop broadcast_from(const Comm& comm, int from, MarkedLoop loop);

/// @collective The ways between a sample and the common mesh, whose nodes are at `points` and whose cells `common`
/// finds, both on every rank. Each rank finds its part of the rows; all come to rank `owner`, nothing to the others.
Ways spread_ways(const Comm& comm, int owner, SpreadMap map, View<const double> points, const Locator& common);

}  // namespace mercer::mmgp
