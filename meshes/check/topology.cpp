#include <mercer/meshes/check/topology.hpp>
#include <mercer/meshes/check/union_find.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

/// The number of different roots among the members for which `is_in` says yes.
template <class F>
Index sets(UnionFind& joined, std::size_t count, F&& is_in) {
  Index found = 0;
  for (std::size_t member = 0; member < count; ++member) found += is_in(member) && joined.root(member) == member;
  return found;
}

/// The corner of a cell that a node is.
std::size_t corner_of(const Cells& cells, Local cell, Local node) {
  const Index width = corners(cells.kind);
  const Index* first = cells.nodes.data() + cell * width;
  return at(cell * width + (std::find(first, first + width, Index{node}) - first));
}

/// Corners of cells at one node hang together where the cells share a side there; a node with several such fans is
/// pinched.
void count_pinched(const Mesh& mesh, const std::vector<Side>& facets, Topology& told) {
  const Cells& cells = mesh.cells;
  UnionFind fans(at(cells.nodes.count()));
  for_each_facet(facets, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first + 1; i < last; ++i)
      for (const Local node : facets[first].nodes)
        if (node >= 0) fans.join(corner_of(cells, facets[first].cell, node), corner_of(cells, facets[i].cell, node));
  });
  std::vector<Local> count(at(mesh.nodes()), 0);
  for (std::size_t corner = 0; corner < at(cells.nodes.count()); ++corner)
    if (fans.root(corner) == corner) ++count[at(cells.nodes.data()[corner])];
  told.pinched_nodes = std::ranges::count_if(count, [](Local fan) { return fan > 1; });
}

void count_boundary(const Mesh& mesh, const std::vector<Side>& facets, Topology& told) {
  std::vector<bool> is_on(at(mesh.nodes()));
  UnionFind loops(at(mesh.nodes()));
  for_each_facet(facets, [&](std::size_t first, std::size_t last) {
    told.crowded_facets += last - first > 2;
    if (last - first != 1) return;
    ++told.boundary_facets;
    for (const Local node : facets[first].nodes) {
      if (node < 0) continue;
      is_on[at(node)] = true;
      loops.join(at(facets[first].nodes[0]), at(node));
    }
  });
  told.boundary_loops = sets(loops, is_on.size(), [&](std::size_t node) { return is_on[node]; });
}

Index count_runs(const std::vector<Side>& facets) {
  Index runs = 0;
  for_each_facet(facets, [&](std::size_t, std::size_t) { ++runs; });
  return runs;
}

Index tetrahedron_edges(const Cells& cells) {
  std::vector<std::array<Local, 2>> edges;
  edges.reserve(at(cells.count() * 6));
  for (Index cell = 0; cell < cells.count(); ++cell)
    for (Index a = 0; a < 4; ++a)
      for (Index b = a + 1; b < 4; ++b) {
        const auto [low, high] = std::minmax(cells.nodes(cell, a), cells.nodes(cell, b));
        edges.push_back({static_cast<Local>(low), static_cast<Local>(high)});
      }
  std::ranges::sort(edges);
  return std::ranges::unique(edges).begin() - edges.begin();
}

/// For each side of each cell the cell behind it, or -1, and whether both run through it in the same direction.
struct Neighbour {
  Local cell = -1;
  bool disagrees = false;
};

std::vector<Neighbour> neighbours(const Cells& cells, const std::vector<Side>& facets) {
  const Index count = sides(cells.kind);
  std::vector<Neighbour> found(at(cells.count() * count));
  for_each_facet(facets, [&](std::size_t first, std::size_t last) {
    if (last - first != 2) return;
    const Side &a = facets[first], &b = facets[first + 1];
    found[at(a.cell * count + a.side)] = {b.cell, a.is_reversed == b.is_reversed};
    found[at(b.cell * count + b.side)] = {a.cell, a.is_reversed == b.is_reversed};
  });
  return found;
}

}  // namespace

