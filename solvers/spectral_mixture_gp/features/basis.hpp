// An orthonormal basis of the span of one dimension's features.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/features.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/gauss_legendre.hpp>

#include <vector>

namespace mercer::smgp {

/// Functions that are orthonormal on an interval; the first `even()` of them are even about its middle, the others odd.
/// The features choose their span, Legendre series carry them: so values and derivatives are those of the same function
/// everywhere to rounding, however dependent the features are. The plain polynomials come as they are, what the bands
/// add to them is orthonormalised by pivoted QR. Immutable.
class Basis {
 public:
  /// With Gauss nodes, enough to integrate products of two functions exactly. The first of `bands` is that of plain
  /// polynomials. Features that others express to 1e-11 are left out.
  Basis(const Interval& interval, std::vector<Band> bands);
  /// On samples, whose points with a weight lie symmetrically; the functions are orthonormal in the mean over these.
  Basis(const Interval& interval, std::vector<Band> bands, const Quadrature& samples);

  const Interval& interval() const noexcept { return interval_; }
  const std::vector<Band>& bands() const noexcept { return bands_; }
  Index size() const noexcept { return series_[0].cols() + series_[1].cols(); }
  Index even() const noexcept { return series_[0].cols(); }
  Index node_count() const noexcept { return weighted_.rows(); }
  const std::vector<double>& nodes() const noexcept { return nodes_; }  ///< rising

  const Matrix& weighted() const noexcept { return weighted_; }  ///< values at nodes times weights [nodes, size]
  Matrix at_nodes(int order) const;                              ///< derivative there [nodes, size]
  Matrix moments(int order) const;  ///< weighted^T at_nodes(order) [size, size], the identity for order 0
  /// Derivatives of orders 0 to `most` anywhere in the interval, [points, size] each.
  std::vector<Matrix> at(std::span<const double> points, int most) const;
  /// Derivative of one function with these coefficients [size], anywhere [points]; cheaper than by `at`.
  Eigen::VectorXd combined_at(std::span<const double> points, const Eigen::VectorXd& coefficients, int order) const;

 private:
  Basis(const Interval& interval, std::vector<Band> bands, const Quadrature& rule, bool is_exact);
  void orthonormalise_at_nodes(const Quadrature& rule);
  void differentiate_series(Parities& series, int order) const;
  std::vector<Matrix> evaluate(const Eigen::VectorXd& local, int most) const;
  Eigen::VectorXd local(std::span<const double> points) const;

  Interval interval_;
  std::vector<Band> bands_;
  Index degrees_;
  Parities series_;  ///< [degrees of the parity, functions of the parity], orthonormal in t
  bool is_exact_;
  std::vector<double> nodes_;
  Matrix weighted_;
};

/// Nodes that a basis of these bands takes: enough to integrate products of two functions exactly.
Index gauss_nodes(std::span<const Band> bands, double half);

}  // namespace mercer::smgp
