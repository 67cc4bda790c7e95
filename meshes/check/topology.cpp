#include <mercer/meshes/check/topology.hpp>
#include <mercer/meshes/check/union_find.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace mercer {
namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

/// The corners of its cell that the nodes of a side are, among the corners of all cells.
std::array<std::size_t, 3> corners_of(const Cells& cells, const Side& side) {
  const int width = corners(cells.kind);
  const std::size_t first = at(Index{side.cell} * width), begin = first + at(side.side);
  if (dimensions(cells.kind) == 1) return {begin};
  if (dimensions(cells.kind) == 2) {
    const std::size_t end = side.side + 1 == width ? first : begin + 1;
    return {side.is_reversed ? end : begin, side.is_reversed ? begin : end};
  }
  const Index* corner = cells.nodes.data() + first;
  const auto place = [&](Local node) { return first + at(std::find(corner, corner + width, Index{node}) - corner); };
  return {place(side.nodes[0]), place(side.nodes[1]), place(side.nodes[2])};
}

/// Corners of cells at one node hang together where the cells share a side there. A node with several such fans is
/// pinched.
class Fans {
 public:
  explicit Fans(const Mesh& mesh)
      : cells_(mesh.cells), corners_(at(cells_.nodes.count())), count_(at(mesh.nodes()), 0) {
    for (const Index node : cells_.nodes.span()) ++count_[at(node)];
  }
  void join(const Side& a, const Side& b) {
    const auto of_a = corners_of(cells_, a), of_b = corners_of(cells_, b);
    for (std::size_t k = 0; k < a.nodes.size() && a.nodes[k] >= 0; ++k)
      count_[at(a.nodes[k])] -= corners_.join(of_a[k], of_b[k]);
  }
  Index pinched_nodes() const {
    return std::ranges::count_if(count_, [](Local fans) { return fans > 1; });
  }

 private:
  const Cells& cells_;
  UnionFind corners_;
  std::vector<Local> count_;  ///< [node] of fans
};

/// Sides of one cell each, which hang together by their nodes.
class Boundary {
 public:
  explicit Boundary(Index nodes) : nodes_(at(nodes)), is_on_(at(nodes), 0) {}
  void add(const Side& side) {
    ++facets_;
    for (std::size_t k = 0; k < side.nodes.size() && side.nodes[k] >= 0; ++k) {
      char& is_on = is_on_[at(side.nodes[k])];
      loops_ += is_on == 0;
      is_on = 1;
      if (k > 0) loops_ -= nodes_.join(at(side.nodes[0]), at(side.nodes[k]));
    }
  }
  Index facets() const noexcept { return facets_; }
  Index loops() const noexcept { return loops_; }

 private:
  UnionFind nodes_;
  std::vector<char> is_on_;
  Index facets_ = 0, loops_ = 0;
};

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
  const int width = corners(cells.kind);
  CellCounts counts;
  const std::span<const Index> all = cells.nodes.span();
  for (std::size_t i = 0; i < all.size(); i += at(width))
    for (std::size_t corner = i; corner < i + at(width); ++corner) {
      char& is_known = is_used[at(all[corner])];
      counts.nodes += is_known == 0;
      is_known = 1;
      if (corner > i) counts.components -= pieces.join(at(all[i]), at(all[corner]));
    }
  counts.components += counts.nodes;
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
  Fans fans(mesh);
  Boundary boundary(mesh.nodes());
  Index count = 0;
  bool all_agree = true;
  for_each_facet(facets, [&](std::size_t first, std::size_t last) {
    const std::span<const Side> equal(facets.data() + first, last - first);
    ++count;
    told.crowded_facets += equal.size() > 2;
    if (equal.size() == 1) boundary.add(equal[0]);
    if (equal.size() == 2) all_agree &= equal[0].is_reversed != equal[1].is_reversed;
    for (const Side& other : equal.subspan(1)) fans.join(equal[0], other);
  });
  const CellCounts counts = count_cells(mesh.cells, mesh.nodes(), count);
  told.cells = mesh.cells.count();
  told.nodes = counts.nodes;
  told.edges = counts.edges;
  told.components = counts.components;
  told.euler = counts.euler;
  told.boundary_facets = boundary.facets();
  told.boundary_loops = boundary.loops();
  told.pinched_nodes = fans.pinched_nodes();
  if (dimensions(mesh.cells.kind) != 2) return told;
  told.is_orientable = all_agree || orientation(mesh.cells, facets).is_orientable;
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
