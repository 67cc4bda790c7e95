// Toeplitz matrices of covariances, and gradients through them.
#include <mercer/gp/kernels.hpp>
#include <mercer/solvers/spectral_mixture_gp/axis_kernel.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

Index orders_of(const AxisOperator& derivative) { return derivative.second != 0 ? 3 : derivative.first != 0 ? 2 : 1; }

}  // namespace

AxisCovariance published_start(Mixture mixture, Index components, double highest_frequency) {
  require(std::isfinite(highest_frequency) && highest_frequency >= 0, Fault::config,
          "the highest frequency must be zero or more, not {}", highest_frequency);
  AxisCovariance start{mixture == Mixture::student ? student_mixture(components) : gaussian_mixture(components), {}};
  start.theta.assign(static_cast<std::size_t>(3 * components), 0.0);
  const double steps = static_cast<double>(std::max(Index{1}, components - 1));
  for (Index q = 0; q < components; ++q) {
    start.theta[static_cast<std::size_t>(q)] = std::log(1 / static_cast<double>(components));
    start.theta[static_cast<std::size_t>(2 * components + q)] = static_cast<double>(q) / steps * highest_frequency;
  }
  return start;
}

void fill_toeplitz(const Diagonals& entries, Matrix& matrix) {
  const Index n = (entries.size() + 1) / 2;
  matrix.resize(n, n);
  for (Index j = 0; j < n; ++j) matrix.col(j) = entries.segment(n - 1 - j, n);
}

void add_diagonal_sums(const Matrix& matrix, double factor, Diagonals& sums) {
  const Index n = matrix.rows();
  for (Index j = 0; j < n; ++j) sums.segment(n - 1 - j, n) += factor * matrix.col(j);
}

AxisKernel::AxisKernel(CovariancePointer covariance, std::span<const double> points, const AxisOperator& derivative)
    : covariance_(std::move(covariance)),
      derivative_(derivative),
      distances_(points.begin(), points.end()),
      values_({orders_of(derivative), static_cast<Index>(points.size())}),
      jacobian_({orders_of(derivative), covariance_->parameter_count(), static_cast<Index>(points.size())}) {
  require(orders_of(derivative) <= covariance_->smoothness() + 1, Fault::config,
          "the covariance has {} derivatives, the equation {}; choose a smoother one", covariance_->smoothness(),
          orders_of(derivative) - 1);
  for (double& x : distances_) x -= points.front();
}

void AxisKernel::evaluate(std::span<const double> theta) {
  covariance_->evaluate(theta, distances_, values_.view(), jacobian_.view());
}

Diagonals AxisKernel::covariance() const {
  const Index last = points() - 1;
  Diagonals entries(2 * last + 1);
  for (Index k = 0; k <= last; ++k) entries[last + k] = entries[last - k] = values_(0, k);
  return entries;
}

Diagonals AxisKernel::operated() const {
  const Index last = points() - 1;
  Diagonals entries = Diagonals::Zero(2 * last + 1);
  for (Index k = 0; k <= last; ++k) {
    const double even = derivative_.second != 0 ? derivative_.second * values_(2, k) : 0;
    const double odd = derivative_.first != 0 ? derivative_.first * values_(1, k) : 0;
    entries[last + k] = even + odd;
    entries[last - k] = even - odd;
  }
  return entries;
}

void AxisKernel::pull_back(const Diagonals& by_covariance, const Diagonals& by_operated,
                           std::span<double> gradient) const {
  const Index last = points() - 1, orders = values_.shape()[0], stride = jacobian_.view().strides()[1];
  require(by_covariance.size() == 2 * last + 1 && by_operated.size() == 2 * last + 1, Fault::internal,
          "sums over the diagonals of {} points have {} and {} entries", points(), by_covariance.size(),
          by_operated.size());
  Eigen::VectorXd weights(points());
  const auto add = [&](Index order, const Diagonals& sums, double factor, double mirror) {
    for (Index k = 0; k <= last; ++k) weights[k] = factor * (sums[last + k] + mirror * sums[last - k]);
    if (mirror > 0) weights[0] = factor * sums[last];  // there is one main diagonal
    const Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> rows(&jacobian_(order, 0, 0), points(), parameters(),
                                                                 Eigen::OuterStride<>(stride));
    Eigen::Map<Eigen::VectorXd>(gradient.data(), parameters()) += rows.transpose() * weights;
  };
  add(0, by_covariance, 1, 1);
  if (derivative_.first != 0) add(1, by_operated, derivative_.first, -1);
  if (orders == 3) add(2, by_operated, derivative_.second, 1);
}

}  // namespace mercer::smgp
