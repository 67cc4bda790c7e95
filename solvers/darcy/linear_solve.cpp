// Conjugate gradients with BoomerAMG, or with GAMG where PETSc has no hypre.
#include <mercer/report/progress.hpp>
#include <mercer/solvers/darcy/linear_solve.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::darcy {
namespace {

/// Tells of the digits that are won: an iteration that converges does so at an even pace.
class Watch {
 public:
  Watch(const Context& context, double tolerance)
      : progress_(context.log, {"conjugate gradients", steps(tolerance)}, context.progress), last_(steps(tolerance)) {}

  static PetscErrorCode see(KSP, PetscInt step, PetscReal residual, void* self) {
    return fence([&] { static_cast<Watch*>(self)->update(step, residual); });
  }
  void finish() { progress_.finish(); }

 private:
  static Index steps(double tolerance) { return static_cast<Index>(std::ceil(-10 * std::log10(tolerance))); }
  void update(PetscInt step, double residual) {
    if (step == 0) first_ = residual;
    const double ratio = residual > 0 && first_ > 0 ? residual / first_ : 1;
    progress_.update(std::clamp(static_cast<Index>(-10 * std::log10(ratio)), Index{0}, last_),
                     fmt::format("step {}, residual {:.2g}", step, ratio));
  }
  Progress progress_;
  Index last_;
  double first_ = 0;
};

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

std::string method_text(KSP solver) {
  KSPType method = nullptr;
  PCType preconditioner = nullptr;
  PC multigrid = nullptr;
  check_petsc(KSPGetType(solver, &method));
  check_petsc(KSPGetPC(solver, &multigrid));
  check_petsc(PCGetType(multigrid, &preconditioner));
  return fmt::format("{} with {}", method, preconditioner);
}

void record_outcome(KSP solver, double first, Record& record) {
  KSPConvergedReason reason{};
  PetscInt iterations = 0;
  PetscReal last = 0;
  check_petsc(KSPGetConvergedReason(solver, &reason));
  check_petsc(KSPGetIterationNumber(solver, &iterations));
  check_petsc(KSPGetResidualNorm(solver, &last));
  const double residual = first > 0 ? last / first : 0;
  require_agreed(reason > 0, Fault::numerics,
                 "the linear solver stopped without converging after {} steps ({}) at a relative residual of {:.3g}; "
                 "raise options.iterations or options.tolerance",
                 iterations, KSPConvergedReasons[reason], residual);
  record.set("iterations", static_cast<Index>(iterations));
  record.set("residual", residual);
  record.set("linear_solver", method_text(solver));
}

}  // namespace

void solve(const Context& context, const System& system, const LinearOptions& options, Field& u, Record& record) {
  const KspHandle solver = make_solver(context.comm, system, options);
  Watch watch(context, options.tolerance);
  check_petsc(KSPMonitorSet(solver.get(), Watch::see, &watch, nullptr));
  std::array<PetscReal, 1024> history{};
  check_petsc(KSPSetResidualHistory(solver.get(), history.data(), static_cast<PetscInt>(history.size()), PETSC_TRUE));
  VecHandle solution;
  check_petsc(VecCreateMPIWithArray(context.comm.raw(), 1, narrow<PetscInt>(u.span().size()),
                                    narrow<PetscInt>(u.grid().shape().count()), u.span().data(), solution.out()));
  check_petsc(KSPSolve(solver.get(), system.right_side.get(), solution.get()));
  record_outcome(solver.get(), history[0], record);
  watch.finish();
}

}  // namespace mercer::darcy
