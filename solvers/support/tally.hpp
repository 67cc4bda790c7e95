// Errors of predicted quantities, gathered sample by sample.
#pragma once

#include <mercer/report/record.hpp>

#include <span>
#include <string>

namespace mercer {

/// What one sample says of one quantity.
struct Tally {
  double count = 0, mean = 0, squares = 0;  ///< of true values; squares about their mean
  double error_squares = 0, largest = 0, covered = 0;

  /// One value and its prediction; where either is NaN, nothing.
  void add(double predicted, double deviation, double value);
  /// The values of both. Chan, Golub and LeVeque (1979).
  void add(const Tally& other);
};

/// Sets `path.rrmse`, root mean square over the samples of (error over the values of a sample, root mean square) /
/// (largest value); for scalars `path.rrmse_of_largest`, error / largest value of all samples; `path.q2`, one less the
/// part of the variance of all values that the errors leave; and `path.coverage95`, the part of values within 1.96
/// deviations. The tallies of the samples are `stride` apart. What has no value, or none that is not zero, does not
/// count; numbers that nothing can be said of are left out.
void record_errors(const std::string& path, bool is_scalar, std::span<const Tally> samples, std::size_t stride,
                   Record& record);

}  // namespace mercer
