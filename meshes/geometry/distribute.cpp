// From parts of a mesh, as they were read, to nodes where they belong with all cells around them.
#include <mercer/meshes/geometry/distributed_mesh.hpp>
#include <mercer/meshes/geometry/partition.hpp>
#include <mercer/parallel/exchange.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

struct Cell {
  Index number;  ///< in the whole mesh
  std::array<Index, 4> nodes;
};

struct Node {
  Index original;
  std::array<double, 3> point;
};

/// @collective Cells on every rank to which `rank_of_node` sends one of their nodes, by their numbers.
template <class RankOfNode>
std::vector<Cell> sent_to_nodes(const Comm& comm, const std::vector<Cell>& cells, int count,
                                const RankOfNode& rank_of_node) {
  std::vector<std::vector<Cell>> out(at(comm.size()));
  for (const Cell& cell : cells) {
    std::array<std::size_t, 4> ranks{};
    for (std::size_t k = 0; k < at(count); ++k) {
      ranks[k] = rank_of_node(cell.nodes[k]);
      if (std::find(ranks.begin(), ranks.begin() + static_cast<Index>(k), ranks[k]) ==
          ranks.begin() + static_cast<Index>(k))
        out[ranks[k]].push_back(cell);
    }
  }
  std::vector<Cell> came;
  for (const std::vector<Cell>& part : exchange_lists(comm, out)) came.insert(came.end(), part.begin(), part.end());
  std::ranges::sort(came, {}, &Cell::number);
  return came;
}

