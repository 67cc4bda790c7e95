#include <mercer/report/progress.hpp>
#include <mercer/solvers/support/watched_solve.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer {
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
                 "{}",
                 iterations, KSPConvergedReasons[reason], residual,
                 reason == KSP_DIVERGED_ITS ? "raise options.iterations or options.tolerance"
                                            : "the matrix or its preconditioner breaks down: check the coefficients, "
                                              "the mesh and the PETSc options of the case");
  record.set("iterations", static_cast<Index>(iterations));
  record.set("residual", residual);
  record.set("linear_solver", method_text(solver));
}

}  // namespace

void watched_solve(const Context& context, KSP solver, Vec right_side, Vec solution, double tolerance, Record& record) {
  Watch watch(context, tolerance);
  check_petsc(KSPMonitorSet(solver, Watch::see, &watch, nullptr));
  std::array<PetscReal, 1024> history{};
  check_petsc(KSPSetResidualHistory(solver, history.data(), static_cast<PetscInt>(history.size()), PETSC_TRUE));
  check_petsc(KSPSolve(solver, right_side, solution));
  record_outcome(solver, history[0], record);
  watch.finish();
}

}  // namespace mercer
