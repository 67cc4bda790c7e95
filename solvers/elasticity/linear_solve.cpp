#include <mercer/solvers/elasticity/linear_solve.hpp>
#include <mercer/solvers/support/watched_solve.hpp>

namespace mercer::elasticity {
namespace {

struct NullSpaceTraits {
  using type = MatNullSpace;
  static constexpr bool collective = true;
  static type empty() noexcept { return nullptr; }
  static void close(type& space) noexcept { MatNullSpaceDestroy(&space); }
};

/// Tells multigrid of the motions that cost no energy, which its coarse grids must have.
void attach_rigid_motions(const Space& space, Vec like, Mat matrix) {
  VecHandle points;
  check_petsc(VecDuplicate(like, points.out()));
  double* to = nullptr;
  check_petsc(VecGetArrayWrite(points.get(), &to));
  std::copy_n(space.points.data(), space.owned_nodes() * space.dimension, to);
  check_petsc(VecRestoreArrayWrite(points.get(), &to));
  Handle<NullSpaceTraits> motions;
  check_petsc(MatNullSpaceCreateRigidBody(points.get(), motions.out()));
  check_petsc(MatSetNearNullSpace(matrix, motions.get()));
}

KspHandle make_solver(const Comm& comm, const System& system, const Options& options) {
  KspHandle solver;
  PC multigrid = nullptr;
  check_petsc(KSPCreate(comm.raw(), solver.out()));
  check_petsc(KSPSetOptionsPrefix(solver.get(), "elasticity_"));
  check_petsc(KSPSetOperators(solver.get(), system.matrix.get(), system.matrix.get()));
  check_petsc(KSPSetType(solver.get(), KSPCG));
  check_petsc(KSPSetNormType(solver.get(), KSP_NORM_NATURAL));
  check_petsc(
      KSPSetTolerances(solver.get(), options.tolerance, 0, PETSC_DEFAULT, narrow<PetscInt>(options.iterations)));
  check_petsc(KSPGetPC(solver.get(), &multigrid));
  check_petsc(PCSetType(multigrid, PCGAMG));
  // Coarsening by two layers at once took 68 steps instead of 40 on the plate of 07_elasticity.
  check_petsc(PCGAMGSetAggressiveLevels(multigrid, 0));
  check_petsc(KSPSetFromOptions(solver.get()));
  return solver;
}

VecHandle make_unknowns(const Comm& comm, const Space& space) {
  std::vector<PetscInt> ghosts;
  for (Local node = space.owned_nodes(); node < space.local_nodes(); ++node)
    ghosts.push_back(static_cast<PetscInt>(space.number[static_cast<std::size_t>(node)]));
  const auto d = static_cast<PetscInt>(space.dimension);
  VecHandle unknowns;
  check_petsc(VecCreateGhostBlock(comm.raw(), d, space.owned_nodes() * d, PETSC_DECIDE,
                                  static_cast<PetscInt>(ghosts.size()), ghosts.data(), unknowns.out()));
  return unknowns;
}

std::vector<double> with_ghosts(Vec unknowns, const Space& space) {
  check_petsc(VecGhostUpdateBegin(unknowns, INSERT_VALUES, SCATTER_FORWARD));
  check_petsc(VecGhostUpdateEnd(unknowns, INSERT_VALUES, SCATTER_FORWARD));
  Vec local = nullptr;
  const double* from = nullptr;
  check_petsc(VecGhostGetLocalForm(unknowns, &local));
  check_petsc(VecGetArrayRead(local, &from));
  std::vector<double> values(from, from + space.local_nodes() * space.dimension);
  check_petsc(VecRestoreArrayRead(local, &from));
  check_petsc(VecGhostRestoreLocalForm(unknowns, &local));
  return values;
}

}  // namespace

std::vector<double> solve(const Context& context, const Space& space, const System& system, const Options& options,
                          Record& record) {
  attach_rigid_motions(space, system.right_side.get(), system.matrix.get());
  const KspHandle solver = make_solver(context.comm, system, options);
  const VecHandle unknowns = make_unknowns(context.comm, space);
  watched_solve(context, solver.get(), system.right_side.get(), unknowns.get(), options.tolerance, record);
  return with_ghosts(unknowns.get(), space);
}

}  // namespace mercer::elasticity
