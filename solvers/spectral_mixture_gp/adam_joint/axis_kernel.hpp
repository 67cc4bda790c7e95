// A stationary covariance along one axis of equally spaced points, where it takes one evaluation a distance.
#pragma once

#include <mercer/gp/covariance.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/grid_problem.hpp>

#include <array>
#include <span>
#include <vector>

namespace mercer::smgp {

/// A covariance on the line and its raw parameters.
struct AxisCovariance {
  CovariancePointer covariance;
  std::vector<double> theta;
};

enum class Mixture { student, gaussian };  ///< the spectrum of its components

/// The start of Fang et al.: weights 1 / components, scales 1, frequencies equally spaced from 0 to
/// `highest_frequency` [cycles per unit]. With zero in its place the frequencies have no gradient and stay zero: the
/// sum of Matern (nu = 5/2) or squared exponential covariances that the paper compares with. Throws Fault::config.
AxisCovariance published_start(Mixture mixture, Index components, double highest_frequency);

/// Entries of a Toeplitz matrix, or sums over its diagonals, [2 n - 1] for n points: entry i - j + n - 1 belongs to the
/// diagonal of (i, j).
using Diagonals = Eigen::VectorXd;

/// matrix(i, j) = entries[i - j + n - 1], [n, n].
void fill_toeplitz(const Diagonals& entries, Matrix& matrix);
/// sums[i - j + n - 1] += factor * matrix(i, j).
void add_diagonal_sums(const Matrix& matrix, double factor, Diagonals& sums);

/// A u = second u'' + first u' + linear u along one axis.
struct LineOperator {
  AxisDerivatives derivative;
  double linear = 0;
};

/// How often the operator will be applied to the covariance: to its first argument, or to both.
enum class Applied { once, twice };

/// Sums over diagonals of the derivatives of a function by the entries of the matrices of an AxisKernel; empty for
/// those it does not use.
struct KernelSums {
  Diagonals covariance, operated, twice_operated;
};

/// The Toeplitz matrices of cov(u, u), cov(A u, u) and cov(A u, A u) on the points, with their derivatives by the
/// parameters. Local.
class AxisKernel {
 public:
  /// Throws Fault::config where the covariance has too few derivatives.
  AxisKernel(CovariancePointer covariance, std::span<const double> points, const LineOperator& line = {},
             Applied applied = Applied::once);

  Index points() const noexcept { return static_cast<Index>(distances_.size()); }
  Index parameters() const noexcept { return covariance_->parameter_count(); }
  /// All that follows is at the `theta` given here last.
  void evaluate(std::span<const double> theta);
  Diagonals covariance() const { return entries(covariance_part_); }
  Diagonals operated() const { return entries(operated_part_); }
  Diagonals twice_operated() const { return entries(twice_part_); }
  /// gradient += derivative of the function by theta.
  void pull_back(const KernelSums& sums, std::span<double> gradient) const;

 private:
  using Part = std::array<double, Covariance::most_orders>;  ///< factors of the derivatives of k

  Index orders() const noexcept { return values_.shape()[0]; }
  Diagonals entries(const Part& part) const;
  void add_gradient(const Part& part, const Diagonals& sums, std::span<double> gradient) const;

  CovariancePointer covariance_;
  Part covariance_part_{1}, operated_part_, twice_part_;
  std::vector<double> distances_;
  Tensor<double> values_;    ///< [orders, points]
  Tensor<double> jacobian_;  ///< [orders, parameters, points]
};

}  // namespace mercer::smgp
