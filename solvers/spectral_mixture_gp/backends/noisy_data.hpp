// The data of a case with noise: source samples and readings of the unknown.
#pragma once

#include <mercer/solvers/problem.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/feature_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>

namespace mercer::smgp {

/// @collective The same on every rank: readings, and a source given by a formula at as many points as its features take
/// nodes, and between them. Samples stay where they are, in the statement.
NoisyData noisy_data(const Comm& comm, const Problem& problem, const Statement& statement,
                     const FeatureOptions& options);

}  // namespace mercer::smgp
