// Power spectra of samples along lines: what frequencies a source, a boundary trace or a residual holds.
#pragma once

#include <mercer/base/index.hpp>

#include <span>
#include <vector>

namespace mercer::smgp {

/// |FFT|^2 of equally spaced samples under a Blackman-Harris window (side lobes below -92 dB), padded with zeros to at
/// least four times the length.
struct Spectrum {
  double step = 0;            ///< between neighbouring frequencies [rad / unit of the axis]
  std::vector<double> power;  ///< from frequency 0 to half the sampling rate
  double frequency(std::size_t bin) const noexcept { return step * static_cast<double>(bin); }
};

/// Local. Of each line of `samples` [lines, points] (row-major):
/// [lines, bins], row-major.
std::vector<double> line_powers(std::span<const double> samples, Index points);

std::size_t bins_of(Index points) noexcept;  ///< of a line so long

/// The sum of the powers of lines of `points` points, `spacing` apart.
Spectrum sum_of_lines(std::span<const double> powers, Index points, double spacing);

/// Whether a spectrum reaches to half the sampling rate, by amplitudes above `threshold` of the largest: it may then
/// hold frequencies folded down from above.
bool may_be_folded(const Spectrum& spectrum, double threshold);

}  // namespace mercer::smgp
