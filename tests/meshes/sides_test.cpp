// Sides of cells and nodes at one place against plain searches.
#include "meshes.hpp"
#include <mercer/base/random.hpp>
#include <mercer/meshes/check/facets.hpp>
#include <mercer/meshes/check/repair.hpp>

#include <boost/test/unit_test.hpp>
#include <tuple>

using namespace mercer;

namespace {

/// Cells of four to nine nodes, so that many sides are those of several cells.
Cells random_cells(CellKind kind, Index count, Index nodes) {
  const Random random(17);
  std::vector<Index> all;
  for (std::uint64_t draw = 0; std::ssize(all) < count * corners(kind); ++draw) {
    const auto node = static_cast<Index>(random.integer(draw, static_cast<std::uint64_t>(nodes)));
    const auto known = static_cast<std::ptrdiff_t>(all.size()) % corners(kind);
    if (std::find(all.end() - known, all.end(), node) == all.end()) all.push_back(node);
  }
  return {kind, test::table(corners(kind), all)};
}

using Told = std::tuple<std::vector<Index>, Index, int, bool>;  // ascending nodes, cell, side, reversed

Told told(const Cells& cells, Index cell, int side) {
  std::vector<Index> nodes;
  for (int k = 0; k < dimensions(cells.kind); ++k) {
    const int first = cells.kind == CellKind::tetrahedron ? side + 1 : side;
    nodes.push_back(cells.nodes(cell, (first + k) % corners(cells.kind)));
  }
  bool is_reversed = cells.kind == CellKind::edge && side == 0;
  if (dimensions(cells.kind) == 2) is_reversed = nodes[0] > nodes[1];
  std::ranges::sort(nodes);
  return {nodes, cell, side, is_reversed};
}

}  // namespace

BOOST_AUTO_TEST_CASE(sides_come_in_the_order_of_their_nodes_and_then_of_their_cells) {
  for (const CellKind kind : {CellKind::edge, CellKind::triangle, CellKind::quadrilateral, CellKind::tetrahedron})
    for (const auto& [count, nodes] : {std::pair<Index, Index>{1, 4}, {2, 4}, {97, 9}, {500, 60}}) {
      const Cells cells = random_cells(kind, count, nodes);
      std::vector<Told> expected, found;
      for (Index cell = 0; cell < count; ++cell)
        for (int side = 0; side < sides(kind); ++side) expected.push_back(told(cells, cell, side));
      std::ranges::sort(expected);
      for (const Side& side : sorted_facets(cells, nodes)) {
        const std::vector<Index> all(side.nodes.begin(), std::ranges::find(side.nodes, -1));
        found.emplace_back(all, side.cell, side.side, side.is_reversed);
      }
      BOOST_TEST((found == expected), plural(kind) << ", " << count << " of them");
    }
}

BOOST_AUTO_TEST_CASE(nodes_at_one_place_are_found_however_unevenly_they_lie) {
  constexpr double tolerance = 1e-9;
  std::vector<double> points;
  std::vector<Index> cells;
  for (std::size_t node = 0; node < 300; ++node) {  // ever denser towards the origin, each third where one was before
    for (std::size_t axis = 0; axis < 2; ++axis)
      points.push_back(node % 3 == 2 ? points[2 * (node / 2) + axis] + 0.3 * tolerance
                                     : std::pow(Random(3).uniform(2 * node + axis), 12));
    cells.push_back(static_cast<Index>(node));
  }
  const MeshSample sample = test::sample(2, points, CellKind::triangle, cells);
  std::vector<std::size_t> lowest(300);
  for (std::size_t node = 0; node < 300; ++node) {
    lowest[node] = node;
    for (std::size_t other = 0; other < node; ++other) {
      const double gap = std::hypot(points[2 * node] - points[2 * other], points[2 * node + 1] - points[2 * other + 1]);
      if (gap > tolerance || lowest[other] == lowest[node]) continue;
      const auto [low, high] = std::minmax(lowest[other], lowest[node]);
      std::replace(lowest.begin(), lowest.end(), std::size_t{high}, std::size_t{low});
    }
  }
  const Renumbering found = renumbering(sample.mesh, tolerance);
  Index merged = 0;
  for (std::size_t node = 0; node < 300; ++node) {
    merged += lowest[node] != node;
    BOOST_TEST(found.now[node] == found.now[lowest[node]]);
  }
  BOOST_TEST(merged >= 100);
  BOOST_TEST(found.merged == merged);
}
