// A linear solve by PETSc whose progress is told and whose outcome is recorded.
#pragma once

#include <mercer/parallel/petsc.hpp>
#include <mercer/solvers/solver.hpp>

namespace mercer {

/// @collective Solves and records `iterations`, `residual` (against the first one, or that of the right side) and
/// `linear_solver`. `tolerance` is that of the solver. Throws Fault::numerics where it does not converge.
void watched_solve(const Context& context, KSP solver, Vec right_side, Vec solution, double tolerance, Record& record);

}  // namespace mercer
