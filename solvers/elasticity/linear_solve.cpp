#include <mercer/solvers/elasticity/linear_solve.hpp>
#include <mercer/solvers/support/watched_solve.hpp>

#include <algorithm>
#include <string_view>

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

bool has_package(MatSolverType package, MatType matrix) {
  PetscBool found = PETSC_FALSE;
  check_petsc(MatSolverTypeGet(package, matrix, MAT_FACTOR_CHOLESKY, nullptr, &found, nullptr));
  return found == PETSC_TRUE;
}

/// What factorises the matrix, nullptr where nothing does: CHOLMOD on one rank, MUMPS on several.
MatSolverType package_for(const Comm& comm) {
  if (comm.size() == 1 && has_package(MATSOLVERCHOLMOD, MATSEQAIJ)) return MATSOLVERCHOLMOD;
  const bool has_mumps = has_package(MATSOLVERMUMPS, comm.size() == 1 ? MATSEQAIJ : MATMPIAIJ);
  return has_mumps ? MATSOLVERMUMPS : nullptr;
}

/// Up to these sizes CHOLMOD is faster than multigrid or takes a few milliseconds more; MUMPS on two ranks is faster up
/// to some 2000 unknowns only (docs/performance.md).
bool is_direct(const Comm& comm, const Space& space, LinearSolver wanted) {
  if (wanted != LinearSolver::automatic) return wanted == LinearSolver::direct;
  const Index unknowns = space.nodes * space.dimension;
  return comm.size() == 1 && unknowns <= (space.dimension == 2 ? 30000 : 3000) &&
         has_package(MATSOLVERCHOLMOD, MATSEQAIJ);
}

void factorise(const Comm& comm, PC preconditioner) {
  const MatSolverType package = package_for(comm);
  require_agreed(package != nullptr, Fault::unavailable,
                 "this PETSc has neither CHOLMOD nor MUMPS; set options.solver to multigrid");
  check_petsc(PCSetType(preconditioner, PCCHOLESKY));
  check_petsc(PCFactorSetMatSolverType(preconditioner, package));
}

void coarsen(PC preconditioner) {
  check_petsc(PCSetType(preconditioner, PCGAMG));
  // Coarsening by two layers at once took 65 steps in place of 44 on quadratic triangles.
  check_petsc(PCGAMGSetAggressiveLevels(preconditioner, 0));
}

/// What MUMPS will factorise into, nullptr where another preconditioner was chosen.
Mat mumps_factor(PC preconditioner) {
  MatSolverType package = nullptr;
  PetscBool is_cholesky = PETSC_FALSE;
  check_petsc(PetscObjectTypeCompare(reinterpret_cast<PetscObject>(preconditioner), PCCHOLESKY, &is_cholesky));
  if (is_cholesky == PETSC_FALSE) return nullptr;
  check_petsc(PCFactorGetMatSolverType(preconditioner, &package));
  if (package == nullptr || std::string_view(package) != MATSOLVERMUMPS) return nullptr;
  Mat factor = nullptr;
  check_petsc(PCFactorSetUpMatSolverType(preconditioner));
  check_petsc(PCFactorGetMatrix(preconditioner, &factor));
  return factor;
}

KspHandle make_solver(const Comm& comm, const Space& space, const System& system, const Options& options) {
  KspHandle solver;
  PC preconditioner = nullptr;
  check_petsc(KSPCreate(comm.raw(), solver.out()));
  check_petsc(KSPSetOptionsPrefix(solver.get(), "elasticity_"));
  check_petsc(KSPSetOperators(solver.get(), system.matrix.get(), system.matrix.get()));
  check_petsc(KSPSetType(solver.get(), KSPCG));
  check_petsc(KSPSetNormType(solver.get(), KSP_NORM_NATURAL));
  check_petsc(
      KSPSetTolerances(solver.get(), options.tolerance, 0, PETSC_DEFAULT, narrow<PetscInt>(options.iterations)));
  check_petsc(KSPGetPC(solver.get(), &preconditioner));
  is_direct(comm, space, options.solver) ? factorise(comm, preconditioner) : coarsen(preconditioner);
  check_petsc(KSPSetFromOptions(solver.get()));
  return solver;
}

/// Sets up with a workspace so many percent above what MUMPS reckons to need. False where that did not suffice, on all
/// ranks.
bool is_set_up(KSP solver, PetscInt workspace) {
  PC preconditioner = nullptr;
  PetscInt outcome = 0;
  check_petsc(KSPGetPC(solver, &preconditioner));
  const Mat factor = mumps_factor(preconditioner);
  if (factor != nullptr) check_petsc(MatMumpsSetIcntl(factor, 14, workspace));
  check_petsc(KSPSetUp(solver));
  if (factor != nullptr) check_petsc(MatMumpsGetInfog(factor, 1, &outcome));
  constexpr PetscInt few_integers = -8, few_numbers = -9;  // MUMPS Users' guide, error diagnostics
  return outcome != few_integers && outcome != few_numbers;
}

/// Small parts of a matrix need more than the 20 percent that MUMPS adds by itself, depending on the order in which
/// messages come.
KspHandle set_up_solver(const Comm& comm, const Space& space, const System& system, const Options& options) {
  for (PetscInt workspace = 20;; workspace *= 5) {
    KspHandle solver = make_solver(comm, space, system, options);
    if (is_set_up(solver.get(), workspace) || workspace > 2000) return solver;
  }
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
  const KspHandle solver = set_up_solver(context.comm, space, system, options);
  const VecHandle unknowns = make_unknowns(context.comm, space);
  watched_solve(context, solver.get(), system.right_side.get(), unknowns.get(), options.tolerance, record);
  return with_ghosts(unknowns.get(), space);
}

}  // namespace mercer::elasticity
