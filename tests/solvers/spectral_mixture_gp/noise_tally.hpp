// Many noises on one problem, compared with what someone would answer who knows the noise and the prior; and the table
// of what is asked for.
#pragma once

#include "solvers/spectral_mixture_gp/noise_problems.hpp"

#include <limits>
#include <string>
#include <vector>

namespace mercer::smgp::test {

/// Over seeds. The oracle knows the variance of the noise, and hyper-parameters fitted to the source without noise or,
/// of drawn functions, the process that they are drawn from.
struct Tally {
  double error = 0, worst = 0, oracle_error = 0;  ///< relative: median, largest, oracle's median
  double ratio_median = 0, ratio_ninth = 0;       ///< error by the oracle's, and its 90 % quantile
  double coverage = 0, oracle_coverage = 0;       ///< means of 95 % intervals
  double conservative = 0, slope_coverage = 0;    ///< the same
  double noise_least = 0, noise_most = 0;         ///< noise by true noise
  double noise_held = 0;                          ///< share of runs with that in [0.85, 1.12]
  double white = 0;                               ///< share of runs in which the residual raised no doubt
  double flagged = 0;                             ///< share of runs with a doubt about low frequencies
  int loops = 0;                                  ///< largest
  int runs = 0;
  std::string line(const std::string& name) const;  ///< of a table below `heading`
  static const char* heading() noexcept;
};
Tally tally_seeds(const NoisyProblem& problem, const Shape& samples, double relative, int seeds,
                  const AssimilationOptions& options = {});
/// The same with a function drawn anew for each seed.
Tally tally_draws(double length, const Shape& samples, double relative, int seeds);

/// One row of the table, 400 samples each.
struct Acceptance {
  std::string name;
  NoisyProblem problem;  ///< of drawn functions only the interval
  bool is_drawn = false;
  double noise = 0;
  double median = std::numeric_limits<double>::infinity(), ninth = median;  ///< most of the ratio to the oracle
  double error = median;                                                    ///< most of the median error
  bool covers = true;  ///< low frequencies are above the noise, so that plain intervals hold; else all are flagged
};
std::vector<Acceptance> acceptance_table();
Tally tally(const Acceptance& row, int seeds);
/// In words, what a tally misses; empty where it is accepted.
std::string misses(const Acceptance& row, const Tally& tally);

}  // namespace mercer::smgp::test
