// A mesh over the ranks by PETSc's DMPlex, as other programs have it.
#pragma once

#include <mercer/meshes/geometry/distributed_mesh.hpp>

namespace mercer::bench {

/// What this rank has in the end.
struct PlexPart {
  Index owned = 0, nodes = 0, cells = 0;
};

/// @collective Creates a DMPlex from `part`, partitioned by PT-Scotch, with an overlap of one cell, so that each rank
/// has all cells around its nodes; the point SF tells the owners of the others. With `Sides::made` also edges and
/// faces.
PlexPart distribute_by_plex(const Comm& comm, const MeshPart& part);

}  // namespace mercer::bench
