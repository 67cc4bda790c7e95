// Hyper-parameters of greatest evidence.
#pragma once

#include <mercer/optim/lbfgs.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/evidence.hpp>

#include <vector>

namespace mercer::smgp {

/// Sizes that bound the hyper-parameters and from which a search starts.
struct FitScales {
  double unknown = 1;           ///< the largest amplitude that the unknown can be thought to have
  double source = 1;            ///< root mean square of the source
  double noise = 0;             ///< guess of that of the source
  double floor = 0;             ///< least noise: rounding
  std::vector<double> weights;  ///< guess of the variance of each component, in the order of the prior
};

struct Fit {
  std::vector<double> theta;
  double log_evidence = 0;  ///< without the hyper-prior
  double objective = 0;     ///< with it
  Index evaluations = 0;
  Stop stop = Stop::other;
};

/// Local. Maximises evidence times a hyper-prior 1 / (1 + weight / unknown^2) for each component, which is nearly flat
/// and only keeps weights from growing without end, by PETSc's BLMVM with options of the prefix
/// `spectral_mixture_gp_evidence_`. The noise stays above its floor, weights within e^-60 and e^14 of unknown^2, widths
/// between half a resolved frequency and a third of what the degree of the band resolves.
Fit fit_evidence(const Evidence& evidence, const WeightSpace& space, const FitScales& scales);
/// One search within the same bounds from hyper-parameters `theta`; what it does not hold starts as usual.
Fit refit_evidence(const Evidence& evidence, const WeightSpace& space, const FitScales& scales,
                   std::span<const double> theta);
/// Where the first search starts: hyper-parameters of prior and source.
std::vector<double> start_of_fit(const Prior& prior, const WeightSpace& space, const FitScales& scales);

}  // namespace mercer::smgp
