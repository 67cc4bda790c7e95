// What the searches for bands under noise share: what counts as a tone, what pays for features, and what an answer is
// checked against.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/periodogram.hpp>

namespace mercer::smgp {

inline constexpr double weakest_tone = 9e-8;      ///< of the largest power of the source
inline constexpr double weakest_residual = 4e-4;  ///< of the largest power of a residual
inline constexpr double worthwhile = 3;           ///< rise of log evidence that pays for more features

/// Power above which a tone counts: a share of the largest, and more than noise may reach.
double least_power(const Periodogram& of, double noise, double share);

/// Of the features, by that which the samples resolve: the largest over the axes.
double highest_frequency(const WeightSpace& space, const Shape& samples);

/// The source where it was not fitted.
struct SourceChecks {
  Matrix rows;  ///< the operator on all features [checks, weights]; empty where there are no checks
  Eigen::VectorXd values;
};
SourceChecks source_checks(const WeightSpace& space, const Statement& statement, const PointValues& checks);

}  // namespace mercer::smgp
