#include <mercer/optim/boxed_bfgs.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace mercer {
namespace {

using Vector = Eigen::VectorXd;
using Eigen::MatrixXd;

constexpr double sufficient_fall = 1e-4, flat_enough = 0.9;  // Nocedal and Wright (2006), sec. 3.1

struct Box {
  Vector lower, upper;
};

/// The minimum of g p + p B p / 2 for positive definite B in a box around zero.
Vector model_step(const MatrixXd& B, const Vector& g, const Box& box) {
  const Index n = g.size();
  Vector p = Vector::Zero(n), slope = g;
  std::vector<char> is_held(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i)
    is_held[static_cast<std::size_t>(i)] = (box.lower[i] >= 0 && g[i] >= 0) || (box.upper[i] <= 0 && g[i] <= 0);
  for (Index round = 0; round < 10 * n; ++round) {
    std::vector<Index> free;
    for (Index i = 0; i < n; ++i)
      if (!is_held[static_cast<std::size_t>(i)]) free.push_back(i);
    const Vector d = -MatrixXd(B(free, free)).llt().solve(Vector(slope(free)));
    double step = 1;
    Index blocking = -1;
    for (std::size_t f = 0; f < free.size(); ++f) {
      const Index i = free[f];
      const double move = d[static_cast<Index>(f)], room = (move > 0 ? box.upper[i] : box.lower[i]) - p[i];
      if (std::abs(room) < step * std::abs(move)) step = room / move, blocking = i;
    }
    for (std::size_t f = 0; f < free.size(); ++f) p[free[f]] += step * d[static_cast<Index>(f)];
    p = p.cwiseMax(box.lower).cwiseMin(box.upper);
    slope = g + B * p;
    if (blocking >= 0) {
      is_held[static_cast<std::size_t>(blocking)] = true;
      continue;
    }
    Index released = -1;
    double strongest = 0;
    for (Index i = 0; i < n; ++i) {
      if (!is_held[static_cast<std::size_t>(i)]) continue;
      const double inward = p[i] <= box.lower[i] ? -slope[i] : slope[i];
      if (inward > strongest && box.lower[i] < box.upper[i]) strongest = inward, released = i;
    }
    if (released < 0) break;
    is_held[static_cast<std::size_t>(released)] = false;
  }
  return p;
}

/// A point on the line of a search.
struct Trial {
  double step = 0, value = 0, slope = 0;
  bool is_finite() const { return std::isfinite(value) && std::isfinite(slope); }
};

/// The minimum of the cubic through both ends, kept away from them; the middle, or near `low`, without one.
double between(const Trial& low, const Trial& high) {
  const double length = high.step - low.step;
  if (!high.is_finite()) return low.step + 0.25 * length;
  const double a = low.slope + high.slope - 3 * (high.value - low.value) / length;
  const double root = std::sqrt(std::max(0.0, a * a - low.slope * high.slope)) * (length > 0 ? 1 : -1);
  const double share = 1 - (high.slope + root - a) / (high.slope - low.slope + 2 * root);
  return low.step + length * (std::isfinite(share) ? std::clamp(share, 0.1, 0.9) : 0.5);
}

/// Beyond `trial`, where the slope from `last` to there says that it vanishes.
double beyond(const Trial& last, const Trial& trial) {
  const double length = trial.step - last.step, bend = trial.slope - last.slope;
  const double share = bend > 0 ? -trial.slope / bend : 4;
  return trial.step + length * std::clamp(share, 0.5, 4.0);
}

class Search {
 public:
  Search(const Objective& objective, std::span<double> point, const Bounds& bounds, const BoxedBfgsOptions& options)
      : objective_(&objective), options_(&options), point_(point), n_(static_cast<Index>(point.size())) {
    require(bounds.lower.size() == point.size() && bounds.upper.size() == point.size(), Fault::internal,
            "{} unknowns have {} lower and {} upper bounds", point.size(), bounds.lower.size(), bounds.upper.size());
    lower_ = Eigen::Map<const Vector>(bounds.lower.data(), n_);
    upper_ = Eigen::Map<const Vector>(bounds.upper.data(), n_);
    for (Index i = 0; i < n_; ++i)
      require(lower_[i] <= upper_[i], Fault::config, "unknown {} has the lower bound {} and the upper bound {}", i,
              lower_[i], upper_[i]);
    x_ = Eigen::Map<const Vector>(point.data(), n_).cwiseMax(lower_).cwiseMin(upper_);
  }

  Minimum run() {
    value_ = evaluate(x_, gradient_);
    require(std::isfinite(value_) && gradient_.allFinite(), Fault::numerics,
            "the function to minimise is not finite at the start");
    record();
    forget();
    while (!is_done()) advance();
    std::copy_n(x_.data(), n_, point_.begin());
    return std::move(minimum_);
  }

 private:
  double evaluate(const Vector& x, Vector& gradient) {
    ++evaluations_;
    gradient.resize(n_);
    return (*objective_)({x.data(), point_.size()}, {gradient.data(), point_.size()});
  }

  /// The gradient without what pushes against bounds.
  Vector free_gradient() const {
    return (gradient_.array() > 0).select(gradient_.cwiseMin(x_ - lower_), gradient_.cwiseMax(x_ - upper_));
  }

