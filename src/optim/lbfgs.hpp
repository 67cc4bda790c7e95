// Minimisation of smooth functions by limited-memory quasi-Newton steps, with or without bounds, on points spread over
// the ranks.
#pragma once

#include <mercer/optim/objective.hpp>
#include <mercer/parallel/comm.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mercer {

/// One accepted point of a minimisation.
struct Iterate {
  Index number = 0;       ///< 0 is the start
  Index evaluations = 0;  ///< so far
  double value = 0;
  double gradient_norm = 0;  ///< Euclidean, without the parts that push against active bounds
};

struct LbfgsOptions {
  double gradient_tolerance = 1e-8;        ///< converged when the gradient's norm is below,
  double relative_gradient_tolerance = 0;  ///< or below this share of its norm at the start,
  double value_tolerance = 0;  ///< or an iteration lowers the value by less than this share of max(1, |value|)
  Index iterations = 1000;
  Index evaluations = 10000;
  Index memory = 20;        ///< past steps that shape the next one
  std::string prefix = {};  ///< of the options PETSc sees, e.g. "gp_"; they come last and win
  /// Called on every rank after each iteration; a throw, on all ranks alike, ends the search.
  std::function<void(const Iterate&)> watch = {};
};

enum class Stop {
  gradient,     ///< converged: the gradient is small
  value,        ///< converged: the value no longer falls
  iterations,   ///< as many as allowed
  evaluations,  ///< as many as allowed
  stalled,      ///< no lower point along the last direction: wrong gradient, or the end of precision
  not_finite,   ///< no finite value along the last direction
  other,        ///< a test switched on by PETSc options
};
const char* name(Stop stop) noexcept;

struct Minimum {
  Stop stop = Stop::other;
  std::vector<Iterate> history;  ///< of all accepted points; the last one is the result
  bool converged() const noexcept { return stop == Stop::gradient || stop == Stop::value; }
};

/// This rank's part of lower and upper bounds, as long as the point; infinite where there is none.
struct Bounds {
  std::span<const double> lower, upper;
};

/// @collective Moves `point`, this rank's part (possibly empty), to a local minimum by PETSc's LMVM, or BLMVM where any
/// rank gives bounds. A trial that is not finite is taken for a step too long and shortened. `point` ends as the last
/// accepted one, whatever the reason to stop. Throws Fault::numerics where the start is not finite, Fault::config where
/// bounds do not ascend.
Minimum minimise(const Comm& comm, const Objective& objective, std::span<double> point,
                 const LbfgsOptions& options = {}, const Bounds& bounds = {});

}  // namespace mercer
