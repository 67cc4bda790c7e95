// The linear solver of darcy: conjugate gradients with algebraic multigrid.
#pragma once

#include <mercer/solvers/darcy/discretisation.hpp>
#include <mercer/solvers/solver.hpp>

namespace mercer::darcy {

struct LinearOptions {
  double tolerance = 1e-12;
  Index iterations = 200;
};

/// @collective Solves the system into `u`, which lies in the system's layout, and records steps and residual. PETSc
/// prefix `darcy_`. Throws Fault::numerics where the iteration does not converge.
void solve(const Context& context, const System& system, const LinearOptions& options, Field& u, Record& record);

}  // namespace mercer::darcy
