// Every matrix product of the objective and its gradient goes to BLAS, every factorisation to LAPACK.
#include <mercer/linalg/cholesky.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/adam_joint_objective.hpp>

#include <cmath>
#include <limits>

namespace mercer::smgp {
namespace {

enum class Flip { none, first, second };  ///< which factor is transposed

/// c = a b.
void set_product(const Matrix& a, const Matrix& b, Matrix& c, Flip flip = Flip::none) {
  const bool first = flip == Flip::first, second = flip == Flip::second;
  const Index rows = first ? a.cols() : a.rows(), columns = second ? b.rows() : b.cols();
  c.resize(rows, columns);
  multiply({.a = first ? Transpose::yes : Transpose::no,
            .b = second ? Transpose::yes : Transpose::no,
            .m = rows,
            .n = columns,
            .k = first ? a.rows() : a.cols()},
           a.data(), a.rows(), b.data(), b.rows(), c.data(), rows);
}

std::span<const double> part(std::span<const double> whole, Index begin, Index count) {
  return whole.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
}

}  // namespace

JointObjective::JointObjective(GridProblem problem, const std::vector<CovariancePointer>& covariances,
                               const Weights& weights)
    : problem_(std::move(problem)), weights_(weights) {
  check(problem_);
  require(covariances.size() == problem_.axes.size(), Fault::config, "{} axes need as many covariances, not {}",
          problem_.axes.size(), covariances.size());
  require(std::isfinite(weights.jitter) && weights.jitter >= 0, Fault::config, "jitter must be zero or more, not {}",
          weights.jitter);
  require(std::isfinite(weights.boundary) && weights.boundary > 0, Fault::config,
          "the weight of the boundary must be positive, not {}", weights.boundary);
  for (std::size_t axis = 0; axis < covariances.size(); ++axis)
    axes_.push_back({.kernel = {covariances[axis], problem_.axes[axis], {problem_.derivatives[axis]}},
                     .inverse = {},
                     .derivative = {},
                     .multiplicity = static_cast<double>(problem_.points(1 - static_cast<int>(axis)))});
  for (const Face& face : problem_.faces) conditions_ += face.values.size();
}

Index JointObjective::theta_begin(int axis) const noexcept {
  return precisions_begin() + 2 + (axis == 0 ? 0 : theta_size(0));
}

Index JointObjective::size() const noexcept {
  const int last = problem_.dimensions() - 1;
  return theta_begin(last) + theta_size(last);
}

double JointObjective::operator()(std::span<const double> point, std::span<double> gradient) {
  require(std::cmp_equal(point.size(), size()) && point.size() == gradient.size(), Fault::internal,
          "a joint objective of {} numbers got a point of {} and a gradient of {}", size(), point.size(),
          gradient.size());
  u_ = Eigen::Map<const Matrix>(point.data(), problem_.points(0), problem_.points(1));
  if (!prepare(point)) return std::numeric_limits<double>::infinity();
  apply();
  const auto precisions = static_cast<std::size_t>(precisions_begin());
  const double log_tau = point[precisions], log_v = point[precisions + 1], tau = std::exp(log_tau), v = std::exp(log_v);
  const double misfit = boundary_misfit(), squares = residual_.squaredNorm();
  const double result = value(log_tau, log_v, misfit);
  std::ranges::fill(gradient, 0.0);
  gradient[precisions] = 0.5 * weights_.boundary * (tau * misfit - static_cast<double>(conditions_));
  gradient[precisions + 1] = 0.5 * (v * squares - static_cast<double>(u_.size()));
  differentiate_values(tau, v, Eigen::Map<Matrix>(gradient.data(), u_.rows(), u_.cols()));
  differentiate_theta(gradient);
  return result;
}

bool JointObjective::prepare(std::span<const double> point) {
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    Axis& at = axes_[axis];
    at.kernel.evaluate(part(point, theta_begin(static_cast<int>(axis)), at.kernel.parameters()));
    fill_toeplitz(at.kernel.operated(), at.derivative);
    fill_toeplitz(at.kernel.covariance(), at.inverse);
    at.inverse.diagonal().array() += weights_.jitter;
    std::optional<Cholesky> factor = Cholesky::of(std::move(at.inverse));
    if (!factor) return false;
    at.log_determinant = factor->log_determinant();
    at.inverse = std::move(*factor).inverse();
  }
  return true;
}

