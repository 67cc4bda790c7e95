// A distributed mesh as a DMPlex, for solvers that are written with PETSc.
#pragma once

#include <mercer/meshes/geometry/distributed_mesh.hpp>
#include <mercer/parallel/petsc.hpp>

#include <map>
#include <string>
#include <vector>

namespace mercer {

/// Sides of cells by their nodes' original numbers: pairs of a triangulation, triples of a solid. Any side may be named
/// on any rank, and on several.
using SideGroups = std::map<std::string, std::vector<std::array<Index, 3>>>;

struct Plex {
  DmHandle dm;                ///< all dimensions of points there; each cell on one rank, without overlap
  std::vector<Index> number;  ///< [vertices of `dm`] their numbers in the distributed mesh
};

/// @collective The cells that `mesh` counts on each rank, oriented as PETSc has it, the coordinates, and the point SF
/// of what ranks share. Each group becomes a label of its name: 1 on the sides and on their edges and vertices. Groups
/// are given by nodes in original numbers, ascending, -1 behind the last; the same names on every rank. Throws
/// Fault::data for a side that is none of the mesh, and Fault::internal for meshes beyond PETSc's integers. An overlap
/// is one call away: DMPlexDistributeOverlap.
Plex to_plex(const Comm& comm, const DistributedMesh& mesh, const SideGroups& groups = {});

}  // namespace mercer
