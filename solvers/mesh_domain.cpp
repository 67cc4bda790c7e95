#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/mesh_domain.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// @collective The block of rows of this rank of a table that rank 0 holds.
template <class T>
Tensor<T> block_of_rows(const Comm& comm, const Tensor<T>* table, Index rows, Index columns) {
  std::vector<std::vector<T>> out(at(comm.size()));
  if (table != nullptr)
    for (int rank = 0; rank < comm.size(); ++rank) {
      const Range there = block(rows, rank, comm.size());
      out[at(rank)].assign(table->data() + there.begin * columns, table->data() + there.end * columns);
    }
  const std::vector<T> mine = exchange_lists(comm, out).front();
  Tensor<T> here({block(rows, comm.rank(), comm.size()).count(), columns}, Rows::dense);
  std::ranges::copy(mine, here.data());
  return here;
}

/// The part of the mesh that each node is of, -1 for nodes without a cell.
std::vector<Index> bodies_of(const Mesh& mesh, Index& count) {
  std::vector<Index> parent(at(mesh.nodes()), -1);
  const auto root = [&](Index node) {
    while (parent[at(node)] != node) node = parent[at(node)] = parent[at(parent[at(node)])];
    return node;
  };
  for (const Index node : mesh.cells.nodes.span()) parent[at(node)] = node;
  for (Index cell = 0; cell < mesh.cells.count(); ++cell)
    for (int k = 1; k < corners(mesh.cells.kind); ++k) {
      const Index a = root(mesh.cells.nodes(cell, 0)), b = root(mesh.cells.nodes(cell, k));
      parent[at(std::max(a, b))] = std::min(a, b);
    }
  std::vector<Index> body(parent.size(), -1);
  count = 0;
  for (Index node = 0; node < mesh.nodes(); ++node)
    if (parent[at(node)] >= 0) body[at(node)] = parent[at(node)] == node ? count++ : body[at(root(node))];
  return body;
}

void require_sound(const Mesh& mesh) {
  for (const Index node : mesh.cells.nodes.span())
    require(node >= 0 && node < mesh.nodes(), Fault::data, "a cell of the mesh has node {}, and there are {} of them",
            node, mesh.nodes());
  for (const double x : mesh.points.span())
    require(std::isfinite(x), Fault::data, "a node of the mesh is at {}; 'mercer mesh check' tells where", x);
}

/// What of the mesh lies on its tags. On rank 0.
class Groups {
 public:
  Groups(const Mesh& mesh, Index& bodies) : mesh_(mesh), body_(bodies_of(mesh, bodies)) {}

  std::map<std::string, MeshGroup> all() {
    std::map<std::string, MeshGroup> groups;
    for (const auto& [name, nodes] : mesh_.tags) groups[name] = group(name, nodes);
    return groups;
  }

 private:
  MeshGroup group(const std::string& name, const std::vector<Index>& nodes) {
    MeshGroup group;
    group.nodes = nodes;
    group.points = Tensor<double>({std::ssize(nodes), mesh_.space()}, Rows::dense);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      group.bodies.push_back(body_[at(nodes[i])]);
      std::ranges::copy(mesh_.points.view().row(nodes[i]), &group.points(i, 0));
    }
    const auto part = mesh_.parts.find(name);
    if (part == mesh_.parts.end())
      add_boundary(group);
    else
      add_part(group, part->second);
    std::ranges::sort(group.edges);
    group.edges.erase(std::unique(group.edges.begin(), group.edges.end()), group.edges.end());
    return group;
  }

  void add_part(MeshGroup& group, const Cells& part) const {
    if (part.kind != CellKind::edge && part.kind != CellKind::triangle) return;
    const bool is_facet = dimensions(part.kind) == dimensions(mesh_.cells.kind) - 1;
    for (Index cell = 0; cell < part.count(); ++cell) {
      const Index* const node = &part.nodes(cell, 0);
      if (is_facet) group.facets.push_back({node[0], node[1], part.kind == CellKind::edge ? -1 : node[2]});
      add_edges(group, {node, at(corners(part.kind))});
    }
  }

  void add_boundary(MeshGroup& group) {
    if (mesh_.cells.kind == CellKind::quadrilateral) return;
    if (!boundary_) boundary_ = boundary_facets(facets(mesh_.cells, mesh_.nodes()));
    for (const Facet& facet : *boundary_) {
      std::vector<Index> nodes;
      for (const Local node : facet.nodes)
        if (node >= 0) nodes.push_back(node);
      if (!std::ranges::all_of(nodes, [&](Index node) { return std::ranges::binary_search(group.nodes, node); }))
        continue;
      group.facets.push_back({nodes[0], nodes.size() > 1 ? nodes[1] : -1, nodes.size() > 2 ? nodes[2] : -1});
      add_edges(group, nodes);
    }
  }

  static void add_edges(MeshGroup& group, std::span<const Index> nodes) {
    for (std::size_t a = 0; a < nodes.size(); ++a)
      for (std::size_t b = a + 1; b < nodes.size(); ++b)
        group.edges.push_back({std::min(nodes[a], nodes[b]), std::max(nodes[a], nodes[b])});
  }

  const Mesh& mesh_;
  std::vector<Index> body_;
  std::optional<std::vector<Facet>> boundary_;
};

