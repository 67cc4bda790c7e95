#include <mercer/gp/ard_posterior.hpp>

#include <cmath>
#include <limits>

namespace mercer {

ArdPosterior::ArdPosterior(Radial family, Matrix x, const Matrix& y, std::vector<double> theta)
    : family_(family), x_(std::move(x)), theta_(std::move(theta)), weights_(y) {
  require(x_.rows() == y.rows(), Fault::internal, "{} points have values at {}", x_.rows(), y.rows());
  JitteredFactor jittered =
      factor_covariance(family_, std::exp(theta_.front()), std::exp(theta_.back()), divide_by_lengths(x_, theta_));
  jitter_ = jittered.jitter;
  if (!jittered.factor) {
    const auto [first, second, distance] = nearest_pair(x_, theta_);
    fail(Fault::numerics,
         "the covariance of {} points has no Cholesky factor, even with {:.0e} of its variance added: {}", x_.rows(),
         most_jitter, jitter_cause(distance, std::to_string(first), std::to_string(second)));
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

NearestPair nearest_pair(const MatrixView& x, std::span<const double> theta) {
  const Matrix scaled = divide_by_lengths(x, theta);
  NearestPair nearest{0, 0, std::numeric_limits<double>::infinity()};
  for (Index i = 0; i + 1 < scaled.rows(); ++i) {
    Index j = 0;
    const Index rest = scaled.rows() - i - 1;
    const double square = squared_distances(scaled.bottomRows(rest), scaled.row(i)).col(0).minCoeff(&j);
    if (square < nearest.distance) nearest = {i, i + 1 + j, square};
  }
  nearest.distance = std::sqrt(nearest.distance);
  return nearest;
}

std::string jitter_cause(double distance, const std::string& first, const std::string& second) {
  if (distance == 0) return fmt::format("samples {} and {} have the same inputs", first, second);
  return fmt::format(
      "it is nearly singular, because lengths are large or noise is small (samples {} and {} are nearest, {:.1e} "
      "lengths apart)",
      first, second, distance);
}

}  // namespace mercer
