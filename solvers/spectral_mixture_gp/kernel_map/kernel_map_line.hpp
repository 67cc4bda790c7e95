// Gaussian-process posterior of u on a line, given its equation at all nodes and its values at the ends: dense.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/adam_joint/axis_kernel.hpp>

#include <optional>
#include <span>
#include <vector>

namespace mercer::smgp {

/// u is a Gaussian process with covariance k. Seen are (A + diag(slopes)) u = data at the nodes and u = values at the
/// given ends, with noise of the variance `noise` times the prior variance of A u or u. The scale of k is free. Local.
class LineModel {
 public:
  LineModel(const GridProblem& problem, CovariancePointer covariance);

  Index parameters() const noexcept { return kernel_.parameters(); }

  /// Whether these data [nodes] and all values at ends are zero, which no covariance explains best.
  bool is_silent(const Eigen::VectorXd& data) const { return observations(data).isZero(0); }
  /// Negative log evidence of data [nodes], for slopes of zero and the best scale of k, at `point` = [theta, log
  /// noise], with its gradient. Infinite where the Gram matrix is not positive definite in double precision.
  double evidence(const Eigen::VectorXd& data, std::span<const double> point, std::span<double> gradient);

  /// What represents a posterior mean: u(x) = sum over nodes of weights_i cov(u(x), (A + slopes_i) u(x_i)), then ends.
  struct Posterior {
    Eigen::VectorXd slopes, weights;
  };
  /// Nothing where the Gram matrix is not positive definite in double precision.
  std::optional<Posterior> posterior(std::span<const double> theta, double noise, const Eigen::VectorXd& slopes,
                                     const Eigen::VectorXd& data);
  // At the theta of the last call of one of the two.
  Eigen::VectorXd values(const Posterior& posterior) const;    ///< u at the nodes
  Eigen::VectorXd operated(const Posterior& posterior) const;  ///< A u at the nodes

  /// u at any points.
  Eigen::VectorXd predict(std::span<const double> theta, const Posterior& posterior,
                          std::span<const double> points) const;

 private:
  void evaluate(std::span<const double> theta);
  Matrix gram(const Eigen::VectorXd& slopes, double noise) const;
  Eigen::VectorXd observations(const Eigen::VectorXd& data) const;

  std::vector<double> nodes_;
  LineOperator operator_;
  CovariancePointer covariance_;
  AxisKernel kernel_;
  std::vector<Index> ends_;  ///< nodes where u is given
  std::vector<double> end_values_;
  Diagonals k_, ak_, aak_;  ///< cov(u, u), cov(A u, u), cov(A u, A u)
};

}  // namespace mercer::smgp
