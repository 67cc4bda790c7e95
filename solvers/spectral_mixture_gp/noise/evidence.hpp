// The probability of the data for given hyper-parameters, and what the data then say about the weights. No Gram matrix
// is formed anywhere, so that noise may be as small as rounding.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/prior.hpp>

#include <span>

namespace mercer::smgp {

/// Values of the unknown at points inside the box.
struct Readings {
  Matrix rows;  ///< [readings, weights]
  Eigen::VectorXd values;
  double noise = 0;  ///< standard deviation; zero: to be estimated, as one more hyper-parameter
};

/// source = rows * weights + white noise, with conditions that hold exactly and, possibly, readings of the unknown.
struct DataModel {
  Matrix rows;  ///< [points, weights]
  Eigen::VectorXd source;
  ExactData exact;
  Readings readings = {};
  /// What else was measured of the source where the rows are no points but combinations of them: numbers that no weight
  /// reaches, of the same noise, and the sum of their squares.
  Index unreached = 0;
  double unreached_square = 0;

  Index points() const noexcept { return source.size() + unreached; }
};

/// Normal distribution of the weights: covariance = factor factor^T.
struct Weights {
  Eigen::VectorXd mean;
  Matrix factor;
};

/// Local throughout. theta is that of the prior, entry 0 being the logarithm of the noise variance; where the noise of
/// the readings is estimated, the logarithm of its variance comes last. Keeps a reference to the model.
class Evidence {
 public:
  /// A QR of the rows, after which the number of points no longer matters. Throws Fault::internal for sizes that do not
  /// fit, Fault::numerics for entries that are not finite and for exact conditions that fix all weights.
  Evidence(const DataModel& model, Prior prior);
  Evidence(const DataModel&&, Prior) = delete;

  const Prior& prior() const noexcept { return prior_; }
  const DataModel& model() const noexcept { return *model_; }
  bool estimates_reading_noise() const noexcept {
    return model_->readings.values.size() > 0 && model_->readings.noise == 0;
  }
  Index parameters() const noexcept { return prior_.parameters() + (estimates_reading_noise() ? 1 : 0); }
  double reading_noise(std::span<const double> theta) const;

  /// log p(source, readings, exact data | theta), and its exact gradient unless `gradient` is empty. With more than two
  /// exact conditions, which may depend on each other, theirs is the given part: log p(source, readings | exact,
  /// theta).
  double operator()(std::span<const double> theta, std::span<double> gradient = {}) const;

  /// All noise taken `noise_factor` times as large as theta says, the prior unchanged.
  Weights posterior(std::span<const double> theta, double noise_factor = 1) const;

 private:
  struct System;
  struct Solved;
  System whiten(std::span<const double> theta, double noise_factor, Matrix* slopes) const;
  Solved solve(const System& system) const;
  void add_noise_slopes(const System& system, const Solved& solved, double inverse_square,
                        std::span<double> gradient) const;

  bool has_density() const noexcept { return model_->exact.data.size() <= 2; }

  const DataModel* model_;
  Prior prior_;
  ExactData conditions_;       ///< of full rank
  Matrix triangle_;            ///< R of the rows
  Eigen::VectorXd projected_;  ///< Q^T source
  double rest_ = 0;            ///< squared norm of the source out of the reach of all weights
};

}  // namespace mercer::smgp
