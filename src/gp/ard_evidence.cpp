#include <mercer/gp/ard_evidence.hpp>
#include <mercer/gp/ard_kernels.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace mercer {
namespace {

void copy_triangle(const Matrix& from, Matrix& to) {
  const Index n = from.rows();
  to.resize(n, n);
  for (Index j = 0; j < n; ++j) to.col(j).tail(n - j) = from.col(j).tail(n - j);
}

}  // namespace

JitteredFactor factor_with_jitter(const Matrix& values, double variance, double noise, Matrix memory) {
  JitteredFactor result;
  while (true) {
    copy_triangle(values, memory);
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
  covariance_triangle(family_, variance, scaled_.rightCols(x_.cols()), values_, &slopes_);
  auto [factor, jitter] = factor_with_jitter(values_, variance, noise, std::move(work_));
  jitter_ = jitter;
  jitter_variance_ = jitter * variance;
  if (!factor) return std::numeric_limits<double>::infinity();
  weights_ = y_;
  factor->solve(weights_);
  const auto columns = static_cast<double>(y_.cols()), points = static_cast<double>(y_.rows());
  const double constant = points * std::log(2 * std::numbers::pi);
  const double value = 0.5 * (weights_.cwiseProduct(y_).sum() + columns * (factor->log_determinant() + constant));
  work_ = std::move(*factor).inverse_triangle();
  differentiate(noise, gradient);
  return value;
}

void ArdEvidence::differentiate(double noise, std::span<double> gradient) {
  add_outer_product(-1, weights_, static_cast<double>(y_.cols()), work_);
  const double trace = work_.trace();
  const ArdKernels& kernels = ard_kernels(simd_level());
  double by_variance = 0;
  for (Index j = 0, n = work_.rows(); j < n; ++j) {
    by_variance += 0.5 * work_(j, j) * values_(j, j);
    work_(j, j) *= slopes_(j, j);
    if (j + 1 < n) by_variance += kernels.weigh(n - j - 1, &values_(j + 1, j), &slopes_(j + 1, j), &work_(j + 1, j));
  }
  const Matrix moved = symmetric_product(work_, scaled_);
  for (Index k = 1; k < scaled_.cols(); ++k)
    gradient[static_cast<std::size_t>(k)] =
        scaled_.col(k).cwiseProduct(scaled_.col(k)).dot(moved.col(0)) - scaled_.col(k).dot(moved.col(k));
  gradient.front() = by_variance + 0.5 * jitter_variance_ * trace;
  gradient.back() = 0.5 * noise * trace;
}

}  // namespace mercer
