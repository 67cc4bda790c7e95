// How large the unknown and its components may be, judged from the tones of the source and the symbol of the operator.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/evidence_fit.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/periodogram.hpp>

#include <vector>

namespace mercer::smgp {

using ToneLists = std::vector<std::vector<Tone>>;  ///< one list an axis

/// |sum of coefficient (i w)^orders|, the amplitude of the source for a plane wave of amplitude one; coefficients at
/// the middle of the box. At least 1e-3 of the sum of its terms' sizes, so that resonance is no infinite amplitude.
double symbol(const Statement& statement, std::span<const double> frequencies);

/// Largest distance of a frequency from that of a band whose features express it.
double reach(const Band& band, double half);
/// Frequencies a tone stands for: one resolved frequency to either side.
FrequencyRange around(const Tone& tone, double half);
/// Ranges around all frequencies whose power exceeds `least`.
std::vector<FrequencyRange> ranges_above(const Periodogram& periodogram, double half, double least);

/// Frequencies of components that the plain polynomials of the only axis express: those of `free` oscillations, which
/// the source does not show, and of at most four other tones.
std::vector<double> inner_frequencies(const WeightSpace& space, const ToneLists& tones, std::span<const double> free);

struct DataSizes {
  double source = 0, noise = 0;  ///< root mean squares
  Eigen::VectorXd exact;         ///< values of the exact conditions
};
FitScales fit_scales(const Statement& statement, const WeightSpace& space, const ToneLists& tones,
                     std::span<const double> inner, const DataSizes& sizes);

}  // namespace mercer::smgp
