// Covariances in several dimensions as products of covariances on the line.
#pragma once

#include <mercer/gp/covariance.hpp>

namespace mercer {

/// k(x, x') = k_1(x_1 - x'_1) ... k_d(x_d - x'_d). The parameters are those of the factors one after another, with
/// names `axis1.NAME`, ... Factors may be shared between products and axes: they hold no parameters. Everything is
/// local.
class ProductCovariance {
 public:
  explicit ProductCovariance(std::vector<CovariancePointer> factors);  ///< one to three

  int dimensions() const noexcept { return static_cast<int>(factors_.size()); }
  const std::vector<ParameterInfo>& parameters() const noexcept { return parameters_; }
  Index parameter_count() const noexcept { return begins_.back(); }
  const Covariance& factor(int axis) const { return *factors_[static_cast<std::size_t>(axis)]; }
  /// The part of `theta` that belongs to the factor of `axis`.
  std::span<const double> theta_of(std::span<const double> theta, int axis) const;

  /// values[i] = product over the axes of d^orders[axis] k / dt^orders[axis] (t[axis, i]); t is [dimensions,
  /// distances], one order (0 to 4) an axis. Unless `jacobian` is empty, jacobian[p, i] = d values[i] / d theta_p. A
  /// derivative with respect to x' has one more minus sign.
  void evaluate(std::span<const double> theta, View<const double> t, std::span<const int> orders,
                std::span<double> values, View<double> jacobian = {}) const;
  /// The same at one distance.
  double value(std::span<const double> theta, std::span<const double> t, std::span<const int> orders) const;

  /// density[i] = S(f_i), f [dimensions, frequencies], k(t) = integral of S(f) cos(2 pi f_1 t_1) ... cos(2 pi f_d t_d)
  /// over R^d.
  void spectrum(std::span<const double> theta, View<const double> frequencies, std::span<double> density) const;

  /// The features of each axis; those of the product are all their products.
  std::vector<Features> features(std::span<const double> theta, Index count) const;

 private:
  void check(View<const double> t, std::span<const int> orders, Index count, View<double> jacobian) const;

  std::vector<CovariancePointer> factors_;
  std::vector<ParameterInfo> parameters_;
  std::vector<Index> begins_;  ///< of the parameters of each factor, and their count
};

/// matrix[i, j] = (product over the axes of d^a/dx^a d^b/dx'^b, one pair of orders an axis) k(x_i, y_j); x is [points,
/// dimensions].
void covariance_matrix(const ProductCovariance& covariance, std::span<const double> theta, View<const double> x,
                       std::span<const int> a, View<const double> y, std::span<const int> b, View<double> matrix);

}  // namespace mercer
