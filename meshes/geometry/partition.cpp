#include <mercer/meshes/geometry/partition.hpp>
#include <mercer/parallel/petsc.hpp>

#include <algorithm>
#include <petscmat.h>

namespace mercer {
namespace {

using PartitioningHandle = Handle<PetscTraits<MatPartitioning, MatPartitioningDestroy>>;
using SetHandle = Handle<PetscTraits<IS, ISDestroy>>;

/// A copy in memory that PETSc may free.
PetscInt* given(const std::vector<Index>& values) {
  PetscInt* copy = nullptr;
  check_petsc(PetscMalloc1(std::max<std::size_t>(values.size(), 1), &copy));
  std::transform(values.begin(), values.end(), copy, [](Index value) { return static_cast<PetscInt>(value); });
  return copy;
}

}  // namespace

std::vector<int> partition(const Comm& comm, const std::vector<Index>& first, const std::vector<Index>& neighbours) {
  const auto count = static_cast<Index>(first.size()) - 1;
  std::vector<int> result(static_cast<std::size_t>(count), 0);
  if (comm.size() == 1) return result;
  const Index total = sum(comm, count);
  together(comm, [&] { narrow<PetscInt>(total), narrow<PetscInt>(neighbours.size()); });
  MatHandle graph;
  check_petsc(MatCreateMPIAdj(comm.raw(), static_cast<PetscInt>(count), static_cast<PetscInt>(total), given(first),
                              given(neighbours), nullptr, graph.out()));
  PartitioningHandle partitioning;
  check_petsc(MatPartitioningCreate(comm.raw(), partitioning.out()));
  check_petsc(MatPartitioningSetAdjacency(partitioning.get(), graph.get()));
#ifdef PETSC_HAVE_PTSCOTCH
  check_petsc(MatPartitioningSetType(partitioning.get(), MATPARTITIONINGPTSCOTCH));
#endif
  check_petsc(PetscObjectSetOptionsPrefix(reinterpret_cast<PetscObject>(partitioning.get()), "mesh_"));
  check_petsc(MatPartitioningSetFromOptions(partitioning.get()));
  SetHandle ranks;
  check_petsc(MatPartitioningApply(partitioning.get(), ranks.out()));
  const PetscInt* of_node = nullptr;
  check_petsc(ISGetIndices(ranks.get(), &of_node));
  std::copy_n(of_node, count, result.begin());
  check_petsc(ISRestoreIndices(ranks.get(), &of_node));
  return result;
}

}  // namespace mercer
