// Conjugate gradients with BoomerAMG, or with GAMG where PETSc has no hypre.
#include <mercer/solvers/darcy/linear_solve.hpp>
#include <mercer/solvers/support/watched_solve.hpp>

namespace mercer::darcy {
namespace {

KspHandle make_solver(const Comm& comm, const System& system, const LinearOptions& options) {
  KspHandle solver;
  check_petsc(KSPCreate(comm.raw(), solver.out()));
  check_petsc(KSPSetOptionsPrefix(solver.get(), "darcy_"));
  check_petsc(KSPSetOperators(solver.get(), system.matrix.get(), system.matrix.get()));
  check_petsc(KSPSetType(solver.get(), KSPCG));
  check_petsc(KSPSetNormType(solver.get(), KSP_NORM_NATURAL));
  check_petsc(
      KSPSetTolerances(solver.get(), options.tolerance, 0, PETSC_DEFAULT, narrow<PetscInt>(options.iterations)));
  PC multigrid = nullptr;
  check_petsc(KSPGetPC(solver.get(), &multigrid));
#ifdef PETSC_HAVE_HYPRE
  check_petsc(PCSetType(multigrid, PCHYPRE));
  check_petsc(PCHYPRESetType(multigrid, "boomeramg"));
#else
  check_petsc(PCSetType(multigrid, PCGAMG));
#endif
  check_petsc(KSPSetFromOptions(solver.get()));
  return solver;
}

}  // namespace

void solve(const Context& context, const System& system, const LinearOptions& options, Field& u, Record& record) {
  const KspHandle solver = make_solver(context.comm, system, options);
  VecHandle solution;
  check_petsc(VecCreateMPIWithArray(context.comm.raw(), 1, narrow<PetscInt>(u.span().size()),
                                    narrow<PetscInt>(u.grid().shape().count()), u.span().data(), solution.out()));
  watched_solve(context, solver.get(), system.right_side.get(), solution.get(), options.tolerance, record);
}

}  // namespace mercer::darcy
