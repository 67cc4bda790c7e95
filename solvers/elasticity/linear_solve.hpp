// The linear solver of elasticity: conjugate gradients with a factorisation or with multigrid that knows the rigid
// motions.
#pragma once

#include <mercer/solvers/elasticity/assemble.hpp>
#include <mercer/solvers/solver.hpp>

#include <vector>

namespace mercer::elasticity {

enum class LinearSolver { automatic, multigrid, direct };

struct Options {
  Index order = 2;
  LinearSolver solver = LinearSolver::automatic;
  double tolerance = 1e-12;
  Index iterations = 500;
};

/// @collective Displacements [local nodes * dimension], ghosts included; steps and residual are recorded. PETSc prefix
/// `elasticity_`. Throws Fault::numerics where the iteration does not converge, Fault::unavailable where PETSc has no
/// direct solver for one that is wanted.
std::vector<double> solve(const Context& context, const Space& space, const System& system, const Options& options,
                          Record& record);

}  // namespace mercer::elasticity
