#include <mercer/meshes/check/facets.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

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

/// Cell by cell.
std::vector<Side> all_sides(const Cells& cells) {
  const int count = sides(cells.kind);
  std::vector<Side> all;
  all.reserve(static_cast<std::size_t>(cells.count() * count));
  for (Index cell = 0; cell < cells.count(); ++cell)
    for (int side = 0; side < count; ++side) {
      all.push_back(facet(cells.nodes.data() + cell * corners(cells.kind), cells.kind, side));
      all.back().cell = static_cast<Local>(cell);
    }
  return all;
}

}  // namespace

int sides(CellKind kind) noexcept { return corners(kind); }

std::vector<Side> sorted_facets(const Cells& cells, Index nodes) {
  constexpr Index most = std::numeric_limits<Local>::max();
  require(nodes <= most && cells.count() <= most, Fault::data,
          "a mesh of {} nodes and {} cells is too large for one rank; at most {} of each are taken", nodes,
          cells.count(), most);
  const std::vector<Side> all = all_sides(cells);
  std::vector<std::size_t> first(static_cast<std::size_t>(nodes) + 1, 0);  // of the sides with each lowest node
  for (const Side& side : all) ++first[static_cast<std::size_t>(side.nodes[0]) + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<std::size_t> next(first.begin(), first.end() - 1);
  std::vector<Side> facets(all.size());
  for (const Side& side : all) facets[next[static_cast<std::size_t>(side.nodes[0])]++] = side;
  for (std::size_t node = 0; node + 1 < first.size(); ++node)
    std::sort(facets.data() + first[node], facets.data() + first[node + 1],
              [](const Side& a, const Side& b) { return a.nodes != b.nodes ? a.nodes < b.nodes : a.cell < b.cell; });
  return facets;
}

}  // namespace mercer
