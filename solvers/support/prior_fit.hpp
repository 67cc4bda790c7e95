// The coefficients of a prior from samples whose outputs are known.
#pragma once

#include <mercer/solvers/support/prior_solver.hpp>

#include <functional>
#include <span>

namespace mercer {

/// How well scale * field meets the outputs, with the scale that does so best.
struct PriorFit {
  double scale = 0;
  double misfit = 0;  ///< root of the mean over the samples of |scale * field - output|^2 / |output|^2
};

/// @collective For fields and outputs [y, x] that `each(i, field, output)` fills in for i in [0, count); each rank asks
/// for a block of them. By least squares, weighted as the loss is; samples with outputs of zero have no weight. The
/// same bits on any number of ranks. Throws Fault::data where no field fits any output, since one of each is always
/// zero.
PriorFit fit_scale(const Comm& comm, Index count, Index points,
                   const std::function<void(Index i, std::span<double> field, std::span<double> output)>& each);

/// @collective The same for fields [sample, y, 1, x] of all samples.
PriorFit fit_scale(const Comm& comm, View<const float> fields, const Samples& outputs, std::span<const Index> ids);

/// Mean of |field - output| / |output| over the samples `ids` whose outputs are not zero. Local.
double mean_relative_error(View<const float> fields, const Samples& outputs, std::span<const Index> ids);

/// @collective The contrast with the least misfit for the samples `ids`, to three digits: from 1 by factors of four
/// while the misfit falls, up to 1000 or down to 1/1000, and then by golden sections. The same bits on any number of
/// ranks.
double estimate_contrast(const Comm& comm, PriorSolver& solver, const Samples& inputs, const Samples& outputs,
                         std::span<const Index> ids);

}  // namespace mercer
