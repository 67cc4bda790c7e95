// Adam on the joint objective, and interpolation of its grid values.
#include <mercer/linalg/cholesky.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/adam_joint.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

std::vector<CovariancePointer> covariances_of(const std::vector<AxisCovariance>& start) {
  std::vector<CovariancePointer> covariances;
  for (const AxisCovariance& axis : start) {
    require(axis.covariance != nullptr && std::cmp_equal(axis.theta.size(), axis.covariance->parameter_count()),
            Fault::config, "the covariance of an axis needs one start value for each of its parameters");
    covariances.push_back(axis.covariance);
  }
  return covariances;
}

}  // namespace

AdamJoint::AdamJoint(GridProblem problem, const std::vector<AxisCovariance>& start, const AdamJointOptions& options)
    : covariances_(covariances_of(start)),
      jitter_(options.jitter),
      objective_(std::move(problem), covariances_, {.jitter = options.jitter, .boundary = options.boundary_weight}),
      point_(static_cast<std::size_t>(objective_.size())),
      gradient_(point_.size()),
      adam_(objective_.size(), {.learning_rate = options.learning_rate}) {
  point_[precisions()] = options.log_tau;
  point_[precisions() + 1] = options.log_v;
  for (std::size_t axis = 0; axis < start.size(); ++axis)
    std::ranges::copy(start[axis].theta, point_.begin() + objective_.theta_begin(static_cast<int>(axis)));
}

double AdamJoint::step() {
  const double value = objective_(point_, gradient_);
  require(std::isfinite(value), Fault::numerics,
          "the objective is not finite after {} steps of Adam; use a larger jitter than {} or a smaller learning_rate",
          steps(), jitter_);
  adam_.step(point_, gradient_);
  return value;
}

Eigen::Map<const Matrix> AdamJoint::values() const {
  return {point_.data(), objective_.problem().points(0), objective_.problem().points(1)};
}

std::span<const double> AdamJoint::theta(int axis) const {
  return std::span(point_).subspan(static_cast<std::size_t>(objective_.theta_begin(axis)),
                                   static_cast<std::size_t>(objective_.theta_size(axis)));
}

Matrix AdamJoint::predict(const std::vector<std::vector<double>>& points) const {
  const std::size_t dimensions = covariances_.size();
  require(points.size() == dimensions, Fault::config, "{} axes need as many lists of points, not {}", dimensions,
          points.size());
  Matrix u = values();
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    interpolation_weights(axis, u);
    const std::vector<double>& nodes = objective_.problem().axes[axis];
    Matrix across(nodes.size(), points[axis].size());  // [node, point], column-major
    covariance_matrix(*covariances_[axis], theta(static_cast<int>(axis)), points[axis], 0, nodes, 0,
                      View<double>(across.data(), {across.cols(), across.rows()}));
    u = transposed_product(u, across);  // the other axis first: the turn of the second axis brings the order back
  }
  if (dimensions == 1) u.transposeInPlace();
  return u;
}

void AdamJoint::interpolation_weights(std::size_t axis, Matrix& u) const {
  AxisKernel kernel(covariances_[axis], objective_.problem().axes[axis]);
  kernel.evaluate(theta(static_cast<int>(axis)));
  Matrix k;
  fill_toeplitz(kernel.covariance(), k);
  k.diagonal().array() += jitter_;
  const std::optional<Cholesky> factor = Cholesky::of(std::move(k));
  require(factor.has_value(), Fault::numerics,
          "the covariance matrix of axis {} is not positive definite; use a larger jitter than {}", axis, jitter_);
  factor->solve(u);
}

}  // namespace mercer::smgp
