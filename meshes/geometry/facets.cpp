#include <mercer/meshes/check/topology.hpp>
#include <mercer/meshes/geometry/facets.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// Throws where a cell has a node twice or one that does not exist.
void require_nodes(const Cells& cells, Index nodes) {
  const int count = corners(cells.kind);
  const Index* corner = cells.nodes.data();
  for (Index cell = 0; cell < cells.count(); ++cell, corner += count)
    for (int k = 0; k < count; ++k) {
      if (corner[k] < 0 || corner[k] >= nodes)
        fail(Fault::data, "{} {} has node {}, and the mesh has {} of them", name(cells.kind), cell, corner[k], nodes);
      for (int other = 0; other < k; ++other)
        if (corner[other] == corner[k]) fail(Fault::data, "{} {} has node {} twice", name(cells.kind), cell, corner[k]);
    }
}

/// The two neighbours of each node along a set of edges.
class Neighbours {
 public:
  explicit Neighbours(Index nodes) : both_(at(nodes), {-1, -1}) {}
  void join(Local a, Local b) {
    add(a, b);
    add(b, a);
  }
  Local next(Local node, Local from) const noexcept {
    const auto& both = both_[at(node)];
    return both[0] == from ? both[1] : both[0];
  }
  bool is_used(Local node) const noexcept { return both_[at(node)][0] >= 0; }
  void require_closed() const {
    for (std::size_t node = 0; node < both_.size(); ++node)
      require(both_[node][0] < 0 || both_[node][1] >= 0, Fault::data,
              "node {} is the end of a curve; a closed curve was expected", node);
  }

 private:
  void add(Local node, Local neighbour) {
    auto& both = both_[at(node)];
    require(both[1] < 0, Fault::data,
            "node {} lies on more than two boundary edges, where two parts of the mesh touch in a point; split the "
            "node or remove one part",
            node);
    both[both[0] < 0 ? 0 : 1] = neighbour;
  }
  std::vector<std::array<Local, 2>> both_;
};

double enclosed_area(const Mesh& mesh, const Loop& loop) {
  double twice = 0;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    const Index a = loop[i], b = loop[(i + 1) % loop.size()];
    twice += mesh.points(a, 0) * mesh.points(b, 1) - mesh.points(b, 0) * mesh.points(a, 1);
  }
  return twice / 2;
}

/// Whether a cell passes from `a` to `b` when its corners are taken in order.
bool passes(const Cells& cells, Index a, Index b) {
  const int count = corners(cells.kind), steps = count == 2 ? 1 : count;
  for (Index cell = 0; cell < cells.count(); ++cell)
    for (int k = 0; k < steps; ++k)
      if (cells.nodes(cell, k) == a && cells.nodes(cell, (k + 1) % count) == b) return true;
  return false;
}

Loop walk(const Neighbours& neighbours, Local start, std::vector<char>& seen) {
  Loop loop;
  Local last = -1, node = start;
  do {
    loop.push_back(node);
    seen[at(node)] = 1;
    const Local next = neighbours.next(node, last);
    last = std::exchange(node, next);
  } while (node != start);
  return loop;
}

void orient(const Mesh& mesh, Loop& loop, bool is_outer) {
  const bool is_forward =
      mesh.space() == 2 ? (enclosed_area(mesh, loop) > 0) == is_outer : passes(mesh.cells, loop[0], loop[1]);
  if (!is_forward) std::reverse(loop.begin() + 1, loop.end());
}

double size_of(const Mesh& mesh, const Loop& loop) {
  return mesh.space() == 2 ? std::abs(enclosed_area(mesh, loop)) : static_cast<double>(loop.size());
}

Neighbours along_boundary(const Mesh& mesh, std::span<const Facet> facets) {
  Neighbours neighbours(mesh.nodes());
  if (mesh.cells.kind == CellKind::edge)
    for (Index cell = 0; cell < mesh.cells.count(); ++cell)
      neighbours.join(static_cast<Local>(mesh.cells.nodes(cell, 0)), static_cast<Local>(mesh.cells.nodes(cell, 1)));
  else
    for (const Facet& facet : facets)
      if (facet.cells == 1) neighbours.join(facet.nodes[0], facet.nodes[1]);
  neighbours.require_closed();
  return neighbours;
}

}  // namespace

std::vector<Facet> facets(const Cells& cells, Index nodes) {
  require(cells.kind != CellKind::quadrilateral, Fault::unavailable,
          "quadrilaterals have no place here; split each of them into two triangles");
  require_nodes(cells, nodes);
  const std::vector<Side> sides = sorted_facets(cells, nodes);
  std::vector<Facet> all;
  all.reserve(sides.size());
  for_each_facet(sides, [&](std::size_t first, std::size_t last) {
    all.push_back({sides[first].nodes, sides[first].cell, static_cast<int>(last - first)});
  });
  return all;
}

std::vector<Facet> boundary_facets(std::span<const Facet> facets) {
  std::vector<Facet> boundary;
  for (const Facet& facet : facets)
    if (facet.cells == 1) boundary.push_back(facet);
  return boundary;
}

Connectivity topology(const Cells& cells, Index nodes, std::span<const Facet> facets) {
  require(cells.kind == CellKind::triangle || cells.kind == CellKind::edge, Fault::unavailable,
          "the topology of edges and triangles is known, not of cells called {}", name(cells.kind));
  const CellCounts counts = count_cells(cells, nodes, std::ssize(facets));
  const auto is_branched = [](const Facet& facet) { return facet.cells > 2; };
  return {counts.nodes, counts.components, std::ranges::count_if(facets, is_branched), counts.euler};
}

std::vector<Loop> boundary_loops(const Mesh& mesh, std::span<const Facet> facets) {
  require(mesh.cells.kind == CellKind::triangle || mesh.cells.kind == CellKind::edge, Fault::unavailable,
          "edges and triangles are bounded by loops, and cells called {} are not", name(mesh.cells.kind));
  const Neighbours neighbours = along_boundary(mesh, facets);
  std::vector<Loop> loops;
  std::vector<char> seen(at(mesh.nodes()), 0);
  for (Local node = 0; node < static_cast<Local>(mesh.nodes()); ++node)
    if (neighbours.is_used(node) && !seen[at(node)]) loops.push_back(walk(neighbours, node, seen));
  std::stable_sort(loops.begin(), loops.end(),
                   [&](const Loop& a, const Loop& b) { return size_of(mesh, a) > size_of(mesh, b); });
  for (std::size_t i = 0; i < loops.size(); ++i) orient(mesh, loops[i], i == 0);
  return loops;
}

Loop disk_boundary(const Mesh& mesh, std::span<const Facet> facets) {
  const Connectivity found = topology(mesh.cells, mesh.nodes(), facets);
  std::vector<Loop> loops = boundary_loops(mesh, facets);
  const bool is_curve = mesh.cells.kind == CellKind::edge;
  require(loops.size() == 1 && found.euler == (is_curve ? 0 : 1) && found.components == 1 && found.branched == 0,
          Fault::data,
          "the mesh is not {}: {} boundary loops, Euler number {}, {} parts, {} branched edges; one loop and number {} "
          "were expected",
          is_curve ? "one closed curve" : "a disk", loops.size(), found.euler, found.components, found.branched,
          is_curve ? 0 : 1);
  return std::move(loops.front());
}

Loop disk_boundary(const Mesh& mesh) { return disk_boundary(mesh, facets(mesh.cells, mesh.nodes())); }

}  // namespace mercer
