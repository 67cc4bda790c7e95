// A statement on a grid of equally spaced nodes, for the backends that know the unknown at such nodes.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/adam_joint/grid_problem.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/statement.hpp>

namespace mercer::smgp {

/// Throws Fault::config where the statement is more than a GridProblem can say: more than two axes, coefficients that
/// vary, mixed derivatives, reactions of derivatives, conditions other than values.
void check_grid_statement(const Statement& statement);

/// Local. With `nodes` along each axis, or those of the samples, of which each rank then holds all.
GridProblem grid_problem(const Statement& statement, Index nodes);

}  // namespace mercer::smgp
