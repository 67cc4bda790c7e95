// A stationary covariance along one axis of equally spaced points, where it takes one evaluation a distance.
#pragma once

#include <mercer/gp/covariance.hpp>
#include <mercer/solvers/spectral_mixture_gp/grid_problem.hpp>

#include <memory>
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

/// K = k(x_i - x_j) and D = second k''(x_i - x_j) + first k'(x_i - x_j) with their derivatives by the parameters.
/// Local.
class AxisKernel {
 public:
  AxisKernel(CovariancePointer covariance, std::span<const double> points, const AxisOperator& derivative);

  Index points() const noexcept { return static_cast<Index>(distances_.size()); }
  Index parameters() const noexcept { return covariance_->parameter_count(); }
  /// All that follows is at the `theta` given here last.
  void evaluate(std::span<const double> theta);
  Diagonals covariance() const;  ///< of K
  Diagonals operated() const;    ///< of D
  /// gradient += derivative of a function of K and D by theta, from its derivatives by their entries, summed along
  /// diagonals.
  void pull_back(const Diagonals& by_covariance, const Diagonals& by_operated, std::span<double> gradient) const;

 private:
  CovariancePointer covariance_;
  AxisOperator derivative_;
  std::vector<double> distances_;
  Tensor<double> values_;    ///< [orders, points]
  Tensor<double> jacobian_;  ///< [orders, parameters, points]
};

}  // namespace mercer::smgp
