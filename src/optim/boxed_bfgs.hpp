// Minimisation of smooth functions of a few unknowns in a box, by quasi-Newton steps with the whole BFGS matrix.
#pragma once

#include <mercer/optim/lbfgs.hpp>

#include <span>

namespace mercer {

struct BoxedBfgsOptions {
  double gradient_tolerance = 1e-5;  ///< converged when no entry of the gradient that is free to fall is larger,
  double value_tolerance = 2e-9;     ///< or an iteration lowers the value by less than this share of max(1, |value|)
  Index iterations = 200;
  Index evaluations = 2000;
  double longest_step = 2;  ///< of any unknown in one trial
};

/// Moves `point`, all of which this rank holds, to a local minimum within finite or infinite bounds. For tens of
/// unknowns and objectives that are dear: each step minimises the quadratic model in the box by an active-set method,
/// so that many bounds are met at once, and a search along the line to there, inside the box, meets the strong Wolfe
/// conditions by cubic interpolation; Nocedal and Wright (2006), sec. 3.5, 6.1 and 16.5. Unlike minimise() it knows no
/// PETSc, communicates nothing and depends on nothing but its arguments: independent searches may run on different
/// ranks. A trial that is not finite is taken for a step too long. `point` ends as the last accepted one. Throws
/// Fault::numerics where the start is not finite, Fault::config where the bounds do not ascend.
Minimum minimise_in_box(const Objective& objective, std::span<double> point, const Bounds& bounds,
                        const BoxedBfgsOptions& options = {});

}  // namespace mercer
