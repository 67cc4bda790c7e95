// Makes the samples of a recipe, on all ranks, into a journal.
#pragma once

#include <mercer/io/journal.hpp>
#include <mercer/solvers/generate/recipe.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

#include <vector>

namespace mercer {

/// When to end before all samples are made.
struct Patience {
  bool skips_failures = false;  ///< goes on after samples that fail by Fault::numerics or Fault::data
  double seconds = 0;           ///< to begin samples in; 0 for no limit
};

/// @collective Makes what the journal does not have yet, each sample on one rank or on all, as the recipe says. Gives
/// the samples that failed, lowest first, the same on all ranks: at least the lowest one of all. What is made is in the
/// journal, whatever happens. Throws where a failure is not one of a sample.
std::vector<FailedSample> make_samples(const Context& context, const Recipe& recipe, Journal& journal,
                                       const Patience& patience);

}  // namespace mercer
