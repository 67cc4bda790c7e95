// Maps of one large mesh, spread over all ranks, onto a common shape.
#pragma once

#include <mercer/meshes/geometry/distributed_mesh.hpp>
#include <mercer/meshes/geometry/morph.hpp>

#include <span>

namespace mercer {

enum class Multigrid {
  boomeramg,  ///< of hypre, half the time of GAMG, which takes its place where PETSc has no hypre
  gamg,       ///< of PETSc itself
};

struct MapOptions {
  Multigrid multigrid = Multigrid::boomeramg;
  /// Of the preconditioned residual against that of the right side. With 1e-10, places of 1e6 nodes on one rank and on
  /// two differed by 3e-8.
  double tolerance = 1e-12;
  Index iterations = 500;
};

/// @collective Places [local nodes, k] of all nodes, ghosts included, where the nodes `fixed` (numbers, the same list
/// on all ranks) are at `places` [fixed, k] and each of the others is the mean of its neighbours. By BiCGStab with
/// GAMG; options of PETSc have the prefix `map_`. Throws Fault::numerics where it does not converge.
Tensor<double> barycentric_map(const Comm& comm, const DistributedMesh& mesh, Weights weights,
                               std::span<const Index> fixed, View<const double> places, const MapOptions& options = {});

/// @collective Of the whole mesh, for `points` [local nodes, dimension].
Folding folding(const Comm& comm, const DistributedMesh& mesh, View<const double> points);

/// @collective `mesh` on `shape`; `loop` is the boundary `boundary.curve` with landmarks. Points are those of the local
/// nodes. Where mean-value weights fold cells or have no answer, uniform weights take their place, with the words of
/// one rank. Throws Fault::data where these fold cells, too.
Morph unfolded_morph(const Comm& comm, const DistributedMesh& mesh, const BoundaryCurve& boundary,
                     const MarkedLoop& loop, const CommonShape& shape, Weights weights, const MapOptions& options = {});

}  // namespace mercer
