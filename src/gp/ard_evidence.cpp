#include <mercer/gp/ard_evidence.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace mercer {

JitteredFactor factor_covariance(Radial family, double variance, double noise, const MatrixView& scaled, Matrix memory,
                                 Matrix* slopes) {
  JitteredFactor result;
  while (true) {
    covariance_triangle(family, variance, scaled, memory, slopes);
    memory.diagonal().array() += noise + result.jitter * variance;
    result.factor = Cholesky::of(std::move(memory));
    if (result.factor || result.jitter >= most_jitter) return result;
    result.jitter = result.jitter == 0 ? least_jitter : 10 * result.jitter;
    memory = Matrix();
  }
}

ArdEvidence::ArdEvidence(Radial family, Matrix x, Matrix y)
    : family_(family), x_(std::move(x)), y_(std::move(y)), scaled_(Matrix::Ones(x_.rows(), x_.cols() + 1)) {
  require(x_.rows() == y_.rows(), Fault::internal, "{} points have values at {}", x_.rows(), y_.rows());
}

double ArdEvidence::operator()(std::span<const double> theta, std::span<double> gradient) {
  require(gradient.size() == theta.size(), Fault::internal, "{} hyper-parameters have a gradient of {}", theta.size(),
          gradient.size());
  const double variance = std::exp(theta.front()), noise = std::exp(theta.back());
  scaled_.rightCols(x_.cols()) = divide_by_lengths(x_, theta);
  auto [factor, jitter] =
      factor_covariance(family_, variance, noise, scaled_.rightCols(x_.cols()), std::move(work_), &slopes_);
  jitter_ = jitter;
  if (!factor) return std::numeric_limits<double>::infinity();
  weights_ = y_;
  factor->solve(weights_);
  const auto columns = static_cast<double>(y_.cols()), points = static_cast<double>(y_.rows());
  const double constant = points * std::log(2 * std::numbers::pi), quadratic = weights_.cwiseProduct(y_).sum();
  const double value = 0.5 * (quadratic + columns * (factor->log_determinant() + constant));
  work_ = std::move(*factor).inverse_triangle();
  add_outer_product(-1, weights_, columns, work_);
  gradient.back() = 0.5 * noise * work_.trace();
  gradient.front() = 0.5 * (points * columns - quadratic) - gradient.back();
  for (Index j = 0, n = work_.rows(); j < n; ++j)
    work_.col(j).tail(n - j).array() *= slopes_.col(j).tail(n - j).array();
  const Matrix moved = symmetric_product(work_, scaled_);
  for (Index k = 1; k < scaled_.cols(); ++k)
    gradient[static_cast<std::size_t>(k)] =
        scaled_.col(k).cwiseProduct(scaled_.col(k)).dot(moved.col(0)) - scaled_.col(k).dot(moved.col(k));
  return value;
}

}  // namespace mercer
