// What an answer is worth without knowing the truth, in numbers and in words.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/observation.hpp>

#include <string>
#include <vector>

namespace mercer::smgp {

struct Certificate {
  double residual = 0;          ///< where nothing was fitted, relative to the largest term of the equation
  double root_mean_square = 0;  ///< of the same residual, in the unit of the source
  double error_bound = 0;       ///< of the solution, relative: the residual times the norm of the inverse operator
  bool certified = false;
  std::string reason;      ///< why not
  std::string assumption;  ///< what no numbers can tell and the certificate rests on; empty for sources as formulas
};

/// What speaks for and against an answer.
struct Findings {
  const Level& level;
  const Residual& residual;
  bool is_noise = false;       ///< the residual has equal power at all frequencies
  const Residual* left_out{};  ///< of the same bands fitted without some samples, there; null for sources as formulas
  std::string undersampling;   ///< what speaks for it; empty where nothing does
};

/// Local. Certified are answers that converged, whose residual is below `tolerance` and allows a relative error of the
/// solution below 1e-3, and whose source, where it is known by samples alone, has enough of them. A source of
/// nothing but waves beyond half the sampling rate has the samples of slower ones: that it has none is an assumption.
Certificate certify(const Statement& statement, double tolerance, const Findings& findings);

inline constexpr double samples_per_wave = 3.5;  ///< that a source must have; half again above the least number, two

/// Local. What cannot be told from samples: that there are no waves beyond half the sampling rate along each axis.
/// Empty for a source by formula.
std::string sampling_assumption(const Statement& statement);

/// Local. In words, why waves of the source, or of boundary data that reach into it, may be folded: those that have
/// fewer than 3.5 samples each. `fastest` is the highest frequency of the boundary data along each axis.
std::string undersampling(const Statement& statement, const Observation& observation,
                          const std::vector<double>& fastest, double threshold);

}  // namespace mercer::smgp
