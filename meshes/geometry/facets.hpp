// Facets of meshes: edges of triangles, faces of tetrahedra, ends of edges, and which of them bound the mesh.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <array>
#include <span>
#include <vector>

namespace mercer {

/// What cells of d dimensions share: a simplex of d - 1 dimensions.
struct Facet {
  std::array<Local, 3> nodes{-1, -1, -1};  ///< ascending; -1 where there are fewer
  Local cell = -1;                         ///< the lowest of those that hold it
  int cells = 0;                           ///< that hold it: 1 on the boundary, 2 inside, more where sheets branch
};

// All functions are local; the work is linear in the number of cells.

/// All facets, by their nodes. Throws Fault::unavailable for quadrilaterals, which are to be split first, and
/// Fault::data where a cell has a node twice or one that does not exist.
std::vector<Facet> facets(const Cells& cells, Index nodes);

std::vector<Facet> boundary_facets(std::span<const Facet> facets);

/// How a mesh hangs together.
struct Connectivity {
  Index nodes = 0;       ///< that cells use
  Index components = 0;  ///< pieces of cells that share nodes
  Index branched = 0;    ///< facets of more than two cells
  Index euler = 0;       ///< nodes - edges + triangles of a triangulation; nodes - edges of a curve
};
/// Of edges or triangles; throws Fault::unavailable for other cells.
Connectivity topology(const Cells& cells, Index nodes, std::span<const Facet> facets);

/// Closed polygon of nodes, each once.
using Loop = std::vector<Index>;

/// The loops that bound a triangulation, or that a curve of edges consists of; the largest
/// first. In the plane that one is counter-clockwise and the others, around holes, clockwise; in space each follows the
/// cell at its first edge. Each starts at its lowest node. Throws Fault::data where a node is not on exactly two
/// boundary edges.
std::vector<Loop> boundary_loops(const Mesh& mesh, std::span<const Facet> facets);

/// The only loop of a mesh that can be flattened: a disk, or one closed curve. Throws Fault::data with the number of
/// loops and the Euler number of any other.
Loop disk_boundary(const Mesh& mesh, std::span<const Facet> facets);
Loop disk_boundary(const Mesh& mesh);

}  // namespace mercer
