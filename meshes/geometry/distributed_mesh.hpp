// One large mesh over all ranks: each owns nodes and holds every cell around them.
#pragma once

#include <mercer/meshes/geometry/facets.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <vector>

namespace mercer {

/// What one rank has read of a mesh of simplices: any consecutive part of its points and any of its cells.
struct MeshPart {
  Tensor<double> points;  ///< [points of this rank, dimension], after those of the lower ranks
  Cells cells;            ///< by numbers in the whole mesh; each cell on one rank
};

/// Part `comm.rank()` of a mesh that is whole here, of equal parts. Local.
MeshPart part_of(const Mesh& mesh, const Comm& comm);

/// @collective The same of a mesh that only rank `from` holds; the others pass nothing.
MeshPart part_of(const Mesh* mesh, int from, const Comm& comm);

/// Nodes are renumbered so that each rank owns a consecutive range; within it they keep their order. Move only.
struct DistributedMesh {
  Index nodes = 0, cells_in_all = 0;        ///< of the whole mesh
  Range owned;                              ///< new numbers of the nodes that are owned here
  std::vector<Index> number;                ///< [local nodes] new numbers: owned ones, then ghosts, each ascending
  std::vector<Index> original;              ///< [local nodes] numbers in the parts
  Mesh local;                               ///< local nodes, and all cells that touch an owned node, in local numbers
  std::vector<Local> own_cells;             ///< cells counted here: each cell of the mesh on one rank
  std::vector<Facet> facets;                ///< of the local cells that have an owned node; these know all their cells
  std::vector<std::vector<Local>> sent_to;  ///< [rank] owned nodes that are ghosts there
  std::vector<Index> ghosts_from;           ///< [rank] number of ghosts owned there

  bool is_owned(Local node) const noexcept { return node < owned.count(); }
};

/// @collective Moves the parts to where PT-Scotch wants the nodes, so that few edges are cut; options of PETSc with the
/// prefix `mesh_` choose another partitioner. Throws Fault::data where a cell has a node that does not exist or one
/// twice.
DistributedMesh distribute(const Comm& comm, const MeshPart& part);

/// @collective Copies the rows of owned nodes to the ghosts of `values` [local nodes, k], dense.
void fill_ghosts(const Comm& comm, const DistributedMesh& mesh, View<double> values);

/// @collective Of the whole mesh.
Connectivity topology(const Comm& comm, const DistributedMesh& mesh);

/// @collective The boundary as a curve on every rank, its nodes in the order of their original numbers.
struct BoundaryCurve {
  Mesh curve;
  std::vector<Index> number;  ///< of each node of the curve in the distributed mesh
};
BoundaryCurve boundary_curve(const Comm& comm, const DistributedMesh& mesh);

}  // namespace mercer