/// Nodes of `cells` that `is_here` does not hold, ascending.
template <class IsHere>
std::vector<Index> others(const std::vector<Cell>& cells, int count, const IsHere& is_here) {
  std::vector<Index> nodes;
  for (const Cell& cell : cells)
    for (std::size_t k = 0; k < at(count); ++k)
      if (!is_here(cell.nodes[k])) nodes.push_back(cell.nodes[k]);
  std::ranges::sort(nodes);
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

/// A rank for each node of `home`, from the graph of nodes that share a cell.
std::vector<int> owners(const Comm& comm, const std::vector<Cell>& around, int count, Range home) {
  std::vector<std::vector<Index>> neighbours(at(home.count()));
  for (const Cell& cell : around)
    for (std::size_t k = 0; k < at(count); ++k)
      for (std::size_t l = 0; l < at(count); ++l)
        if (k != l && home.contains(cell.nodes[k])) neighbours[at(cell.nodes[k] - home.begin)].push_back(cell.nodes[l]);
  std::vector<Index> first{0}, all;
  for (std::vector<Index>& list : neighbours) {
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
    all.insert(all.end(), list.begin(), list.end());
    first.push_back(static_cast<Index>(all.size()));
  }
  return partition(comm, first, all);
}

std::vector<Cell> listed(const Comm& comm, const MeshPart& part, Index nodes) {
  const int count = corners(part.cells.kind);
  Index number = sum_before(comm, part.cells.count());
  std::vector<Cell> cells(at(part.cells.count()));
  together(comm, [&] {
    require(part.cells.kind != CellKind::quadrilateral, Fault::unavailable,
            "quadrilaterals have no place here; split each of them into two triangles");
    for (Index cell = 0; cell < part.cells.count(); ++cell, ++number) {
      cells[at(cell)].number = number;
      for (int k = 0; k < count; ++k) {
        const Index node = part.cells.nodes(cell, k);
        require(node >= 0 && node < nodes, Fault::data, "{} {} has node {}, and the mesh has {} of them",
                name(part.cells.kind), number, node, nodes);
        cells[at(cell)].nodes[at(k)] = node;
      }
    }
  });
  return cells;
}

/// Sets up numbers, points and what is sent, from the nodes that are owned here and the cells around them.
class Assembly {
 public:
  Assembly(const Comm& comm, std::vector<Node> owned, std::vector<Cell> cells, CellKind kind, Index space)
      : comm_(comm), owned_(std::move(owned)), cells_(std::move(cells)), kind_(kind), space_(space) {
    std::ranges::sort(owned_, {}, &Node::original);
    starts_ = starts_of(comm, static_cast<Index>(owned_.size()));
    mesh_.nodes = starts_.back();
    mesh_.owned = {starts_[at(comm.rank())], starts_[at(comm.rank()) + 1]};
  }

  /// `holder(node)` is the owner of an original number.
  template <class Holder>
  DistributedMesh finished(const Holder& holder) {
    const std::vector<Ghost> ghosts = ask_for_ghosts(holder);
    const auto local_nodes = static_cast<Index>(owned_.size() + ghosts.size());
    mesh_.local.points = Tensor<double>({local_nodes, space_}, Rows::dense);
    for (const Node& node : owned_) add(node, mesh_.owned.begin + static_cast<Index>(mesh_.number.size()));
    mesh_.ghosts_from.assign(at(comm_.size()), 0);
    std::vector<std::vector<Index>> wanted(at(comm_.size()));
    for (const Ghost& ghost : ghosts) {
      add(ghost.node, ghost.number);
      ++mesh_.ghosts_from[rank_of(starts_, ghost.number)];
      wanted[rank_of(starts_, ghost.number)].push_back(ghost.number);
    }
    for (const std::vector<Index>& list : exchange_lists(comm_, wanted)) {
      auto& sent = mesh_.sent_to.emplace_back();
      for (const Index number : list) sent.push_back(static_cast<Local>(number - mesh_.owned.begin));
    }
    set_cells(ghosts);
    return std::move(mesh_);
  }

 private:
  struct Ghost {
    Index number;
    Node node;
  };
  Index place(Index original) const {  ///< among the owned nodes, or -1
    const auto found = std::ranges::lower_bound(owned_, original, {}, &Node::original);
    return found != owned_.end() && found->original == original ? found - owned_.begin() : -1;
  }
  template <class Holder>
  std::vector<Ghost> ask_for_ghosts(const Holder& holder) {
    const std::vector<Index> wanted = others(cells_, corners(kind_), [&](Index node) { return place(node) >= 0; });
    std::vector<Ghost> ghosts = asked(comm_, wanted, holder, [&](Index node) {
      const Index here = place(node);
      return Ghost{mesh_.owned.begin + here, owned_[at(here)]};
    });
    std::ranges::sort(ghosts, {}, &Ghost::number);
    return ghosts;
  }
  void add(const Node& node, Index number) {
    std::copy_n(node.point.begin(), space_, &mesh_.local.points(mesh_.number.size(), 0));
    mesh_.number.push_back(number);
    mesh_.original.push_back(node.original);
  }
  void set_cells(const std::vector<Ghost>& ghosts) {
    std::vector<std::pair<Index, Local>> ghost_place;
    for (const Ghost& ghost : ghosts)
      ghost_place.emplace_back(ghost.node.original, static_cast<Local>(owned_.size() + ghost_place.size()));
    std::ranges::sort(ghost_place);
    const int count = corners(kind_);
    mesh_.local.cells.kind = kind_;
    mesh_.local.cells.nodes = Tensor<Index>({static_cast<Index>(cells_.size()), count}, Rows::dense);
    for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
      Index lowest = -1;
      for (int k = 0; k < count; ++k) {
        const Index original = cells_[cell].nodes[at(k)], here = place(original);
        const Index node =
            here >= 0
                ? here
                : Index{std::ranges::lower_bound(ghost_place, original, {}, &std::pair<Index, Local>::first)->second};
        mesh_.local.cells.nodes(cell, k) = node;
        if (lowest < 0 || mesh_.original[at(node)] < mesh_.original[at(lowest)]) lowest = node;
      }
      if (mesh_.is_owned(static_cast<Local>(lowest))) mesh_.own_cells.push_back(static_cast<Local>(cell));
    }
    mesh_.cells_in_all = sum(comm_, static_cast<Index>(mesh_.own_cells.size()));
    together(comm_, [&] { mesh_.facets = mercer::facets(mesh_.local.cells, static_cast<Index>(mesh_.number.size())); });
    std::erase_if(mesh_.facets, [&](const Facet& facet) {
      return std::ranges::none_of(facet.nodes, [&](Local node) { return node >= 0 && mesh_.is_owned(node); });
    });
  }

  const Comm& comm_;
  std::vector<Node> owned_;
  std::vector<Cell> cells_;
  CellKind kind_;
  Index space_;
  std::vector<Index> starts_;
  DistributedMesh mesh_;
};

}  // namespace

