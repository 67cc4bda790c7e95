// What kind of object a mesh is: pieces, boundary, Euler number, genus, and where it is none at all.
#pragma once

#include <mercer/meshes/check/facets.hpp>

#include <string>

namespace mercer {

/// What can be counted without looking at faults.
struct CellCounts {
  Index nodes = 0, edges = 0;  ///< that cells use
  Index components = 0;        ///< pieces of cells that share nodes
  Index euler = 0;             ///< nodes - edges + faces - solids
};
/// Of cells with distinct corners among so many nodes; `facets` is the number of their sides, equal ones counted once.
CellCounts count_cells(const Cells& cells, Index nodes, Index facets);

struct Topology {
  Index nodes = 0, edges = 0, cells = 0;  ///< used nodes
  Index components = 0;
  Index boundary_facets = 0;  ///< sides of one cell only
  Index boundary_loops = 0;   ///< pieces of the boundary: ends of a curve, loops of a surface, surfaces of a solid
  Index euler = 0;            ///< nodes - edges + faces - solids
  Index genus = -1;           ///< handles of an orientable surface without faults; else -1
  Index crowded_facets = 0;   ///< sides of more than two cells
  Index pinched_nodes = 0;    ///< whose cells do not hang together by sides
  bool is_orientable = true;

  bool is_manifold() const noexcept { return crowded_facets == 0 && pinched_nodes == 0; }
  bool is_disk() const noexcept { return is_manifold() && components == 1 && boundary_loops == 1 && euler == 1; }
  bool operator==(const Topology&) const = default;
};

/// Which cells to turn over so that neighbours agree; of the two ways the one that turns fewer cells in each piece.
/// @post no entry for a surface or curve that cannot be oriented
struct Orientation {
  std::vector<bool> is_turned;  ///< [cell]
  bool is_orientable = true;
};

/// The corners of the cells must be distinct nodes of the mesh. `facets` are those of its cells.
Topology topology(const Mesh& mesh, const std::vector<Side>& facets);
Orientation orientation(const Cells& cells, const std::vector<Side>& facets);

/// "closed surface of genus 2", "disk", "surface with 3 boundary loops and genus 0", "open curve", "solid", ...
std::string kind_text(const Topology& topology, CellKind kind);

}  // namespace mercer
