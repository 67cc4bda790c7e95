// A problem of a case as a statement of the features backend.
#pragma once

#include <mercer/solvers/problem.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/translate.hpp>

namespace mercer::smgp {

/// Local. All but a source given by an array, which stays empty. Throws Fault::config for what the backend cannot take.
Statement statement_of(const Problem& problem);

/// @collective All of it: such a source becomes the statement's samples.
Statement statement_with_samples(const Comm& comm, const Problem& problem);

/// @collective Reads the source's array into the statement's samples.
void read_samples(const Comm& comm, const Problem& problem, Statement& statement);

/// Of the points that this rank has of a field in slabs, one list an axis.
Coordinates own_coordinates(const Field& field);

}  // namespace mercer::smgp
