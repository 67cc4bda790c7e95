// A problem of a case as a statement of the features backend.
#pragma once

#include <mercer/solvers/problem.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/translate.hpp>

namespace mercer::smgp {

/// Local. All but a source given by an array, which stays empty. Throws Fault::config for what the backend cannot take.
Statement statement_of(const Problem& problem);

/// Whether the source comes from an array or a field, not from a formula.
bool has_source_values(const Problem& problem);

/// @collective Reads such a source into the statement's samples.
void read_samples(const Comm& comm, const Problem& problem, Statement& statement);

/// @collective All values on every rank.
Samples gathered(const Comm& comm, const Samples& samples);

}  // namespace mercer::smgp
