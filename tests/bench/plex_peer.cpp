// The calls of DMPlex that take a list of cells to a mesh with an overlap.
#include "bench/plex_peer.hpp"

#include <mercer/parallel/petsc.hpp>

#include <algorithm>
#include <petscdmplex.h>
#include <petscsf.h>

namespace mercer::bench {

PlexPart distribute_by_plex(const Comm& comm, const MeshPart& part) {
  const int dimension = dimensions(part.cells.kind), count = corners(part.cells.kind);
  const std::span<const Index> nodes = part.cells.nodes.span();
  std::vector<PetscInt> cells(nodes.size());
  std::ranges::transform(nodes, cells.begin(), [](Index node) { return static_cast<PetscInt>(node); });
  DmHandle read, spread;
  check_petsc(DMPlexCreateFromCellListParallelPetsc(
      comm.raw(), dimension, static_cast<PetscInt>(part.cells.count()), static_cast<PetscInt>(part.points.shape()[0]),
      PETSC_DETERMINE, count, PETSC_TRUE, cells.data(), static_cast<PetscInt>(part.points.shape()[1]),
      part.points.data(), nullptr, nullptr, read.out()));
  PetscPartitioner partitioner = nullptr;
  check_petsc(DMPlexGetPartitioner(read.get(), &partitioner));
  check_petsc(PetscPartitionerSetType(partitioner, PETSCPARTITIONERPTSCOTCH));
  check_petsc(DMPlexDistribute(read.get(), 1, nullptr, spread.out()));

  PetscInt first = 0, last = 0, low = 0, high = 0, leaves = 0;
  check_petsc(DMPlexGetDepthStratum(spread.get(), 0, &first, &last));
  check_petsc(DMPlexGetHeightStratum(spread.get(), 0, &low, &high));
  PetscSF owners = nullptr;
  const PetscInt* points = nullptr;
  check_petsc(DMGetPointSF(spread.get(), &owners));
  check_petsc(PetscSFGetGraph(owners, nullptr, &leaves, &points, nullptr));
  const auto ghosts = std::count_if(points, points + leaves, [&](PetscInt p) { return first <= p && p < last; });
  return {last - first - ghosts, last - first, high - low};
}

}  // namespace mercer::bench
