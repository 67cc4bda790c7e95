// From spectra to bands: which intervals of frequency a dimension needs, and the features that cover them.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/features.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/spectrum.hpp>

#include <complex>
#include <vector>

namespace mercer::smgp {

/// Frequencies [rad / unit of the axis] that features have to cover.
struct FrequencyRange {
  double low = 0, high = 0;
};

inline void append(std::vector<FrequencyRange>& all, const std::vector<FrequencyRange>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// Ranges around the peaks of a spectrum whose amplitude exceeds `threshold` of the largest: one resolved frequency to
/// either side, `half` being half the length of the samples.
std::vector<FrequencyRange> peaks(const Spectrum& spectrum, double half, double threshold);

/// Ranges around every frequency whose amplitude exceeds `threshold` of the largest: for spectra without sharp peaks.
std::vector<FrequencyRange> occupied(const Spectrum& spectrum, double half, double threshold);

/// Frequencies of the solutions of c0 u + c1 u' + c2 u'' = 0 that oscillate without decay: no source shows them. What
/// the operator does along other axes at their frequencies may be part of c0.
std::vector<FrequencyRange> free_oscillations(std::complex<double> c0, double c1, double c2, double half);

/// Ranges merged where they nearly touch, each with polynomials of a degree that resolves it to rounding; first the
/// plain polynomials of degree at least `base_degree`, which also take what lies below or touches their own range.
std::vector<Band> bands(std::vector<FrequencyRange> ranges, double half, int base_degree);

}  // namespace mercer::smgp
