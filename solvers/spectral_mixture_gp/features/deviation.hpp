// How far the solution may be off for a source that is known to some accuracy only.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/feature_solver.hpp>

#include <cstdint>

namespace mercer::smgp {

struct DeviationOptions {
  double source = 0;       ///< standard deviation of the source at each node, in its unit
  int draws = 16;          ///< the deviation from n draws is itself known to 1 / sqrt(2 n)
  std::uint64_t seed = 0;  ///< of the draws, which depend on it alone
};

/// The accuracy to which a residual tells the source: three times its root mean square where nothing was fitted.
inline double source_deviation(const Certificate& certificate) { return 3 * certificate.root_mean_square; }

/// @collective The posterior deviation of `result`, the answer to `statement`, in the limit of a flat prior: the root
/// mean square over draws of how the solution answers to white noise on the source at the nodes, linearised at the
/// answer where the equation is not linear. On a tensor grid in the box, this rank's own. Boundary data are exact.
Array deviation(const Comm& comm, const Statement& statement, const FeatureResult& result, const Coordinates& grid,
                const DeviationOptions& options);

}  // namespace mercer::smgp
