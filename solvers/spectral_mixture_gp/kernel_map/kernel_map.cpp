// The two kinds of solutions behind KernelMap.
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_evidence.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_fit.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_line.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_plane.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace mercer::smgp {

class KernelMap::Solution {
 public:
  Solution(GridProblem problem, const KernelMapOptions& options) : problem_(std::move(problem)), options_(options) {}
  virtual ~Solution() = default;
  virtual Matrix predict(const std::vector<std::vector<double>>& points) const = 0;

  KernelMapOutcome outcome;
  Matrix values;

 protected:
  NoiseBounds noise_bounds() const { return {options_.least_noise, options_.most_noise}; }
  /// Value and slope of the reaction, zero where there is none.
  Matrix reaction(const Matrix& u, Matrix& slope) const {
    Matrix value = Matrix::Zero(u.rows(), u.cols());
    slope = value;
    if (problem_.has_reaction()) problem_.reaction(u, value, slope);
    return value;
  }
  /// `terms`: parts of the left side without linear u and reaction.
  double residual(const Matrix& u, const std::vector<Matrix>& terms) const {
    Matrix slope;
    const Matrix nonlinear = reaction(u, slope);
    Matrix sum = problem_.linear * u + nonlinear - problem_.source;
    double size = std::abs(problem_.linear) * u.norm() + nonlinear.norm() + problem_.source.norm();
    for (const Matrix& term : terms) {
      sum += term;
      size += term.norm();
    }
    return size > 0 ? sum.norm() / size : 0;
  }

  GridProblem problem_;
  KernelMapOptions options_;
};

namespace {

constexpr double step_tolerance = 1e-8;   ///< of Newton steps on a line, relative to u,
constexpr double stall_tolerance = 1e-5;  ///< and of steps that no longer halve: rounding in Gram matrices is reached
constexpr int reaction_rounds = 2;        ///< of fits: for the source alone, and for the source less the reaction

class LineSolution final : public KernelMap::Solution {
 public:
  LineSolution(GridProblem problem, const KernelMapOptions& options)
      : Solution(std::move(problem), options),
        covariance_(covariance_for(problem_, 0, options.search)),
        model_(problem_, covariance_.start.covariance) {
    values = Matrix::Zero(problem_.points(0), 1);
    outcome.noise = options.least_noise;
    for (int round = 0; round < (problem_.has_reaction() ? reaction_rounds : 1); ++round) {
      choose_covariance();
      solve();
    }
    outcome.covariances = {covariance_.start};
    outcome.residual = residual(values, {model_.operated(posterior_) - problem_.linear * values});
  }

  Matrix predict(const std::vector<std::vector<double>>& points) const override {
    require(points.size() == 1, Fault::config, "1 axis needs one list of points, not {}", points.size());
    return model_.predict(covariance_.start.theta, posterior_, points[0]);
  }

 private:
  void choose_covariance() {
    Matrix slopes;
    const Eigen::VectorXd data = problem_.source - reaction(values, slopes);
    if (options_.evaluations == 0 || model_.is_silent(data)) return;
    const Objective evidence = [&](std::span<const double> point, std::span<double> gradient) {
      return model_.evidence(data, point, gradient);
    };
    Fit found = fit(evidence, {&covariance_, 1}, noise_bounds(), options_.evaluations);
    outcome.noise = std::exp(found.point.back());
    outcome.evidence_gain += found.gain;
    outcome.evaluations += found.evaluations;
    found.point.pop_back();
    covariance_.start.theta = std::move(found.point);
  }

  /// Newton's method; one step where the equation is linear.
  void solve() {
    double change = 1, before = 1;
    const auto is_done = [&] { return change < step_tolerance || (change < stall_tolerance && change > before / 2); };
    Index steps = 0;
    for (; steps < options_.newton_steps && !is_done(); ++steps) {
      Matrix slopes;
      const Matrix nonlinear = reaction(values, slopes);
      condition(slopes, problem_.source - nonlinear + slopes.cwiseProduct(values));
      const Matrix next = model_.values(posterior_);
      before = change;
      change = (next - values).norm() / std::max(next.norm(), 1e-300);
      values = next;
      if (!problem_.has_reaction()) return;
    }
    outcome.newton_steps += steps;
    require(is_done(), Fault::numerics,
            "Newton's method has not converged after {} steps: the last one changed u by {:.2g} of its size; raise "
            "newton_steps",
            steps, change);
  }

  /// With more noise where the Gram matrix needs it.
  void condition(const Eigen::VectorXd& slopes, const Eigen::VectorXd& data) {
    std::optional<LineModel::Posterior> posterior;
    while (!(posterior = model_.posterior(covariance_.start.theta, outcome.noise, slopes, data))) {
      require(outcome.noise < options_.most_noise, Fault::numerics,
              "the Gram matrix of the equation is not positive definite with a relative noise of {:.2g}",
              outcome.noise);
      outcome.noise *= 10;
    }
    posterior_ = std::move(*posterior);
  }

  BoundedCovariance covariance_;
  LineModel model_;
  LineModel::Posterior posterior_;
};

class PlaneSolution final : public KernelMap::Solution {
 public:
  PlaneSolution(GridProblem problem, const KernelMapOptions& options) : Solution(std::move(problem), options) {
    std::vector<BoundedCovariance> covariances;
    for (const int axis : {0, 1}) covariances.push_back(covariance_for(problem_, axis, options.search));
    outcome.noise = options.least_noise;
    take(solve({covariances[0].start, covariances[1].start}));
    if (options.evaluations > 0 && !values.isZero(0)) refine(covariances);
  }

  Matrix predict(const std::vector<std::vector<double>>& points) const override {
    return best_->model.predict(best_->posterior, points);
  }

 private:
  struct Candidate {
    std::vector<AxisCovariance> covariances;
    PlaneModel model;
    PlaneModel::Posterior posterior;
    Matrix values;
    double residual;
  };

  Candidate solve(const std::vector<AxisCovariance>& covariances) const {
    PlaneModel model(problem_, covariances, options_.least_noise);
    PlaneModel::Posterior posterior = model.solve(options_.newton_steps);
    Matrix u = model.values(posterior);
    const double rest = residual(u, {model.operated(posterior, 0), model.operated(posterior, 1)});
    return {covariances, std::move(model), std::move(posterior), std::move(u), rest};
  }

  void take(Candidate candidate) {
    outcome.covariances = candidate.covariances;
    outcome.residual = candidate.residual;
    values = candidate.values;
    outcome.newton_steps += candidate.posterior.newton_steps;
    outcome.krylov_steps += candidate.posterior.krylov_steps;
    best_.emplace(std::move(candidate));
  }

  void refine(const std::vector<BoundedCovariance>& covariances) {
    GridEvidence grid(problem_, {covariances[0].start.covariance, covariances[1].start.covariance});
    const Objective evidence = [&](std::span<const double> point, std::span<double> gradient) {
      return grid(values, point, gradient);
    };
    const Fit found = fit(evidence, covariances, noise_bounds(), options_.evaluations);
    outcome.evaluations = found.evaluations;
    std::vector<AxisCovariance> fitted{covariances[0].start, covariances[1].start};
    auto from = found.point.begin();
    for (AxisCovariance& covariance : fitted)
      for (double& value : covariance.theta) value = *from++;
    Candidate candidate = solve(fitted);
    if (!(candidate.residual < outcome.residual)) return;
    outcome.noise = std::exp(found.point.back());
    outcome.evidence_gain = found.gain;
    take(std::move(candidate));
  }

  std::optional<Candidate> best_;
};

}  // namespace

KernelMap::KernelMap(GridProblem problem, const KernelMapOptions& options) {
  check(problem);
  require(options.least_noise > 0 && options.least_noise <= options.most_noise && options.most_noise <= 1,
          Fault::config, "the bounds of the noise must be positive, ascend, and not exceed one: {}, {}",
          options.least_noise, options.most_noise);
  require(options.evaluations >= 0 && options.newton_steps >= 1, Fault::config,
          "evaluations must be zero or more, newton_steps one or more, not {} and {}", options.evaluations,
          options.newton_steps);
  if (problem.dimensions() == 1)
    solution_ = std::make_unique<LineSolution>(std::move(problem), options);
  else
    solution_ = std::make_unique<PlaneSolution>(std::move(problem), options);
}

KernelMap::KernelMap(KernelMap&&) noexcept = default;
KernelMap& KernelMap::operator=(KernelMap&&) noexcept = default;
KernelMap::~KernelMap() = default;

const KernelMapOutcome& KernelMap::outcome() const noexcept { return solution_->outcome; }
const Matrix& KernelMap::values() const noexcept { return solution_->values; }
Matrix KernelMap::predict(const std::vector<std::vector<double>>& points) const { return solution_->predict(points); }

}  // namespace mercer::smgp
