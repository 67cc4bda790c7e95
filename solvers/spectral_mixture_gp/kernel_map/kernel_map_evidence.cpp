// Kronecker products of two Toeplitz matrices with noise, by their Cholesky factors.
#include <mercer/linalg/cholesky.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_evidence.hpp>

#include <cmath>
#include <limits>

namespace mercer::smgp {

GridEvidence::GridEvidence(const GridProblem& problem, const std::vector<CovariancePointer>& covariances) {
  require(problem.dimensions() == 2 && covariances.size() == 2, Fault::internal,
          "a grid of two axes and as many covariances were expected, not {} and {}", problem.dimensions(),
          covariances.size());
  for (std::size_t axis = 0; axis < 2; ++axis)
    axes_.push_back({.kernel = {covariances[axis], problem.axes[axis]}, .inverse = {}});
}

Index GridEvidence::size() const noexcept { return axes_[0].kernel.parameters() + axes_[1].kernel.parameters() + 1; }

bool GridEvidence::prepare(std::span<const double> point) {
  const double noise = std::exp(point.back());
  std::size_t begin = 0;
  for (Axis& axis : axes_) {
    const auto count = static_cast<std::size_t>(axis.kernel.parameters());
    axis.kernel.evaluate(point.subspan(begin, count));
    begin += count;
    const Diagonals k = axis.kernel.covariance();
    axis.variance = k[axis.kernel.points() - 1];
    fill_toeplitz(k, axis.inverse);
    axis.inverse.diagonal().array() += noise * axis.variance;
    std::optional<Cholesky> factor = Cholesky::of(std::move(axis.inverse));
    if (!factor) return false;
    axis.log_determinant = factor->log_determinant();
    axis.inverse = std::move(*factor).inverse();
  }
  return true;
}

double GridEvidence::operator()(const Matrix& u, std::span<const double> point, std::span<double> gradient) {
  require(std::cmp_equal(point.size(), size()) && point.size() == gradient.size(), Fault::internal,
          "the evidence of {} numbers got a point of {} and a gradient of {}", size(), point.size(), gradient.size());
  if (!prepare(point)) return std::numeric_limits<double>::infinity();
  const Matrix left = product(axes_[0].inverse, u), right = product(u, axes_[1].inverse);
  const Matrix both = product(left, axes_[1].inverse);
  const double count = static_cast<double>(u.size()), squares = u.cwiseProduct(both).sum();
  double value = 0.5 * count * std::log(squares / count);
  std::ranges::fill(gradient, 0.0);
  std::size_t begin = 0;
  for (std::size_t a = 0; a < 2; ++a) {
    const Axis& axis = axes_[a];
    const Index n = axis.kernel.points();
    const double copies = count / static_cast<double>(n);
    value += 0.5 * copies * axis.log_determinant;
    // d value / d K = (copies K^-1 - count / squares K^-1 U other^-1 U^T K^-1) / 2
    const Matrix outer = a == 0 ? product(both, left.transpose().eval()) : transposed_product(both, right);
    const Matrix slope = 0.5 * copies * axis.inverse - 0.5 * count / squares * outer;
    KernelSums sums{Diagonals::Zero(2 * n - 1), {}, {}};
    add_diagonal_sums(slope, 1, sums.covariance);
    const double by_noise = slope.trace() * std::exp(point.back());
    sums.covariance[n - 1] += by_noise;
    gradient.back() += by_noise * axis.variance;
    const auto parameters = static_cast<std::size_t>(axis.kernel.parameters());
    axis.kernel.pull_back(sums, gradient.subspan(begin, parameters));
    begin += parameters;
  }
  return value;
}

}  // namespace mercer::smgp
