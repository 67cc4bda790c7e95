#include <mercer/meshes/geometry/plex.hpp>
#include <mercer/parallel/exchange.hpp>

#include <algorithm>
#include <petscdmplex.h>
#include <petscsf.h>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

using SfHandle = Handle<PetscTraits<PetscSF, PetscSFDestroy>>;
using SideNodes = std::array<Index, 3>;

/// Corners of the cells counted here by their numbers in the whole mesh, in the order of DMPlex.
std::vector<PetscInt> cells_of(const DistributedMesh& mesh) {
  const Cells& cells = mesh.local.cells;
  const int count = corners(cells.kind);
  std::vector<PetscInt> nodes;
  nodes.reserve(mesh.own_cells.size() * at(count));
  for (const Local cell : mesh.own_cells) {
    for (int k = 0; k < count; ++k) nodes.push_back(static_cast<PetscInt>(mesh.number[at(cells.nodes(cell, k))]));
    if (cells.kind == CellKind::tetrahedron) std::swap(nodes.end()[-4], nodes.end()[-3]);  // inward normals
  }
  return nodes;
}

/// @collective Numbers of the vertices of a DMPlex, each of which points to its place at the owner of the node.
std::vector<Index> numbers_of(const Comm& comm, const DistributedMesh& mesh, PetscSF vertices) {
  const std::vector<Index> starts = starts_of(comm, mesh.owned.count());
  PetscInt count = 0;
  const PetscInt* place = nullptr;
  const PetscSFNode* origin = nullptr;
  check_petsc(PetscSFGetGraph(vertices, nullptr, &count, &place, &origin));
  std::vector<Index> numbers(at(count));
  for (PetscInt i = 0; i < count; ++i) numbers[at(place ? place[i] : i)] = starts[at(origin[i].rank)] + origin[i].index;
  return numbers;
}

/// @collective The sides that any rank names, each once, on every rank: they are as few as those of a boundary.
std::vector<SideNodes> everywhere(const Comm& comm, const std::vector<SideNodes>& named) {
  std::vector<SideNodes> all = gather_everywhere(comm, named);
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

/// The vertices of a DMPlex by their original numbers.
class Vertices {
 public:
  Vertices(const Comm& comm, const DistributedMesh& mesh, const Plex& plex) {
    check_petsc(DMPlexGetDepthStratum(plex.dm.get(), 0, &first_, nullptr));
    const std::vector<Index> starts = starts_of(comm, mesh.owned.count());
    const std::vector<Index> originals = asked(
        comm, plex.number, [&](Index number) { return rank_of(starts, number); },
        [&](Index number) { return mesh.original[at(number - mesh.owned.begin)]; });
    for (std::size_t i = 0; i < originals.size(); ++i)
      places_.emplace_back(originals[i], first_ + static_cast<PetscInt>(i));
    std::ranges::sort(places_);
  }

  /// -1 where it is not here.
  PetscInt point(Index original) const {
    const auto found = std::ranges::lower_bound(places_, original, {}, &std::pair<Index, PetscInt>::first);
    return found != places_.end() && found->first == original ? found->second : -1;
  }

 private:
  PetscInt first_ = 0;
  std::vector<std::pair<Index, PetscInt>> places_;
};

/// Labels a side with all below it, where it is here; says whether it is.
bool label_side(DM dm, DMLabel label, const Vertices& vertices, const SideNodes& side) {
  std::array<PetscInt, 3> points{};
  PetscInt count = 0;
  for (const Index node : side) {
    if (node < 0) continue;
    const PetscInt point = vertices.point(node);
    if (point < 0) return false;
    points[at(count++)] = point;
  }
  const PetscInt* joined = nullptr;
  PetscInt found = 0;
  check_petsc(DMPlexGetFullJoin(dm, count, points.data(), &found, &joined));
  const PetscInt here = found == 1 ? joined[0] : -1;
  check_petsc(DMPlexRestoreJoin(dm, count, points.data(), &found, &joined));
  if (here < 0) return false;
  PetscInt* closure = nullptr;
  PetscInt size = 0;
  check_petsc(DMPlexGetTransitiveClosure(dm, here, PETSC_TRUE, &size, &closure));
  for (PetscInt i = 0; i < size; ++i) check_petsc(DMLabelSetValue(label, closure[2 * i], 1));
  check_petsc(DMPlexRestoreTransitiveClosure(dm, here, PETSC_TRUE, &size, &closure));
  return true;
}

/// @collective
void add_label(const Comm& comm, const Vertices& vertices, const std::string& name, const std::vector<SideNodes>& named,
               DM dm) {
  const std::vector<SideNodes> sides = everywhere(comm, named);
  check_petsc(DMCreateLabel(dm, name.c_str()));
  DMLabel label = nullptr;
  check_petsc(DMGetLabel(dm, name.c_str(), &label));
  std::vector<Index> is_missing;
  for (const SideNodes& side : sides) is_missing.push_back(label_side(dm, label, vertices, side) ? 0 : 1);
  check_mpi(
      MPI_Allreduce(MPI_IN_PLACE, is_missing.data(), narrow<int>(is_missing.size()), MPI_INT64_T, MPI_MIN, comm.raw()));
  const auto missing = std::ranges::find(is_missing, Index{1});
  if (missing != is_missing.end()) {
    const SideNodes& side = sides[at(missing - is_missing.begin())];
    require_agreed(false, Fault::data, "group '{}' has a side of the nodes {}, {} and {}, which is no side of the mesh",
                   name, side[0], side[1], side[2]);
  }
  check_petsc(DMPlexLabelComplete(dm, label));
}

}  // namespace

Plex to_plex(const Comm& comm, const DistributedMesh& mesh, const SideGroups& groups) {
  const CellKind kind = mesh.local.cells.kind;
  const Index space = largest(comm, mesh.local.points.shape()[1]);
  together(comm, [&] { narrow<PetscInt>(8 * std::max(mesh.cells_in_all, mesh.nodes)); });
  const std::vector<PetscInt> cells = cells_of(mesh);
  Plex plex;
  SfHandle vertex_sf;
  check_petsc(DMPlexCreateFromCellListParallelPetsc(
      comm.raw(), dimensions(kind), static_cast<PetscInt>(mesh.own_cells.size()),
      static_cast<PetscInt>(mesh.owned.count()), static_cast<PetscInt>(mesh.nodes), corners(kind), PETSC_TRUE,
      cells.data(), static_cast<PetscInt>(space), mesh.local.points.data(), vertex_sf.out(), nullptr, plex.dm.out()));
  plex.number = numbers_of(comm, mesh, vertex_sf.get());
  if (groups.empty()) return plex;
  const Vertices vertices(comm, mesh, plex);
  for (const auto& [name, sides] : groups) add_label(comm, vertices, name, sides, plex.dm.get());
  return plex;
}

}  // namespace mercer
