#include <mercer/meshes/geometry/distributed_map.hpp>
#include <mercer/meshes/geometry/tried_maps.hpp>
#include <mercer/parallel/petsc.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// The local node of a number, or -1.
Index local_node(const DistributedMesh& mesh, Index number) {
  if (mesh.owned.contains(number)) return number - mesh.owned.begin;
  const auto found = std::lower_bound(mesh.number.begin() + mesh.owned.count(), mesh.number.end(), number);
  return found != mesh.number.end() && *found == number ? found - mesh.number.begin() : -1;
}

/// Equations of the owned nodes; fixed ones have a one on the diagonal and leave their part in the others' right sides.
struct Equations {
  std::vector<PetscInt> first{0}, columns;
  std::vector<double> values, right_sides;  ///< [owned, k]
};

Equations equations(const DistributedMesh& mesh, const SparseMatrix& weights, const std::vector<char>& is_fixed,
                    View<const double> known) {
  Equations rows;
  const Index width = known.shape()[1];
  rows.right_sides.assign(at(mesh.owned.count() * width), 0.0);
  rows.first.reserve(at(mesh.owned.count()) + 1);
  rows.columns.reserve(at(weights.entries()));
  rows.values.reserve(at(weights.entries()));
  for (Index i = 0; i < mesh.owned.count(); ++i) {
    const std::span<const Local> neighbours = weights.column(i);
    const std::span<const double> w = weights.value(i);
    double total = 0;
    for (const double weight : w) total += weight;
    for (std::size_t e = 0; e < w.size(); ++e) {
      const Local j = neighbours[e];
      if (j == i) {
        rows.columns.push_back(static_cast<PetscInt>(mesh.number[at(i)]));
        rows.values.push_back(is_fixed[at(i)] ? 1 : total);
      } else if (!is_fixed[at(i)] && !is_fixed[at(j)]) {
        rows.columns.push_back(static_cast<PetscInt>(mesh.number[at(j)]));
        rows.values.push_back(-w[e]);
      }
      for (Index c = 0; c < width; ++c)
        if (is_fixed[at(i)] ? j == i : is_fixed[at(j)] != 0)
          rows.right_sides[at(i * width + c)] += is_fixed[at(i)] ? known(i, c) : w[e] * known(j, c);
    }
    rows.first.push_back(narrow<PetscInt>(rows.columns.size()));
  }
  return rows;
}

MatHandle assembled(const Comm& comm, const DistributedMesh& mesh, const Equations& rows) {
  MatHandle matrix;
  const auto owned = narrow<PetscInt>(mesh.owned.count()), all = narrow<PetscInt>(mesh.nodes);
  check_petsc(MatCreate(comm.raw(), matrix.out()));
  check_petsc(MatSetSizes(matrix.get(), owned, owned, all, all));
  check_petsc(MatSetType(matrix.get(), MATAIJ));
  check_petsc(MatSeqAIJSetPreallocationCSR(matrix.get(), rows.first.data(), rows.columns.data(), rows.values.data()));
  check_petsc(MatMPIAIJSetPreallocationCSR(matrix.get(), rows.first.data(), rows.columns.data(), rows.values.data()));
  return matrix;
}

KspHandle solver_of(const Comm& comm, Mat matrix, const MapOptions& options) {
  KspHandle solver;
  check_petsc(KSPCreate(comm.raw(), solver.out()));
  check_petsc(KSPSetOptionsPrefix(solver.get(), "map_"));
  check_petsc(KSPSetOperators(solver.get(), matrix, matrix));
  check_petsc(KSPSetType(solver.get(), KSPBCGS));
  check_petsc(
      KSPSetTolerances(solver.get(), options.tolerance, 0, PETSC_DEFAULT, narrow<PetscInt>(options.iterations)));
  PC multigrid = nullptr;
  check_petsc(KSPGetPC(solver.get(), &multigrid));
  check_petsc(PCSetType(multigrid, PCGAMG));
#ifdef PETSC_HAVE_HYPRE
  if (options.multigrid == Multigrid::boomeramg) {
    check_petsc(PCSetType(multigrid, PCHYPRE));
    check_petsc(PCHYPRESetType(multigrid, "boomeramg"));
  }
#endif
  check_petsc(KSPSetFromOptions(solver.get()));
  // Squares of the graph coarsen these matrices too fast: 97 steps instead of 9 on 9e4 nodes. PETSc takes its own
  // default when it reads the options, so this comes after them.
  PetscBool is_given = PETSC_FALSE;
  check_petsc(PetscOptionsHasName(nullptr, "map_", "-pc_gamg_aggressive_coarsening", &is_given));
  if (!is_given) check_petsc(PCGAMGSetAggressiveLevels(multigrid, 0));
  return solver;
}

/// Solves for one component and puts it into the owned rows of `points`.
void solve_component(const Comm& comm, KSP solver, const Equations& rows, Index component, View<double> points,
                     Index nodes) {
  const Index width = points.shape()[1], owned = static_cast<Index>(rows.first.size()) - 1;
  std::vector<double> right_side(at(owned)), solution(at(owned), 0.0);
  for (Index i = 0; i < owned; ++i) right_side[at(i)] = rows.right_sides[at(i * width + component)];
  const auto vector_on = [&](std::vector<double>& memory) {
    VecHandle vector;
    if (comm.size() == 1)
      check_petsc(VecCreateSeqWithArray(comm.raw(), 1, narrow<PetscInt>(owned), memory.data(), vector.out()));
    else
      check_petsc(VecCreateMPIWithArray(comm.raw(), 1, narrow<PetscInt>(owned), narrow<PetscInt>(nodes), memory.data(),
                                        vector.out()));
    return vector;
  };
  const VecHandle b = vector_on(right_side), x = vector_on(solution);
  check_petsc(KSPSolve(solver, b.get(), x.get()));
  KSPConvergedReason reason{};
  PetscInt iterations = 0;
  check_petsc(KSPGetConvergedReason(solver, &reason));
  check_petsc(KSPGetIterationNumber(solver, &iterations));
  require_agreed(
      reason > 0, Fault::numerics,
      "the equations of the map were not solved in {} steps ({}); raise the tolerance or the number of steps",
      iterations, KSPConvergedReasons[reason]);
  for (Index i = 0; i < owned; ++i) points(i, component) = solution[at(i)];
}

