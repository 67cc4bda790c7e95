// Variances of Legendre coefficients of a stationary process whose spectral density is a Gaussian or a Student's t.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <map>
#include <mutex>

namespace mercer::smgp {

/// Degrees of freedom of the Student's t that is a Gaussian.
inline constexpr double gaussian_freedom = std::numeric_limits<double>::infinity();

/// Logarithms of v_k, k = 0..degree, and their derivatives in the logarithm of the width.
struct LogVariances {
  Eigen::VectorXd value, slope;
};

/// v_k = (2 k + 1) E j_k(z)^2 with z ~ N(centre, width^2) and spherical Bessel functions j_k; sum_k v_k = 1. Both
/// arguments are frequencies times half the length of the interval. Accurate to about 1e-12, also where v_k is far
/// below the smallest double. With finite `freedom` z has Student's t distribution of so many degrees of freedom: the
/// process is a Matern process of smoothness freedom / 2, and v_k, which then falls like a power of k, is accurate to a
/// share of 8^-(1 + freedom). Local. Throws Fault::config unless freedom is positive.
LogVariances log_variances(double centre, double width, int degree, double freedom = gaussian_freedom);

/// The same about centre zero by interpolation in log width between values computed on demand, to about 1e-5. Value and
/// slope belong to one smooth function. May be used by several threads at once.
class VarianceTable {
 public:
  explicit VarianceTable(int degree, double freedom = gaussian_freedom);
  /// For degrees up to `degree`, which is at most that of the table.
  LogVariances at(double log_width, int degree) const;

 private:
  const LogVariances& gaussian(int number) const;
  const LogVariances& node(int number) const;

  int degree_;
  double freedom_;
  mutable std::mutex mutex_;
  mutable std::map<int, LogVariances> gaussians_, nodes_;
};

}  // namespace mercer::smgp
