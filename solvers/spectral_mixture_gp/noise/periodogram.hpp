// Noisy samples by frequency: how much of them is noise, which tones stand out of it, and whether what is left is
// white.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/bands.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/tensor_product.hpp>

#include <vector>

namespace mercer::smgp {

/// Mean square of the Blackman-Harris window, per point.
inline constexpr double window_power =
    0.35875 * 0.35875 + (0.48829 * 0.48829 + 0.14128 * 0.14128 + 0.01168 * 0.01168) / 2;

/// The mean over parallel lines of windowed periodograms, scaled so that white noise has its variance at every
/// frequency.
struct Periodogram {
  Spectrum spectrum;
  Index points = 0, lines = 1;

  double largest() const noexcept;
  /// Standard deviation of white noise, from the quiet quarter of all frequencies.
  double noise() const noexcept;
  /// Power by variance that white noise exceeds anywhere with a probability of 1 %.
  double detectable() const noexcept;
};
/// Local. Along `axis` of samples [shape], `spacing` apart.
Periodogram periodogram(const Array& samples, int axis, double spacing);

/// A sharp peak of a periodogram as amplitude * cos(frequency x + phase).
struct Tone {
  double frequency = 0, amplitude = 0;
};
std::vector<Tone> tones(const Periodogram& periodogram, double least_power);

/// What differs from independent normal numbers of one variance in a residual on equally spaced points.
struct Whiteness {
  double peak = 0;         ///< largest power by variance, less that which noise may reach
  double correlation = 0;  ///< of neighbours, in standard deviations, corrected for the fit
  double kurtosis = 0;     ///< in excess of a normal distribution's, in standard deviations
  double variances = 0;    ///< Bartlett's statistic of eight segments, chi-squared with seven degrees of freedom
};
/// Degrees of freedom of some of the numbers, and the sum of squares of their deviations from their mean.
struct Segment {
  double freedom = 0, square = 0;
};
double bartlett(std::span<const Segment> segments);  ///< statistic of equal variances

/// `hat` [points, m] is a factor of the fit: fitted values of unit noise have covariance hat hat^T about the truth, as
/// ridge regression counts its degrees of freedom. Empty where several axes leave no order.
Whiteness whiteness(const Array& residual, double noise, const Matrix& hat);

}  // namespace mercer::smgp