MeshPart part_of(const Mesh& mesh, const Comm& comm) {
  const auto rows = [&](const auto& whole) {
    const Range mine = block(whole.shape()[0], comm.rank(), comm.size());
    std::remove_cvref_t<decltype(whole)> part({mine.count(), whole.shape()[1]}, Rows::dense);
    std::copy_n(whole.data() + mine.begin * whole.shape()[1], part.count(), part.data());
    return part;
  };
  return {rows(mesh.points), {mesh.cells.kind, rows(mesh.cells.nodes)}};
}

MeshPart part_of(const Mesh* mesh, int from, const Comm& comm) {
  std::array<Index, 3> sizes{};  // kind, dimension of space, corners
  if (comm.rank() == from) sizes = {static_cast<Index>(mesh->cells.kind), mesh->space(), mesh->cells.nodes.shape()[1]};
  check_mpi(MPI_Bcast(sizes.data(), 3, MPI_INT64_T, from, comm.raw()));
  const auto rows_from = [&]<class T>(const Tensor<T>* whole, Index width) {
    std::vector<std::vector<T>> out(at(comm.size()));
    if (whole)
      for (int rank = 0; rank < comm.size(); ++rank) {
        const Range part = block(whole->shape()[0], rank, comm.size());
        out[at(rank)].assign(whole->data() + part.begin * width, whole->data() + part.end * width);
      }
    const std::vector<T> came = exchange_lists(comm, out)[at(from)];
    Tensor<T> rows({static_cast<Index>(came.size()) / width, width}, Rows::dense);
    std::ranges::copy(came, rows.data());
    return rows;
  };
  const bool is_here = comm.rank() == from;
  MeshPart part{rows_from(is_here ? &mesh->points : nullptr, sizes[1]), {static_cast<CellKind>(sizes[0]), {}}};
  part.cells.nodes = rows_from(is_here ? &mesh->cells.nodes : nullptr, sizes[2]);
  return part;
}

DistributedMesh distribute(const Comm& comm, const MeshPart& part) {
  const std::vector<Index> starts = starts_of(comm, part.points.shape()[0]);
  const Range home{starts[at(comm.rank())], starts[at(comm.rank()) + 1]};
  const int count = corners(part.cells.kind);
  const std::vector<Cell> cells = listed(comm, part, starts.back());
  const auto home_of = [&](Index node) { return rank_of(starts, node); };
  const std::vector<int> owner = owners(comm, sent_to_nodes(comm, cells, count, home_of), count, home);

  std::vector<std::vector<Node>> leaving(at(comm.size()));
  for (Index i = 0; i < home.count(); ++i) {
    Node node{home.begin + i, {}};
    std::ranges::copy(part.points.view().row(i), node.point.begin());
    leaving[at(owner[at(i)])].push_back(node);
  }
  std::vector<Node> owned;
  for (const std::vector<Node>& list : exchange_lists(comm, leaving))
    owned.insert(owned.end(), list.begin(), list.end());

  /// Owners of nodes that are met here but live elsewhere.
  const auto owner_finder = [&](const std::vector<Cell>& met) {
    std::vector<Index> nodes = others(met, count, [&](Index node) { return home.contains(node); });
    std::vector<int> ranks = asked(comm, nodes, home_of, [&](Index node) { return owner[at(node - home.begin)]; });
    return [&, nodes = std::move(nodes), ranks = std::move(ranks)](Index node) {
      if (home.contains(node)) return at(owner[at(node - home.begin)]);
      return at(ranks[at(std::ranges::lower_bound(nodes, node) - nodes.begin())]);
    };
  };
  std::vector<Cell> around = sent_to_nodes(comm, cells, count, owner_finder(cells));
  const auto owner_of = owner_finder(around);
  const Index space = largest(comm, part.points.shape()[1]);  // a rank may have brought no points
  return Assembly(comm, std::move(owned), std::move(around), part.cells.kind, space).finished(owner_of);
}

}  // namespace mercer
