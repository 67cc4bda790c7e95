#include <mercer/meshes/check/facets.hpp>

#include <algorithm>
#include <limits>

namespace mercer {
namespace {

Side facet(const Index* corner, CellKind kind, int side) {
  const auto node = [&](int number) { return static_cast<Local>(corner[number]); };
  Side found{{-1, -1, -1}, 0, static_cast<std::int8_t>(side), false};
  switch (kind) {
    case CellKind::edge:
      found.nodes[0] = node(side);
      found.is_reversed = side == 0;
      break;
    case CellKind::triangle:
    case CellKind::quadrilateral: {
      const Local from = node(side), to = node((side + 1) % corners(kind));
      found.nodes = {std::min(from, to), std::max(from, to), -1};
      found.is_reversed = from > to;
      break;
    }
    case CellKind::tetrahedron:
      found.nodes = {node((side + 1) % 4), node((side + 2) % 4), node((side + 3) % 4)};
      std::ranges::sort(found.nodes);
  }
  return found;
}

}  // namespace

int sides(CellKind kind) noexcept { return corners(kind); }

std::vector<Side> sorted_facets(const Cells& cells, Index nodes) {
  constexpr Index most = std::numeric_limits<Local>::max();
  require(nodes <= most && cells.count() <= most, Fault::data,
          "a mesh of {} nodes and {} cells is too large for one rank; at most {} of each are taken", nodes,
          cells.count(), most);
  const int count = sides(cells.kind);
  std::vector<Side> facets;
  facets.reserve(static_cast<std::size_t>(cells.count() * count));
  for (Index cell = 0; cell < cells.count(); ++cell) {
    for (int side = 0; side < count; ++side) {
      facets.push_back(facet(cells.nodes.data() + cell * corners(cells.kind), cells.kind, side));
      facets.back().cell = static_cast<Local>(cell);
    }
  }
  std::ranges::sort(
      facets, [](const Side& a, const Side& b) { return a.nodes != b.nodes ? a.nodes < b.nodes : a.cell < b.cell; });
  return facets;
}

}  // namespace mercer
