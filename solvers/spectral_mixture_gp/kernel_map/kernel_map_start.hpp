// Where the search for covariance parameters begins and ends: frequencies from the spectra of the data.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/adam_joint/axis_kernel.hpp>

#include <vector>

namespace mercer::smgp {

struct MixtureSearch {
  Mixture mixture = Mixture::gaussian;
  Index frequencies = 8;    ///< at most so many an axis, besides zero
  double threshold = 3e-3;  ///< least amplitude of a peak, relative to the highest one
  double length = 0.3;      ///< start of the lengths of all envelopes, relative to the axis,
  double shortest = 0.02;   ///< and their bounds
  double longest = 3;
};

/// A covariance with bounds of its parameters.
struct BoundedCovariance {
  AxisCovariance start;
  std::vector<double> lower, upper;
};

/// One component at zero frequency, and one for each peak in the mean spectrum, along `axis`, of the source or of the
/// values on the faces, all under a Blackman-Harris window. Weights are relative, as seen through the operator.
/// Frequencies may move by one line of the spectrum. Local; throws Fault::config where options are out of their range.
BoundedCovariance covariance_for(const GridProblem& problem, int axis, const MixtureSearch& search);

}  // namespace mercer::smgp