  void record() {
    minimum_.history.push_back(
        {static_cast<Index>(minimum_.history.size()), evaluations_, value_, free_gradient().norm()});
  }

  void forget() {
    B_ = MatrixXd::Identity(n_, n_) * gradient_.norm();
    is_fresh_ = true;
  }

  bool is_done() {
    if (is_stopped_) return true;
    const auto stop = [&](Stop reason) { return minimum_.stop = reason, true; };
    if (!(free_gradient().lpNorm<Eigen::Infinity>() > options_->gradient_tolerance)) return stop(Stop::gradient);
    if (minimum_.history.back().number >= options_->iterations) return stop(Stop::iterations);
    if (evaluations_ >= options_->evaluations) return stop(Stop::evaluations);
    return false;
  }

  void advance() {
    const double limit = options_->longest_step;
    const Vector p = model_step(B_, gradient_, {(lower_ - x_).cwiseMax(-limit), (upper_ - x_).cwiseMin(limit)});
    const Vector from = x_, slope_before = gradient_;
    const double before = value_;
    if (!(gradient_.dot(p) < 0) || !search(p)) {
      if (is_fresh_) {
        is_stopped_ = true;
        minimum_.stop = met_infinity_ ? Stop::not_finite : Stop::stalled;
      }
      return forget();
    }
    update(x_ - from, gradient_ - slope_before);
    record();
    if (before - value_ <= options_->value_tolerance * std::max({1.0, std::abs(before), std::abs(value_)})) {
      is_stopped_ = true;
      minimum_.stop = Stop::value;
    }
  }

  /// BFGS; skipped where the curvature along the step is not positive.
  void update(const Vector& s, const Vector& y) {
    const double curvature = s.dot(y);
    if (!(curvature > 1e-10 * s.norm() * y.norm())) return;
    if (is_fresh_) B_ = MatrixXd::Identity(n_, n_) * (y.squaredNorm() / curvature);
    is_fresh_ = false;
    const Vector Bs = B_ * s;
    B_ += y * y.transpose() / curvature - Bs * Bs.transpose() / s.dot(Bs);
  }

  /// The longest step along p that stays in the box and within the limit.
  double longest(const Vector& p) const {
    double step = std::max(1.0, options_->longest_step / p.lpNorm<Eigen::Infinity>());
    for (Index i = 0; i < n_; ++i)
      if (p[i] != 0) step = std::min(step, ((p[i] > 0 ? upper_[i] : lower_[i]) - x_[i]) / p[i]);
    return std::max(1.0, step);
  }

  Trial evaluate_at(double step, const Vector& p) {
    trial_ = (x_ + step * p).cwiseMax(lower_).cwiseMin(upper_);
    Trial trial{.step = step, .value = evaluate(trial_, trial_gradient_)};
    trial.slope = trial_gradient_.dot(p);
    if (!trial.is_finite()) trial.value = std::numeric_limits<double>::infinity(), met_infinity_ = true;
    return trial;
  }

  void accept(const Trial& trial, Vector& x, Vector& gradient) {
    value_ = trial.value;
    x_.swap(x);
    gradient_.swap(gradient);
  }

  /// Moves to a point along p that meets the strong Wolfe conditions, or at least the first; false where none is found.
  bool search(const Vector& p) {
    constexpr int most_trials = 20;
    const Trial start{.step = 0, .value = value_, .slope = gradient_.dot(p)};
    const double most = longest(p);
    Trial low = start;
    std::optional<Trial> high;
    Vector low_point = x_, low_gradient = gradient_;
    met_infinity_ = false;
    double step = 1;
    const double least = 1e-16 * std::abs(start.value);  // a fall that rounding hides
    for (int number = 0; number < most_trials && evaluations_ < options_->evaluations; ++number) {
      if (step * -start.slope < least) break;
      const Trial trial = evaluate_at(step, p);
      if (!(trial.value <= start.value + sufficient_fall * step * start.slope && trial.value < low.value)) {
        high = trial;
      } else {
        if (std::abs(trial.slope) <= -flat_enough * start.slope || (trial.slope < 0 && !high && step >= most)) {
          accept(trial, trial_, trial_gradient_);
          return true;
        }
        const Trial last = low;
        if (trial.slope * (high ? high->step - low.step : 1) >= 0) high = low;
        low = trial;
        low_point = trial_;
        low_gradient = trial_gradient_;
        if (!high) {
          step = std::min(most, beyond(last, trial));
          continue;
        }
      }
      step = between(low, *high);
    }
    if (low.step == 0) return false;
    accept(low, low_point, low_gradient);
    return true;
  }

  const Objective* objective_;
  const BoxedBfgsOptions* options_;
  std::span<double> point_;
  Index n_, evaluations_ = 0;
  Vector lower_, upper_, x_, gradient_, trial_, trial_gradient_;
  double value_ = 0;
  MatrixXd B_;
  bool is_fresh_ = true, is_stopped_ = false, met_infinity_ = false;
  Minimum minimum_;
};

}  // namespace

Minimum minimise_in_box(const Objective& objective, std::span<double> point, const Bounds& bounds,
                        const BoxedBfgsOptions& options) {
  return Search(objective, point, bounds, options).run();
}

}  // namespace mercer
