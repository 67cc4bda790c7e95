// Stationary covariances on the line: values, derivatives with respect to distance and parameters, spectrum, features.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/optim/parameter.hpp>

#include <memory>
#include <span>
#include <vector>

namespace mercer {

/// k(t) = sum_j weights_j cos(2 pi frequencies_j t): a covariance of finite rank, two features (cos, sin) a frequency.
struct Features {
  std::vector<double> frequencies, weights;
};

/// k(x, x') = k(t) with t = x - x'. Holds the kind of covariance, not its parameters: those come as one vector `theta`
/// of raw (unconstrained, see ParameterDomain) numbers, block after block in the order of `parameters()`, and
/// derivatives with respect to them are with respect to raw. Work is done on vectors of distances, in blocks that stay
/// in the first cache. All functions are local and throw Fault::internal where sizes do not fit. Where exp(raw)
/// overflows, results are infinite or NaN, which minimise() and gradient_gap() take for out of bounds.
class Covariance {
 public:
  static constexpr int most_orders = 5;  ///< the value and four derivatives
  static constexpr Index block = 64;     ///< distances worked on at once

  virtual ~Covariance() = default;
  Covariance(const Covariance&) = delete;
  Covariance& operator=(const Covariance&) = delete;

  const std::vector<ParameterInfo>& parameters() const noexcept { return parameters_; }
  Index parameter_count() const noexcept { return parameter_count_; }
  /// The highest order, at most four, of a derivative that exists at zero distance.
  int smoothness() const noexcept { return smoothness_; }

  /// values[n, i] = d^n k / dt^n (t_i) for n < orders, [orders, distances] with one to five orders, and, unless
  /// `jacobian` is empty, jacobian[n, p, i] = d values[n, i] / d theta_p. At zero distance these are the limits; throws
  /// Fault::config where one does not exist.
  void evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                View<double> jacobian = {}) const;
  /// d^order k / dt^order at one distance.
  double value(std::span<const double> theta, double t, int order = 0) const;

  /// density[i] = S(frequencies_i), where k(t) = integral of S(f) cos(2 pi f t) over all real f [cycles per unit of t];
  /// so S is even and its integral is k(0). Throws Fault::unavailable for covariances with spectral lines.
  void spectrum(std::span<const double> theta, std::span<const double> frequencies, std::span<double> density) const;

  /// The spectrum as `count` frequencies for each of its parts (the components of a mixture, the terms of a sum); the
  /// weights are positive.
  Features features(std::span<const double> theta, Index count) const;

 protected:
  Covariance(std::vector<ParameterInfo> parameters, int smoothness);

 private:
  /// Like `evaluate`, for at most `block` distances, checked.
  virtual void do_evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                           View<double> jacobian) const = 0;
  virtual void do_spectrum(std::span<const double> theta, std::span<const double> frequencies,
                           std::span<double> density) const = 0;
  virtual Features do_features(std::span<const double> theta, Index count) const = 0;

  std::vector<ParameterInfo> parameters_;
  Index parameter_count_ = 0;
  int smoothness_;
};

using CovariancePointer = std::shared_ptr<const Covariance>;

/// matrix[i, j] = d^a/dx^a d^b/dx'^b k(x_i - y_j), [x, y].
void covariance_matrix(const Covariance& covariance, std::span<const double> theta, std::span<const double> x, int a,
                       std::span<const double> y, int b, View<double> matrix);

/// gradient_p += sum over n and i of weights[n, i] d values[n, i] / d theta_p: the gradient of a function of the
/// values, without the memory of their whole jacobian.
void pull_back(const Covariance& covariance, std::span<const double> theta, std::span<const double> t,
               View<const double> weights, std::span<double> gradient);

}  // namespace mercer
