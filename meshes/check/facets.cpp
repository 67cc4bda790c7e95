#include <mercer/meshes/check/facets.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace mercer {
namespace {

/// The nodes of a side of a cell with these corners, ascending.
template <CellKind kind>
std::array<Local, 3> nodes_of(const Index* corner, int side) noexcept {
  const auto node = [&](int number) { return static_cast<Local>(corner[number]); };
  if constexpr (dimensions(kind) == 1) {
    return {node(side), -1, -1};
  } else if constexpr (dimensions(kind) == 2) {
    const Local from = node(side), to = node(side + 1 == corners(kind) ? 0 : side + 1);
    return {std::min(from, to), std::max(from, to), -1};
  } else {
    const Local a = node((side + 1) % 4), b = node((side + 2) % 4), c = node((side + 3) % 4);
    const Local low = std::min(a, b), high = std::max(a, b);
    return {std::min(low, c), std::max(low, std::min(high, c)), std::max(high, c)};
  }
}

template <CellKind kind>
bool is_reversed(const Index* corner, int side) noexcept {
  if (dimensions(kind) == 1) return side == 0;
  return dimensions(kind) == 2 && corner[side] > corner[side + 1 == corners(kind) ? 0 : side + 1];
}

/// Calls `use(corners of the cell, cell, side)` for all sides, cell by cell.
template <CellKind kind, class Use>
void for_each_side(const Cells& cells, const Use& use) {
  const Index* corner = cells.nodes.data();
  for (Index cell = 0; cell < cells.count(); ++cell, corner += corners(kind))
    for (int side = 0; side < corners(kind); ++side) use(corner, cell, side);
}

/// The nodes after the lowest as one number.
std::uint64_t further_nodes(const Side& side) noexcept {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(side.nodes[1])) << 32 |
         static_cast<std::uint32_t>(side.nodes[2]);
}

template <CellKind kind>
std::vector<Side> sorted_facets(const Cells& cells, Index nodes) {
  std::vector<std::size_t> next(static_cast<std::size_t>(nodes) + 1, 0);  // place of a side with each lowest node
  for_each_side<kind>(cells, [&](const Index* corner, Index, int side) {
    ++next[static_cast<std::size_t>(nodes_of<kind>(corner, side)[0]) + 1];
  });
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<Side> facets(next.back());
  for_each_side<kind>(cells, [&](const Index* corner, Index cell, int side) {
    const auto [lowest, second, third] = nodes_of<kind>(corner, side);
    Side& place = facets[next[static_cast<std::size_t>(lowest)]++];  // written member by member: a copy of what has
    place.nodes[0] = lowest;                                         // just been written in parts would wait for it
    place.nodes[1] = second;
    place.nodes[2] = third;
    place.cell = static_cast<Local>(cell);
    place.side = static_cast<std::int8_t>(side);
    place.is_reversed = is_reversed<kind>(corner, side);
  });
  std::size_t first = 0;
  for (std::size_t node = 0; node + 1 < next.size(); first = next[node++])
    std::sort(facets.data() + first, facets.data() + next[node], [](const Side& a, const Side& b) {
      const std::uint64_t of_a = further_nodes(a), of_b = further_nodes(b);
      return of_a != of_b ? of_a < of_b : a.cell < b.cell;
    });
  return facets;
}

}  // namespace

int sides(CellKind kind) noexcept { return corners(kind); }

std::vector<Side> sorted_facets(const Cells& cells, Index nodes) {
  constexpr Index most = std::numeric_limits<Local>::max();
  require(nodes <= most && cells.count() <= most, Fault::data,
          "a mesh of {} nodes and {} cells is too large for one rank; at most {} of each are taken", nodes,
          cells.count(), most);
  switch (cells.kind) {
    case CellKind::edge:
      return sorted_facets<CellKind::edge>(cells, nodes);
    case CellKind::triangle:
      return sorted_facets<CellKind::triangle>(cells, nodes);
    case CellKind::quadrilateral:
      return sorted_facets<CellKind::quadrilateral>(cells, nodes);
    case CellKind::tetrahedron:
      break;
  }
  return sorted_facets<CellKind::tetrahedron>(cells, nodes);
}

}  // namespace mercer
