// What is minimised: a value and its gradient at a point.
#pragma once

#include <functional>
#include <span>

namespace mercer {

/// Gives the value at `point` and fills `gradient` (equally long). Both are this rank's parts of a vector that is
/// spread over the ranks of the communicator of the caller, in rank order; the value is that of the whole point, with
/// the same bits on every rank, and the call is
/// @collective there. Where every rank holds the whole point, the caller's communicator is `Comm::self()` and value and
/// gradient must have the same bits on every rank (see reproducible_sum). May give a value that is not finite: the
/// point then counts as out of bounds.
using Objective = std::function<double(std::span<const double> point, std::span<double> gradient)>;

}  // namespace mercer
