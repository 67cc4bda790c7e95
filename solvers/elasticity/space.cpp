#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/elasticity/element.hpp>
#include <mercer/solvers/elasticity/space.hpp>

#include <algorithm>
#include <optional>
#include <tuple>

namespace mercer::elasticity {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

using Ends = std::array<Index, 2>;  // numbers of the nodes that an edge joins, the lower one first

/// The edges of the local cells; those that begin at an owned node belong to this rank and stand first.
class Edges {
 public:
  explicit Edges(const DistributedMesh& mesh) : mesh_(mesh) {
    const Tensor<Index>& cells = mesh.local.cells.nodes;
    for (Index cell = 0; cell < mesh.local.cells.count(); ++cell)
      for (const auto& [a, b] : edges_of(dimensions(mesh.local.cells.kind))) {
        auto first = static_cast<Local>(cells(cell, a)), second = static_cast<Local>(cells(cell, b));
        if (mesh.number[at(first)] > mesh.number[at(second)]) std::swap(first, second);
        all_.push_back({first, second});
      }
    std::ranges::sort(all_, {}, [&](const std::array<Local, 2>& edge) {
      return std::tuple(!mesh.is_owned(edge[0]), mesh.number[at(edge[0])], mesh.number[at(edge[1])]);
    });
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
    owned_ = std::partition_point(all_.begin(), all_.end(),
                                  [&](const std::array<Local, 2>& edge) { return mesh.is_owned(edge[0]); }) -
             all_.begin();
  }
  Index owned() const { return owned_; }
  const std::vector<std::array<Local, 2>>& all() const { return all_; }
  Ends ends(Index edge) const { return {mesh_.number[at(all_[at(edge)][0])], mesh_.number[at(all_[at(edge)][1])]}; }

  /// @collective Numbers among the owned edges of their ranks of those that others own, in their order here.
  std::vector<Index> ask(const Comm& comm, const std::vector<Index>& vertex_starts) const {
    std::vector<Ends> questions;
    for (Index edge = owned_; edge < std::ssize(all_); ++edge) questions.push_back(ends(edge));
    return asked(
        comm, questions, [&](const Ends& wanted) { return rank_of(vertex_starts, wanted[0]); },
        [&](const Ends& wanted) { return place(wanted); });
  }

 private:
  Index place(const Ends& wanted) const {
    Index low = 0, high = owned_;
    while (low < high) {
      const Index half = (low + high) / 2;
      ends(half) < wanted ? low = half + 1 : high = half;
    }
    return low;
  }
  const DistributedMesh& mesh_;
  std::vector<std::array<Local, 2>> all_;
  Index owned_ = 0;
};

/// Ends in the order of local nodes.
std::pair<Local, Local> ends_of(const Space::Edge& edge) {
  return {std::min(edge.ends[0], edge.ends[1]), std::max(edge.ends[0], edge.ends[1])};
}

void set_points(const DistributedMesh& mesh, Space& space) {
  const Tensor<double>& points = mesh.local.points;
  space.points = Tensor<double>({std::ssize(space.number), space.dimension}, Rows::dense);
  for (std::size_t v = 0; v < space.vertex.size(); ++v)
    std::ranges::copy(points.view().row(static_cast<Index>(v)), &space.points(space.vertex[v], 0));
  for (const Space::Edge& edge : space.edges)
    for (Index axis = 0; axis < space.dimension; ++axis)
      space.points(edge.node, axis) = (points(edge.ends[0], axis) + points(edge.ends[1], axis)) / 2;
}

void set_cells(const Cells& cells, Space& space) {
  const int count = corners(cells.kind);
  space.cells = Tensor<Local>({cells.count(), nodes_of(space.dimension, space.order)}, Rows::dense);
  for (Index cell = 0; cell < cells.count(); ++cell) {
    for (int k = 0; k < count; ++k) space.cells(cell, k) = space.vertex[at(cells.nodes(cell, k))];
    if (space.order == 1) continue;
    int node = count;
    for (const auto& [a, b] : edges_of(space.dimension))
      space.cells(cell, node++) =
          middle(space, static_cast<Local>(cells.nodes(cell, a)), static_cast<Local>(cells.nodes(cell, b)));
  }
}

/// Owned nodes of the mesh stand first; ghosts follow all owned nodes.
void add_vertices(const DistributedMesh& mesh, const std::vector<Index>& vertex_starts,
                  const std::vector<Index>& starts, Space& space) {
  for (Index v = 0; v < std::ssize(mesh.number); ++v) {
    const bool is_owned = v < mesh.owned.count();
    space.vertex.push_back(static_cast<Local>(is_owned ? v : std::ssize(space.number)));
    const std::size_t rank = rank_of(vertex_starts, mesh.number[at(v)]);
    if (!is_owned) space.number.push_back(starts[rank] + mesh.number[at(v)] - vertex_starts[rank]);
  }
}

/// `places` are those of the edges that others own, among the edges of their owners.
void add_edges(const Edges& edges, const std::vector<Index>& places, const std::vector<Index>& vertex_starts,
               const std::vector<Index>& starts, Space& space) {
  const Index first = space.owned.count() - edges.owned();  // owned edges follow the owned nodes of the mesh
  for (Index e = 0; e < std::ssize(edges.all()); ++e) {
    const bool is_owned = e < edges.owned();
    space.edges.push_back({edges.all()[at(e)], static_cast<Local>(is_owned ? first + e : std::ssize(space.number))});
    if (is_owned) continue;
    const std::size_t rank = rank_of(vertex_starts, edges.ends(e)[0]);
    space.number.push_back(starts[rank] + vertex_starts[rank + 1] - vertex_starts[rank] +
                           places[at(e - edges.owned())]);
  }
  std::ranges::sort(space.edges, {}, ends_of);
}

}  // namespace

Space make_space(const Comm& comm, const DistributedMesh& mesh, int order) {
  Space space;
  space.order = order;
  space.dimension = mesh.local.space();
  const std::vector<Index> vertex_starts = starts_of(comm, mesh.owned.count());
  std::optional<Edges> edges;
  if (order == 2) edges.emplace(mesh);
  const std::vector<Index> starts = starts_of(comm, mesh.owned.count() + (edges ? edges->owned() : 0));
  space.nodes = starts.back();
  space.owned = {starts[at(comm.rank())], starts[at(comm.rank()) + 1]};
  for (Index node = space.owned.begin; node < space.owned.end; ++node) space.number.push_back(node);
  add_vertices(mesh, vertex_starts, starts, space);
  if (edges) add_edges(*edges, edges->ask(comm, vertex_starts), vertex_starts, starts, space);
  set_points(mesh, space);
  set_cells(mesh.local.cells, space);
  return space;
}

Local middle(const Space& space, Local a, Local b) {
  const std::pair<Local, Local> wanted(std::min(a, b), std::max(a, b));
  const auto found = std::ranges::lower_bound(space.edges, wanted, {}, ends_of);
  return found != space.edges.end() && ends_of(*found) == wanted ? found->node : -1;
}

}  // namespace mercer::elasticity
