#include <mercer/gp/ard_posterior.hpp>

#include <cmath>
#include <limits>
#include <numeric>

namespace mercer {

ArdPosterior::ArdPosterior(Radial family, Matrix x, const Matrix& y, std::vector<double> theta)
    : family_(family), x_(std::move(x)), theta_(std::move(theta)), weights_(y) {
  require(x_.rows() == y.rows(), Fault::internal, "{} points have values at {}", x_.rows(), y.rows());
  JitteredFactor jittered =
      factor_covariance(family_, std::exp(theta_.front()), std::exp(theta_.back()), divide_by_lengths(x_, theta_));
  jitter_ = jittered.jitter;
  if (!jittered.factor) {
    std::vector<Index> numbers(static_cast<std::size_t>(x_.rows()));
    std::iota(numbers.begin(), numbers.end(), Index{0});
    fail(Fault::numerics,
         "the covariance of {} points has no Cholesky factor, even with {:.0e} of its variance added: {}", x_.rows(),
         most_jitter, jitter_cause(x_, theta_, numbers));
  }
  factor_ = std::move(jittered.factor);
  factor_->solve(weights_);
}

ArdPosterior::Prediction ArdPosterior::predict(const MatrixView& points) const {
  constexpr Index together = 512;  // points whose covariances are held at once
  Prediction prediction{Matrix(points.rows(), weights_.cols()), Eigen::VectorXd(points.rows())};
  const double variance = std::exp(theta_.front());
  for (Index begin = 0; begin < points.rows(); begin += together) {
    const Index count = std::min(together, points.rows() - begin);
    Matrix cross = covariance_between(family_, theta_, x_, points.middleRows(begin, count));
    prediction.mean.middleRows(begin, count) = transposed_product(cross, weights_);
    factor_->divide(cross);
    prediction.variance.segment(begin, count) =
        (variance - cross.colwise().squaredNorm().transpose().array()).max(0.0).matrix();
  }
  return prediction;
}

ArdPosterior::LeaveOneOut ArdPosterior::leave_one_out() const {
  const Eigen::VectorXd diagonal = Cholesky(*factor_).inverse_triangle().diagonal();
  return {diagonal.cwiseInverse().asDiagonal() * weights_, diagonal.cwiseInverse()};
}

std::string jitter_cause(const MatrixView& x, std::span<const double> theta, std::span<const Index> numbers) {
  const Matrix scaled = divide_by_lengths(x, theta);
  double nearest = std::numeric_limits<double>::infinity();
  Index first = 0, second = 0;
  for (Index i = 0; i + 1 < scaled.rows(); ++i) {
    Index j = 0;
    const Index rest = scaled.rows() - i - 1;
    const double square = squared_distances(scaled.bottomRows(rest), scaled.row(i)).col(0).minCoeff(&j);
    if (square < nearest) nearest = square, first = i, second = i + 1 + j;
  }
  const Index a = numbers[static_cast<std::size_t>(first)], b = numbers[static_cast<std::size_t>(second)];
  if (nearest == 0) return fmt::format("samples {} and {} have the same inputs", a, b);
  return fmt::format(
      "it is nearly singular, because lengths are large or noise is small (samples {} and {} are nearest, {:.1e} "
      "lengths "
      "apart)",
      a, b, std::sqrt(nearest));
}

}  // namespace mercer
