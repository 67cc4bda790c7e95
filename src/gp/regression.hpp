// Exact regression by Gaussian processes of many inputs and many outputs: mean, deviation, leave-one-out, novelty.
#pragma once

#include <mercer/gp/regression_search.hpp>

#include <vector>

namespace mercer {

inline constexpr Index most_regression_points = 20000;  ///< two matrices of so many squared take 6 GB

/// All that a regression has learnt, to be stored and used again.
struct RegressionFit {
  Radial covariance = Radial::matern_five_halves;
  Matrix x, y;                        ///< as given, [points, inputs] and [points, columns], NaN where missing
  std::vector<ColumnFit> columns;     ///< one a column of y
  std::vector<SearchRecord> records;  ///< of the searches; a regression does without
};

/// @collective Learns columns of outputs y from inputs x, both whole and the same on every rank; the result has the
/// same bits on any number of ranks. `outputs` says how many columns each output has (the modes of a field), one output
/// of all columns where it is empty. Inputs and outputs are standardised inside; NaN in y is a missing value, which
/// concerns its column alone. BLAS should use one thread. Throws Fault::data for inputs that are not finite, columns
/// without values or too many points, and Fault::config for options that do not fit.
RegressionFit fit_regression(const Comm& comm, Matrix x, Matrix y, const RegressionOptions& options,
                             const std::vector<Index>& outputs = {});

enum class NoiseOf {
  process,  ///< deviation of the function behind the values
  values    ///< deviation of a new value, noise included
};

/// What was added to the covariance of some columns so that it has a Cholesky factor.
struct Jitter {
  double share = 0;            ///< of the variance
  std::vector<Index> columns;  ///< of y
  NearestPair nearest;         ///< rows of x
};

/// Predicts. Local: made from the same fit, it is the same on every rank.
class Regression {
 public:
  /// Factors one covariance for each set of hyper-parameters and pattern of missing values. Throws Fault::internal
  /// where sizes do not fit, Fault::numerics where a covariance cannot be factored.
  explicit Regression(RegressionFit fit);

  const RegressionFit& fit() const noexcept { return fit_; }

  struct Prediction {
    Matrix mean, deviation;  ///< [points, columns], in the units of y
  };
  /// At points [points, inputs]. Of warped columns these are the moments of the warped-back normal distribution.
  Prediction predict(const MatrixView& points, NoiseOf noise = NoiseOf::values) const;

  /// What each training point would be predicted to be from all others, noise included; NaN where y is missing.
  Prediction leave_one_out() const;

  /// [points] How far each point lies from the nearest training point, in standardised inputs, as a multiple of the
  /// median of that distance among the training points: about one inside their cloud, three is far.
  Eigen::VectorXd novelty(const MatrixView& points) const;

  /// What users should know; empty where all covariances have factors as they are.
  const std::vector<Jitter>& jitters() const noexcept { return jitters_; }

 private:
  /// Columns with the same hyper-parameters and missing values.
  struct Group {
    Pattern pattern;
    ArdPosterior posterior;
  };
  Matrix standardised(const MatrixView& points) const;
  void add_group(const Matrix& z, Pattern pattern);

  RegressionFit fit_;
  Eigen::RowVectorXd mean_, deviation_;  ///< of the inputs
  Matrix x_;                             ///< standardised
  std::vector<Group> groups_;
  std::vector<Jitter> jitters_;
  double spacing_ = 1;  ///< of the training points
};

}  // namespace mercer
