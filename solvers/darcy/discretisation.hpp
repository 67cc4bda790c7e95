// Finite volumes around the nodes of a box grid for -div(a grad u) = f: harmonic face averages, Dirichlet and Neumann
// faces.
#pragma once

#include <mercer/parallel/petsc.hpp>
#include <mercer/solvers/problem.hpp>

#include <array>
#include <memory>
#include <span>

namespace mercer::darcy {

/// The linear system of one problem on the grid of its answer; unknowns are all nodes. Dirichlet nodes are decoupled
/// (their rows and columns hold the diagonal alone), so that the matrix is symmetric positive definite.
struct System {
  DmHandle layout;
  MatHandle matrix;
  VecHandle right_side;
};

/// How the nodes are spread over ranks: boxes, as PETSc's DMDA has them.
Decomposition node_decomposition(const Grid& grid, int ranks);

/// @collective `coefficient` and `source` are fields on the problem's grid, in `node_decomposition`. Throws Fault::data
/// where the coefficient is not positive.
System assemble(const Comm& comm, const Problem& problem, const Field& coefficient, const Field& source);

}  // namespace mercer::darcy