CellCounts count_cells(const Cells& cells, Index nodes, Index facets) {
  std::vector<char> is_used(at(nodes), 0);
  UnionFind pieces(at(nodes));
  for (Index cell = 0; cell < cells.count(); ++cell)
    for (int corner = 0; corner < corners(cells.kind); ++corner) {
      is_used[at(cells.nodes(cell, corner))] = 1;
      pieces.join(at(cells.nodes(cell, 0)), at(cells.nodes(cell, corner)));
    }
  CellCounts counts;
  counts.nodes = std::ranges::count(is_used, 1);
  counts.components = sets(pieces, is_used.size(), [&](std::size_t node) { return is_used[node] != 0; });
  switch (dimensions(cells.kind)) {
    case 1:
      counts.edges = cells.count();
      counts.euler = counts.nodes - counts.edges;
      break;
    case 2:
      counts.edges = facets;
      counts.euler = counts.nodes - counts.edges + cells.count();
      break;
    default:
      counts.edges = tetrahedron_edges(cells);
      counts.euler = counts.nodes - counts.edges + facets - cells.count();
  }
  return counts;
}

Orientation orientation(const Cells& cells, const std::vector<Side>& facets) {
  const Index count = cells.count();
  const int width = sides(cells.kind);
  const std::vector<Neighbour> beside = neighbours(cells, facets);
  Orientation found{std::vector<bool>(at(count)), true};
  std::vector<bool> is_seen(at(count));
  std::vector<Index> piece;
  for (Index start = 0; start < count; ++start) {
    if (is_seen[at(start)]) continue;
    is_seen[at(start)] = true;
    piece.assign(1, start);
    Index turned = 0;
    for (std::size_t next = 0; next < piece.size(); ++next) {
      const Index cell = piece[next];
      turned += found.is_turned[at(cell)];
      for (int side = 0; side < width; ++side) {
        const Neighbour& other = beside[at(cell * width + side)];
        if (other.cell < 0) continue;
        const bool turn = found.is_turned[at(cell)] != other.disagrees;
        if (is_seen[at(other.cell)]) {
          found.is_orientable = found.is_orientable && found.is_turned[at(other.cell)] == turn;
          continue;
        }
        is_seen[at(other.cell)] = true;
        found.is_turned[at(other.cell)] = turn;
        piece.push_back(other.cell);
      }
    }
    if (2 * turned > std::ssize(piece))
      for (const Index cell : piece) found.is_turned[at(cell)] = !found.is_turned[at(cell)];
  }
  if (!found.is_orientable) found.is_turned.assign(at(count), false);
  return found;
}

Topology topology(const Mesh& mesh, const std::vector<Side>& facets) {
  Topology told;
  const CellCounts counts = count_cells(mesh.cells, mesh.nodes(), count_runs(facets));
  told.cells = mesh.cells.count();
  told.nodes = counts.nodes;
  told.edges = counts.edges;
  told.components = counts.components;
  told.euler = counts.euler;
  count_pinched(mesh, facets, told);
  count_boundary(mesh, facets, told);
  if (dimensions(mesh.cells.kind) != 2) return told;
  told.is_orientable = orientation(mesh.cells, facets).is_orientable;
  if (told.is_manifold() && told.is_orientable)
    told.genus = (2 * told.components - told.euler - told.boundary_loops) / 2;
  return told;
}

std::string kind_text(const Topology& topology, CellKind kind) {
  const auto pieces = [&](const std::string& one) {
    return topology.components == 1 ? one : fmt::format("{} in {} pieces", one, topology.components);
  };
  if (dimensions(kind) == 1) return pieces(topology.boundary_facets == 0 ? "closed curve" : "open curve");
  if (dimensions(kind) == 3) return pieces("solid");
  if (topology.is_disk()) return "disk";
  const std::string handles = topology.genus < 0 ? "" : fmt::format(" of genus {}", topology.genus);
  if (topology.boundary_loops == 0) return pieces("closed surface" + handles);
  return pieces(fmt::format("surface{} with {} boundary loop{}", handles, topology.boundary_loops,
                            topology.boundary_loops == 1 ? "" : "s"));
}

}  // namespace mercer