/// @collective What rank 0 holds, on every rank.
template <class T>
void share(const Comm& comm, std::vector<T>& list) {
  if (!comm.is_root()) list.clear();
  list = gather_everywhere(comm, list);
}

void share(const Comm& comm, MeshGroup& group, Index space) {
  share(comm, group.nodes);
  share(comm, group.bodies);
  share(comm, group.edges);
  share(comm, group.facets);
  std::vector<double> points(group.points.data(), group.points.data() + group.points.count());
  share(comm, points);
  group.points = Tensor<double>({std::ssize(group.nodes), space}, Rows::dense);
  std::ranges::copy(points, group.points.data());
}

void share_groups(const Comm& comm, MeshDomain& domain) {
  const Index count = broadcast(comm, static_cast<Index>(domain.groups.size()));
  std::vector<std::string> names;
  for (const auto& [name, group] : domain.groups) names.push_back(name);
  names.resize(at(count));
  for (std::string& name : names) share(comm, domain.groups[name = broadcast(comm, name)], domain.space);
}

}  // namespace

MeshDomain mesh_domain(const Comm& comm, const Mesh* mesh) {
  MeshDomain domain;
  CellKind kind = CellKind::triangle;
  together(comm, [&] {
    if (mesh == nullptr) return;
    require_sound(*mesh);
    domain.nodes = mesh->nodes();
    domain.cells = mesh->cells.count();
    domain.space = mesh->space();
    kind = mesh->cells.kind;
    domain.groups = Groups(*mesh, domain.bodies).all();
  });
  for (Index* size : {&domain.nodes, &domain.cells, &domain.space, &domain.bodies}) *size = broadcast(comm, *size);
  kind = static_cast<CellKind>(broadcast(comm, static_cast<Index>(kind)));
  share_groups(comm, domain);
  domain.part.points = block_of_rows(comm, mesh ? &mesh->points : nullptr, domain.nodes, domain.space);
  domain.part.cells = {kind, block_of_rows(comm, mesh ? &mesh->cells.nodes : nullptr, domain.cells, corners(kind))};
  return domain;
}

MeshDomain read_mesh_domain(const Comm& comm, const std::filesystem::path& file, const std::string& sample) {
  const MeshDataset dataset(comm, file);
  require_agreed(!sample.empty() || dataset.count() == 1, Fault::config,
                 "{} holds {} meshes; name one of them by problem.sample", file.string(), dataset.count());
  const Index place = sample.empty() ? 0 : dataset.place(sample);
  MeshSample read;
  together(comm, [&] {
    if (comm.is_root()) read = dataset.read(place);
  });
  MeshDomain domain = mesh_domain(comm, comm.is_root() ? &read.mesh : nullptr);
  domain.file = file;
  return domain;
}

Tensor<double> in_file_order(const Comm& comm, const MeshDomain& domain, const DistributedMesh& mesh,
                             View<const double> values) {
  const Index columns = values.shape()[1];
  const auto holder = [&](Index node) {
    // Blocks differ by at most one in size, so this guess is at most a few ranks off.
    int rank = narrow<int>(node * comm.size() / domain.nodes);
    while (node < block(domain.nodes, rank, comm.size()).begin) --rank;
    while (node >= block(domain.nodes, rank, comm.size()).end) ++rank;
    return at(rank);
  };
  std::vector<std::vector<Index>> places(at(comm.size()));
  std::vector<std::vector<double>> rows(at(comm.size()));
  for (Index node = 0; node < mesh.owned.count(); ++node) {
    const std::size_t rank = holder(mesh.original[at(node)]);
    places[rank].push_back(mesh.original[at(node)]);
    for (Index column = 0; column < columns; ++column) rows[rank].push_back(values(node, column));
  }
  const auto places_here = exchange_lists(comm, places);
  const auto rows_here = exchange_lists(comm, rows);
  const Range mine = block(domain.nodes, comm.rank(), comm.size());
  Tensor<double> ordered({mine.count(), columns}, Rows::dense);
  for (std::size_t rank = 0; rank < places_here.size(); ++rank)
    for (std::size_t i = 0; i < places_here[rank].size(); ++i)
      std::copy_n(rows_here[rank].begin() + static_cast<Index>(i) * columns, columns,
                  &ordered(places_here[rank][i] - mine.begin, 0));
  return ordered;
}

}  // namespace mercer
