// The linear solver of elasticity: conjugate gradients with multigrid that knows the rigid motions.
#pragma once

#include <mercer/solvers/elasticity/assemble.hpp>
#include <mercer/solvers/solver.hpp>

#include <vector>

namespace mercer::elasticity {

struct Options {
  Index order = 2;
  double tolerance = 1e-12;
  Index iterations = 500;
};

/// @collective Displacements [local nodes * dimension], ghosts included; steps and residual are recorded. PETSc prefix
/// `elasticity_`. Throws Fault::numerics where the iteration does not converge.
std::vector<double> solve(const Context& context, const Space& space, const System& system, const Options& options,
                          Record& record);

}  // namespace mercer::elasticity
