// Topology, ghosts and boundary of a mesh that is spread over the ranks; distribute.cpp makes one.
#include <mercer/meshes/geometry/distributed_mesh.hpp>
#include <mercer/parallel/exchange.hpp>

#include <algorithm>
#include <numeric>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

Local root(std::vector<Local>& parent, Local i) {
  while (parent[at(i)] != i) i = parent[at(i)] = parent[at(parent[at(i)])];
  return i;
}

/// Sets of local nodes that are joined by local cells, by their roots.
std::vector<Local> local_components(const DistributedMesh& mesh) {
  std::vector<Local> parent(mesh.number.size());
  std::iota(parent.begin(), parent.end(), 0);
  const Cells& cells = mesh.local.cells;
  for (Index cell = 0; cell < cells.count(); ++cell)
    for (int k = 1; k < corners(cells.kind); ++k)
      parent[at(root(parent, static_cast<Local>(cells.nodes(cell, k))))] =
          root(parent, static_cast<Local>(cells.nodes(cell, 0)));
  for (Local node = 0; node < static_cast<Local>(parent.size()); ++node) parent[at(node)] = root(parent, node);
  return parent;
}

/// Number of parts joined by cells: the smallest node number of a part spreads to all of it.
Index components(const Comm& comm, const DistributedMesh& mesh, const std::vector<char>& used) {
  const std::vector<Local> of_node = local_components(mesh);
  std::vector<double> label(mesh.number.begin(), mesh.number.end()), least = label;
  for (bool has_changed = true; has_changed;) {
    for (std::size_t node = 0; node < label.size(); ++node)
      least[at(of_node[node])] = std::min(least[at(of_node[node])], label[node]);
    bool has_changed_here = false;
    for (std::size_t node = 0; node < label.size(); ++node) {
      has_changed_here |= label[node] != least[at(of_node[node])];
      label[node] = least[at(of_node[node])];
    }
    fill_ghosts(comm, mesh, View<double>(label.data(), {static_cast<Index>(label.size()), 1}));
    has_changed = !all(comm, !has_changed_here);
  }
  Index count = 0;
  for (Index node = 0; node < mesh.owned.count(); ++node)
    count += used[at(node)] != 0 && label[at(node)] == static_cast<double>(mesh.number[at(node)]);
  return sum(comm, count);
}

/// Whether this rank counts a facet: it owns the node of the lowest number.
bool counts(const DistributedMesh& mesh, const Facet& facet) {
  Local lowest = facet.nodes[0];
  for (const Local node : facet.nodes)
    if (node >= 0 && mesh.number[at(node)] < mesh.number[at(lowest)]) lowest = node;
  return mesh.is_owned(lowest);
}

}  // namespace

void fill_ghosts(const Comm& comm, const DistributedMesh& mesh, View<double> values) {
  const Index width = values.shape()[1];
  std::vector<std::vector<double>> out(at(comm.size()));
  for (std::size_t rank = 0; rank < out.size(); ++rank)
    for (const Local node : mesh.sent_to[rank])
      for (Index c = 0; c < width; ++c) out[rank].push_back(values(node, c));
  double* to = values.data() + mesh.owned.count() * width;
  for (const std::vector<double>& part : exchange_lists(comm, out)) to = std::copy(part.begin(), part.end(), to);
}

Connectivity topology(const Comm& comm, const DistributedMesh& mesh) {
  const bool is_surface = mesh.local.cells.kind == CellKind::triangle;
  require_agreed(is_surface || mesh.local.cells.kind == CellKind::edge, Fault::unavailable,
                 "the topology of edges and triangles is known, not of cells called {}", name(mesh.local.cells.kind));
  std::vector<char> used(mesh.number.size(), 0);
  for (const Index node : mesh.local.cells.nodes.span()) used[at(node)] = 1;
  Connectivity result;
  Index facets = 0;
  for (const Facet& facet : mesh.facets)
    if (counts(mesh, facet)) {
      ++facets;
      result.branched += facet.cells > 2;
    }
  result.nodes = sum(comm, Index{std::count(used.begin(), used.begin() + mesh.owned.count(), 1)});
  result.branched = sum(comm, result.branched);
  result.components = components(comm, mesh, used);
  result.euler = result.nodes + (is_surface ? mesh.cells_in_all - sum(comm, facets) : -mesh.cells_in_all);
  return result;
}

BoundaryCurve boundary_curve(const Comm& comm, const DistributedMesh& mesh) {
  require_agreed(mesh.local.cells.kind == CellKind::triangle, Fault::unavailable,
                 "triangles are bounded by curves, and cells called {} are not", name(mesh.local.cells.kind));
  struct Node {
    Index original, number;
    double point[3];
  };
  struct Edge {
    Index ends[2];  // original numbers
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  for (const Facet& facet : mesh.facets)
    if (facet.cells == 1) {
      for (int end = 0; end < 2; ++end) {
        const Local node = facet.nodes[at(end)];
        if (!mesh.is_owned(node)) continue;
        Node& added = nodes.emplace_back(Node{mesh.original[at(node)], mesh.number[at(node)], {}});
        std::ranges::copy(mesh.local.points.view().row(node), added.point);
      }
      if (counts(mesh, facet))
        edges.push_back({{mesh.original[at(facet.nodes[0])], mesh.original[at(facet.nodes[1])]}});
    }
  nodes = gather_everywhere(comm, nodes);
  edges = gather_everywhere(comm, edges);
  std::ranges::sort(nodes, {}, &Node::original);
  nodes.erase(
      std::unique(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.original == b.original; }),
      nodes.end());
  BoundaryCurve result;
  result.curve.points = Tensor<double>({static_cast<Index>(nodes.size()), mesh.local.space()}, Rows::dense);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::ranges::copy_n(nodes[i].point, mesh.local.space(), &result.curve.points(i, 0));
    result.number.push_back(nodes[i].number);
  }
  result.curve.cells.kind = CellKind::edge;
  result.curve.cells.nodes = Tensor<Index>({static_cast<Index>(edges.size()), 2}, Rows::dense);
  for (std::size_t i = 0; i < edges.size(); ++i)
    for (int end = 0; end < 2; ++end)
      result.curve.cells.nodes(i, end) =
          std::ranges::lower_bound(nodes, edges[i].ends[end], {}, &Node::original) - nodes.begin();
  return result;
}

}  // namespace mercer
