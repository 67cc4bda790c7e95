// What is seen of an equation along lines: the frequencies of its source, and the residual that a solution leaves.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/lines.hpp>

#include <vector>

namespace mercer::smgp {

struct Residual {
  std::vector<Array> values;  ///< source less terms and reaction, on the lines of each axis
  double root_mean_square = 0;
  double relative = 0;  ///< the same by that of the largest of source, terms and reaction
};

/// Keeps references to its arguments.
class Observation {
 public:
  /// @collective Looks at the source along lines that are made finer while its spectrum reaches to their resolution;
  /// `threshold` is the relative amplitude that counts. A source nowhere larger than `negligible` counts as none: it is
  /// the rounding of a formula that is zero.
  Observation(const Comm& comm, const Statement& statement, double threshold, double negligible);

  const std::vector<Lines>& lines() const noexcept { return lines_; }
  const std::vector<Spectrum>& spectra() const noexcept { return spectra_; }  ///< of the source, one an axis

  /// @collective Of samples at those alone that `level` left out, where it left out some.
  Residual residual(const Level& level) const;
  std::vector<Spectrum> residual_spectra(const Residual& residual) const;  ///< @collective

 private:
  std::vector<Array> terms_on(const Lines& lines, const Level& level) const;
  Array residual_on(const Lines& lines, const Level& level, std::vector<double>& squares) const;
  Matrix seen(const Lines& lines, const Array& rest, const Level& level) const;

  const Comm& comm_;
  const Statement& statement_;
  std::vector<Lines> lines_;
  std::vector<Spectrum> spectra_;
};

}  // namespace mercer::smgp
