// Independent Gaussian processes with the same hyper-parameters, given their values at the same points.
#pragma once

#include <mercer/gp/ard_evidence.hpp>

#include <span>
#include <string>
#include <vector>

namespace mercer {

/// What columns of values Y [points, columns] at x say of the process elsewhere. Local.
class ArdPosterior {
 public:
  /// `theta` as in ard_covariance.hpp. Throws Fault::numerics, with the cause, where the covariance cannot be factored
  /// even with most_jitter.
  ArdPosterior(Radial family, Matrix x, const Matrix& y, std::vector<double> theta);

  struct Prediction {
    Matrix mean;               ///< [points, columns]
    Eigen::VectorXd variance;  ///< [points], of the process without noise, the same for each column
  };
  Prediction predict(const MatrixView& points) const;

  /// What each point would be predicted to be from all others, with the hyper-parameters kept; Rasmussen and Williams
  /// (2006), eq. 5.12. The variance includes noise.
  struct LeaveOneOut {
    Matrix residual;           ///< [points, columns], value - mean
    Eigen::VectorXd variance;  ///< [points]
  };
  LeaveOneOut leave_one_out() const;

  const std::vector<double>& theta() const noexcept { return theta_; }
  double jitter() const noexcept { return jitter_; }  ///< share of the variance that was added to the diagonal

 private:
  Radial family_;
  Matrix x_;
  std::vector<double> theta_;
  std::optional<Cholesky> factor_;
  Matrix weights_;  ///< (K + noise I)^-1 Y
  double jitter_ = 0;
};

/// The two points that are nearest to each other, and how far they are apart in lengths.
struct NearestPair {
  Index first = 0, second = 0;
  double distance = 0;
};
NearestPair nearest_pair(const MatrixView& x, std::span<const double> theta);  ///< local

/// Why a covariance needs jitter: two points are the same, or at that distance. They are called by name.
std::string jitter_cause(double distance, const std::string& first, const std::string& second);

}  // namespace mercer