/// @collective The element of rank `order` among the entries of all ranks, ascending, by halving an interval of values.
double selected(const Comm& comm, std::vector<double> values, Index order) {
  double low = smallest(comm, values.empty() ? INFINITY : *std::ranges::min_element(values));
  double high = largest(comm, values.empty() ? -INFINITY : *std::ranges::max_element(values));
  while (low < high) {
    const double middle = std::midpoint(low, high);
    if (!(middle < high)) break;  // the ends are neighbours
    const auto above = std::partition(values.begin(), values.end(), [&](double v) { return v <= middle; });
    const Index below = sum(comm, static_cast<Index>(above - values.begin()));
    if (order < below) {
      values.erase(above, values.end());
      high = largest(comm, values.empty() ? -INFINITY : *std::ranges::max_element(values));
    } else {
      values.erase(values.begin(), above);
      order -= below;
      low = smallest(comm, values.empty() ? INFINITY : *std::ranges::min_element(values));
    }
  }
  return low;
}

}  // namespace

Tensor<double> barycentric_map(const Comm& comm, const DistributedMesh& mesh, Weights weights,
                               std::span<const Index> fixed, View<const double> places, const MapOptions& options) {
  const Index width = places.shape()[1];
  Tensor<double> points({static_cast<Index>(mesh.number.size()), width}, Rows::dense);
  Equations rows;
  together(comm, [&] {
    narrow<PetscInt>(mesh.nodes);
    require(places.shape()[0] == static_cast<Index>(fixed.size()), Fault::internal,
            "{} fixed nodes need as many places", fixed.size());
    std::vector<char> is_fixed(mesh.number.size(), 0);
    for (std::size_t i = 0; i < fixed.size(); ++i) {
      const Index node = local_node(mesh, fixed[i]);
      if (node < 0) continue;
      is_fixed[at(node)] = 1;
      for (Index c = 0; c < width; ++c) points(node, c) = places(i, c);
    }
    rows = equations(mesh, barycentric_weights(mesh.local, weights), is_fixed, points.view());
    require(std::ranges::all_of(rows.values, [](double v) { return std::isfinite(v); }), Fault::numerics,
            "the weights of a map are not finite, as those of triangles without area");
  });
  const MatHandle matrix = assembled(comm, mesh, rows);
  const KspHandle solver = solver_of(comm, matrix.get(), options);
  for (Index component = 0; component < width; ++component)
    solve_component(comm, solver.get(), rows, component, points.view(), mesh.nodes);
  fill_ghosts(comm, mesh, points.view());
  return points;
}

Folding folding(const Comm& comm, const DistributedMesh& mesh, View<const double> points) {
  std::vector<double> sizes;
  Index positive = 0, negative = 0;
  together(comm, [&] {
    const std::vector<double> all = signed_sizes(points, mesh.local.cells);
    for (const Local cell : mesh.own_cells) {
      sizes.push_back(all[at(cell)]);
      positive += sizes.back() > 0;
      negative += sizes.back() < 0;
    }
  });
  positive = sum(comm, positive);
  negative = sum(comm, negative);
  Folding result{mesh.cells_in_all - std::max(positive, negative), 0};
  const bool is_finite = std::ranges::all_of(sizes, [](double size) { return std::isfinite(size); });
  if (!all(comm, is_finite) || mesh.cells_in_all == 0) return result;
  if (negative > positive)
    for (double& size : sizes) size = -size;
  const double least = smallest(comm, sizes.empty() ? INFINITY : *std::ranges::min_element(sizes));
  result.smallest = least / selected(comm, std::move(sizes), mesh.cells_in_all / 2);
  return result;
}

Morph unfolded_morph(const Comm& comm, const DistributedMesh& mesh, const BoundaryCurve& boundary,
                     const MarkedLoop& loop, const CommonShape& shape, Weights weights, const MapOptions& options) {
  Morph result;
  std::vector<Index> fixed;
  Tensor<double> targets;
  together(comm, [&] {
    result.turns = turns(loop, shape.fractions);
    targets = boundary_targets(shape, result.turns);
    for (const Index node : loop.nodes) fixed.push_back(boundary.number[at(node)]);
  });
  TriedMaps tried;
  for (const Method& candidate : candidates(weights)) {
    try {
      result.points = barycentric_map(comm, mesh, std::get<Weights>(candidate), fixed, targets.view(), options);
      result.folding = folding(comm, mesh, result.points.view());
      if (!result.folding.any()) {
        result.replaced = tried.replaced_by(candidate);
        return result;
      }
      tried.add_folds(candidate, result.folding.folded, mesh.cells_in_all);
    } catch (const Error& error) {  // of numerics only what all ranks have found together
      if (error.fault() != Fault::numerics) throw;
      tried.add_failure(candidate, error.what());
    }
  }
  require_agreed(false, Fault::data, "{}", tried.refusal());
  return result;
}

}  // namespace mercer