void JointObjective::apply() {
  set_product(axes_[0].inverse, u_, left_);
  set_product(axes_[0].derivative, left_, residual_);
  if (axes_.size() == 2) {
    set_product(u_, axes_[1].inverse, right_);
    set_product(left_, axes_[1].inverse, both_);
    set_product(right_, axes_[1].derivative, product_, Flip::second);
    residual_ += product_;
  } else {
    right_ = u_;
    both_ = left_;
  }
  residual_ += problem_.linear * u_ - problem_.source;
  if (problem_.has_reaction()) {
    problem_.reaction(u_, reaction_, slope_);
    residual_ += reaction_;
  }
}

double JointObjective::boundary_misfit() const {
  double sum = 0;
  for (const Face& face : problem_.faces) sum += (on_face(u_, face) - face.values).squaredNorm();
  return sum;
}

double JointObjective::value(double log_tau, double log_v, double boundary_misfit) const {
  double prior = 0.5 * left_.cwiseProduct(right_).sum();
  for (const Axis& axis : axes_) prior += 0.5 * axis.multiplicity * axis.log_determinant;
  const double boundary = 0.5 * (std::exp(log_tau) * boundary_misfit - static_cast<double>(conditions_) * log_tau);
  const double equation = 0.5 * (std::exp(log_v) * residual_.squaredNorm() - static_cast<double>(u_.size()) * log_v);
  return prior + weights_.boundary * boundary + equation;
}

void JointObjective::differentiate_values(double tau, double v, Eigen::Map<Matrix> gradient) {
  residual_ *= v;
  set_product(axes_[0].derivative, residual_, product_, Flip::first);
  set_product(axes_[0].inverse, product_, pulled_[0]);
  gradient = both_ + pulled_[0] + problem_.linear * residual_;
  if (axes_.size() == 2) {
    set_product(residual_, axes_[1].derivative, product_);
    set_product(product_, axes_[1].inverse, pulled_[1]);
    gradient += pulled_[1];
  }
  if (problem_.has_reaction()) gradient += residual_.cwiseProduct(slope_);
  scaled_.setZero(u_.rows(), u_.cols());
  for (const Face& face : problem_.faces)
    add_on_face(face, weights_.boundary * tau * (on_face(u_, face) - face.values), scaled_);
  gradient += scaled_;
}

void JointObjective::differentiate_theta(std::span<double> gradient) {
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    Axis& at = axes_[axis];
    const Index n = at.kernel.points();
    KernelSums sums{Diagonals::Zero(2 * n - 1), Diagonals::Zero(2 * n - 1), {}};
    add_diagonal_sums(at.inverse, 0.5 * at.multiplicity, sums.covariance);
    scaled_ = 0.5 * both_ + pulled_[axis];
    const Matrix& factor = axis == 0 ? left_ : right_;
    const Flip flip = axis == 0 ? Flip::second : Flip::first;
    set_product(scaled_, factor, product_, flip);
    add_diagonal_sums(product_, -1, sums.covariance);
    set_product(residual_, factor, product_, flip);
    add_diagonal_sums(product_, 1, sums.operated);
    const auto begin = static_cast<std::size_t>(theta_begin(static_cast<int>(axis)));
    at.kernel.pull_back(sums, gradient.subspan(begin, static_cast<std::size_t>(at.kernel.parameters())));
  }
}

}  // namespace mercer::smgp
