// Makes the samples of a recipe, on all ranks, into a journal; and a dataset from a journal.
#pragma once

#include <mercer/io/journal.hpp>
#include <mercer/io/publish.hpp>
#include <mercer/solvers/generate/recipe.hpp>
#include <mercer/solvers/output.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

#include <filesystem>
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

/// @collective Writes all samples of the journal in the order of their numbers, with bounded memory: /inputs, /outputs,
/// /parameters, /scalars, /grid, /splits, and /sample where some are missing.
void write_grid_dataset(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate,
                        const Recipe& recipe, const Journal& journal, const Provenance& provenance);

}  // namespace mercer
