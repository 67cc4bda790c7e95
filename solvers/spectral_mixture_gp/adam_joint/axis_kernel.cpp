// Toeplitz matrices of covariances, and gradients through them.
#include <mercer/gp/kernels.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/axis_kernel.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

Index orders_of(const AxisDerivatives& derivative, Applied applied) {
  const Index order = derivative.second != 0 ? 2 : derivative.first != 0 ? 1 : 0;
  return 1 + (applied == Applied::twice ? 2 * order : order);
}

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

AxisKernel::AxisKernel(CovariancePointer covariance, std::span<const double> points, const LineOperator& line,
                       Applied applied)
    : covariance_(std::move(covariance)),
      operated_part_{line.linear, line.derivative.first, line.derivative.second},
      distances_(points.begin(), points.end()) {
  const auto [first, second] = line.derivative;  // the operator on the second argument has -first: odd orders cancel
  twice_part_ = {line.linear * line.linear, 0, 2 * line.linear * second - first * first, 0, second * second};
  const Index orders = orders_of(line.derivative, applied);
  require(orders <= covariance_->smoothness() + 1, Fault::config,
          "the covariance has {} derivatives, the equation needs {}; choose a smoother one", covariance_->smoothness(),
          orders - 1);
  values_ = Tensor<double>({orders, this->points()});
  jacobian_ = Tensor<double>({orders, parameters(), this->points()});
  for (double& x : distances_) x -= points.front();
}

void AxisKernel::evaluate(std::span<const double> theta) {
  covariance_->evaluate(theta, distances_, values_.view(), jacobian_.view());
}

Diagonals AxisKernel::entries(const Part& part) const {
  const Index last = points() - 1;
  Diagonals entries = Diagonals::Zero(2 * last + 1);
  for (Index order = 0; order < orders(); ++order) {
    const double factor = part[static_cast<std::size_t>(order)], mirror = order % 2 == 0 ? factor : -factor;
    if (factor == 0) continue;
    entries[last] += factor * values_(order, 0);
    for (Index k = 1; k <= last; ++k) {
      entries[last + k] += factor * values_(order, k);
      entries[last - k] += mirror * values_(order, k);
    }
  }
  return entries;
}

void AxisKernel::pull_back(const KernelSums& sums, std::span<double> gradient) const {
  add_gradient(covariance_part_, sums.covariance, gradient);
  add_gradient(operated_part_, sums.operated, gradient);
  add_gradient(twice_part_, sums.twice_operated, gradient);
}

void AxisKernel::add_gradient(const Part& part, const Diagonals& sums, std::span<double> gradient) const {
  if (sums.size() == 0) return;
  const Index last = points() - 1, stride = jacobian_.view().strides()[1];
  require(sums.size() == 2 * last + 1, Fault::internal, "the sums over the diagonals of {} points are {}, not {}",
          points(), 2 * last + 1, sums.size());
  Eigen::VectorXd weights(points());
  for (Index order = 0; order < orders(); ++order) {
    const double factor = part[static_cast<std::size_t>(order)], mirror = order % 2 == 0 ? 1 : -1;
    if (factor == 0) continue;
    weights[0] = factor * sums[last];
    for (Index k = 1; k <= last; ++k) weights[k] = factor * (sums[last + k] + mirror * sums[last - k]);
    const Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> rows(&jacobian_(order, 0, 0), points(), parameters(),
                                                                 Eigen::OuterStride<>(stride));
    Eigen::Map<Eigen::VectorXd>(gradient.data(), parameters()) += rows.transpose() * weights;
  }
}

}  // namespace mercer::smgp
