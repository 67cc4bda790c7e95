// Maximum-evidence parameters of covariances, noise included, within bounds.
#pragma once

#include <mercer/optim/objective.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_start.hpp>

#include <span>
#include <vector>

namespace mercer::smgp {

struct NoiseBounds {
  double least, most;  ///< relative variance
};

struct Fit {
  std::vector<double> point;  ///< raw parameters of all covariances, log noise
  double gain = 0;            ///< of the log evidence over that of the start
  Index evaluations = 0;
};

/// Minimises a negative log evidence at [parameters of all covariances, log noise] in so many evaluations, at least
/// one. Throws Fault::numerics where the function is not finite at the start, whatever the noise.
Fit fit(const Objective& evidence, std::span<const BoundedCovariance> covariances, const NoiseBounds& noise,
        Index evaluations);

}  // namespace mercer::smgp
