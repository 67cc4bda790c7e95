// The sides of the cells of a mesh, equal ones next to each other: ends of edges, edges of faces, faces of solids.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace mercer {

/// One side of one cell.
struct Side {
  std::array<Local, 3> nodes;  ///< ascending; -1 where there are fewer
  Local cell;
  std::int8_t side;
  bool is_reversed;  ///< the cell runs through it from its higher node to its lower one; never for solids
};

int sides(CellKind kind) noexcept;

/// All sides, in the order of their nodes. The corners of the cells must be distinct nodes. Throws Fault::data for more
/// than 2^31 nodes or cells.
std::vector<Side> sorted_facets(const Cells& cells, Index nodes);

/// Whether both sides have the same nodes.
inline bool are_equal(const Side& a, const Side& b) noexcept {
  return a.nodes[0] == b.nodes[0] && a.nodes[1] == b.nodes[1] && a.nodes[2] == b.nodes[2];
}

/// Calls `use(first, last)` for each run of equal sides.
template <class F>
void for_each_facet(const std::vector<Side>& facets, F&& use) {
  for (std::size_t first = 0, last = 0; first < facets.size(); first = last) {
    while (last < facets.size() && are_equal(facets[last], facets[first])) ++last;
    use(first, last);
  }
}

}  // namespace mercer
