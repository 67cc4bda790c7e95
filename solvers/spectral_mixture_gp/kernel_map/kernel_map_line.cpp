// Gram matrices of the equation on a line, their evidence, and posterior means.
#include <mercer/linalg/cholesky.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_line.hpp>

#include <cmath>
#include <limits>

namespace mercer::smgp {

LineModel::LineModel(const GridProblem& problem, CovariancePointer covariance)
    : nodes_(problem.axes.at(0)),
      operator_{problem.derivatives.at(0), problem.linear},
      covariance_(covariance),
      kernel_(std::move(covariance), nodes_, operator_, Applied::twice) {
  require(problem.dimensions() == 1, Fault::internal, "a line has one axis, not {}", problem.dimensions());
  for (const Face& face : problem.faces) {
    ends_.push_back(face.end == Face::End::begin ? 0 : kernel_.points() - 1);
    end_values_.push_back(face.values[0]);
  }
}

void LineModel::evaluate(std::span<const double> theta) {
  kernel_.evaluate(theta);
  k_ = kernel_.covariance();
  ak_ = kernel_.operated();
  aak_ = kernel_.twice_operated();
}

Matrix LineModel::gram(const Eigen::VectorXd& slopes, double noise) const {
  const Index n = kernel_.points(), last = n - 1, ends = static_cast<Index>(ends_.size());
  Matrix gram(n + ends, n + ends);
  for (Index j = 0; j < n; ++j) {
    const auto at = [&](const Diagonals& entries) { return entries.segment(last - j, n).array(); };
    const auto flipped = ak_.reverse().segment(last - j, n).array();  // cov(u_i, A u_j)
    gram.col(j).head(n) =
        (at(aak_) + slopes.array() * flipped + slopes[j] * at(ak_) + slopes[j] * slopes.array() * at(k_)).matrix();
    for (Index e = 0; e < ends; ++e) {
      const Index offset = last + j - ends_[static_cast<std::size_t>(e)];
      gram(n + e, j) = ak_[offset] + slopes[j] * k_[offset];
    }
  }
  for (Index e = 0; e < ends; ++e)
    for (Index f = 0; f < ends; ++f)
      gram(n + e, n + f) = k_[last + ends_[static_cast<std::size_t>(e)] - ends_[static_cast<std::size_t>(f)]];
  gram.diagonal().head(n).array() += noise * aak_[last];
  gram.diagonal().tail(ends).array() += noise * k_[last];
  return gram;  // its upper right block is not filled: only the lower triangle is used
}

Eigen::VectorXd LineModel::observations(const Eigen::VectorXd& data) const {
  Eigen::VectorXd all(data.size() + static_cast<Index>(ends_.size()));
  all << data, Eigen::Map<const Eigen::VectorXd>(end_values_.data(), static_cast<Index>(end_values_.size()));
  return all;
}

double LineModel::evidence(const Eigen::VectorXd& data, std::span<const double> point, std::span<double> gradient) {
  const auto count = static_cast<std::size_t>(parameters());
  require(point.size() == count + 1 && gradient.size() == count + 1, Fault::internal,
          "the evidence of {} parameters and noise got a point of {}", count, point.size());
  const double noise = std::exp(point[count]);
  evaluate(point.first(count));
  const Index n = kernel_.points(), last = n - 1, ends = static_cast<Index>(ends_.size());
  std::optional<Cholesky> factor = Cholesky::of(gram(Eigen::VectorXd::Zero(n), noise));
  if (!factor) return std::numeric_limits<double>::infinity();
  const Eigen::VectorXd y = observations(data);
  Matrix weights = y;
  factor->solve(weights);
  const double squares = y.dot(weights.col(0)), size = static_cast<double>(n + ends);
  const double value = 0.5 * (factor->log_determinant() + size * std::log(squares / size));

  // d value / d Gram = (Gram^-1 - size / squares weights weights^T) / 2; its blocks belong to different Toeplitz parts.
  Matrix slope = std::move(*factor).inverse();
  slope.noalias() -= (size / squares) * weights * weights.transpose();
  KernelSums sums{Diagonals::Zero(2 * n - 1), Diagonals::Zero(2 * n - 1), Diagonals::Zero(2 * n - 1)};
  add_diagonal_sums(slope.topLeftCorner(n, n), 0.5, sums.twice_operated);
  for (Index e = 0; e < ends; ++e) {
    const Index end = ends_[static_cast<std::size_t>(e)];
    sums.operated.segment(last - end, n) += slope.col(n + e).head(n);  // twice a half: its mirror image counts, too
    for (Index f = 0; f < ends; ++f)
      sums.covariance[last + end - ends_[static_cast<std::size_t>(f)]] += 0.5 * slope(n + e, n + f);
  }
  const double by_equation = 0.5 * slope.diagonal().head(n).sum(), by_ends = 0.5 * slope.diagonal().tail(ends).sum();
  sums.twice_operated[last] += noise * by_equation;
  sums.covariance[last] += noise * by_ends;
  std::ranges::fill(gradient, 0.0);
  kernel_.pull_back(sums, gradient.first(count));
  gradient[count] = noise * (by_equation * aak_[last] + by_ends * k_[last]);
  return value;
}

std::optional<LineModel::Posterior> LineModel::posterior(std::span<const double> theta, double noise,
                                                         const Eigen::VectorXd& slopes, const Eigen::VectorXd& data) {
  evaluate(theta);
  const std::optional<Cholesky> factor = Cholesky::of(gram(slopes, noise));
  if (!factor) return std::nullopt;
  Matrix weights = observations(data);
  factor->solve(weights);
  return Posterior{slopes, weights};
}

Eigen::VectorXd LineModel::values(const Posterior& posterior) const {
  const Index n = kernel_.points(), last = n - 1;
  const Diagonals flipped = ak_.reverse();
  Eigen::VectorXd u = Eigen::VectorXd::Zero(n);
  for (Index j = 0; j < n; ++j)
    u += posterior.weights[j] * (flipped.segment(last - j, n) + posterior.slopes[j] * k_.segment(last - j, n));
  for (std::size_t e = 0; e < ends_.size(); ++e)
    u += posterior.weights[n + static_cast<Index>(e)] * k_.segment(last - ends_[e], n);
  return u;
}

Eigen::VectorXd LineModel::operated(const Posterior& posterior) const {
  const Index n = kernel_.points(), last = n - 1;
  Eigen::VectorXd au = Eigen::VectorXd::Zero(n);
  for (Index j = 0; j < n; ++j)
    au += posterior.weights[j] * (aak_.segment(last - j, n) + posterior.slopes[j] * ak_.segment(last - j, n));
  for (std::size_t e = 0; e < ends_.size(); ++e)
    au += posterior.weights[n + static_cast<Index>(e)] * ak_.segment(last - ends_[e], n);
  return au;
}

Eigen::VectorXd LineModel::predict(std::span<const double> theta, const Posterior& posterior,
                                   std::span<const double> points) const {
  const Index n = kernel_.points();
  const Index orders = operator_.derivative.second != 0 ? 3 : operator_.derivative.first != 0 ? 2 : 1;
  Tensor<double> values({orders, n});
  std::vector<double> t(nodes_.size());
  Eigen::VectorXd u(static_cast<Index>(points.size()));
  for (std::size_t p = 0; p < points.size(); ++p) {
    for (std::size_t j = 0; j < t.size(); ++j) t[j] = points[p] - nodes_[j];
    covariance_->evaluate(theta, t, values.view());
    double sum = 0;
    for (Index j = 0; j < n; ++j) {
      double k = (operator_.linear + posterior.slopes[j]) * values(0, j);
      if (orders > 1) k -= operator_.derivative.first * values(1, j);  // the second argument of k: odd orders turn
      if (orders > 2) k += operator_.derivative.second * values(2, j);
      sum += posterior.weights[j] * k;
    }
    for (std::size_t e = 0; e < ends_.size(); ++e)
      sum += posterior.weights[n + static_cast<Index>(e)] * values(0, ends_[e]);
    u[static_cast<Index>(p)] = sum;
  }
  return u;
}

}  // namespace mercer::smgp
