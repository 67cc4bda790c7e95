#include <mercer/base/random.hpp>
#include <mercer/gp/grid_regression.hpp>
#include <mercer/parallel/reduce.hpp>

#include <cmath>
#include <numbers>

namespace mercer {
namespace {

/// Families of random numbers: stream 2 k is the k-th probe, 2 k + 1 the k-th draw.
Random probe_numbers(std::uint64_t seed, Index probe) { return Random(seed, 2 * static_cast<std::uint64_t>(probe)); }
Random draw_numbers(std::uint64_t seed, Index draw) { return Random(seed, 2 * static_cast<std::uint64_t>(draw) + 1); }

/// The trace of log G from b^T log(G) b for a few probes b: with the line through log x that is nearest in the spectrum
/// that they saw, and the known trace of G itself, only log x less that line is left to chance.
struct LogTrace {
  double mean = 0, control = 0, error = 0;  ///< control: by how much the line changed the mean
};
LogTrace log_trace(const std::vector<KrylovRun>& probes, double trace) {
  const auto logarithm = [](double x) { return std::log(x); };
  double ones = 0, x = 0, xx = 0, y = 0, xy = 0;
  for (const KrylovRun& run : probes) {
    ones += run.squared_norm;
    x += run.quadrature([](double value) { return value; });
    xx += run.quadrature([](double value) { return value * value; });
    y += run.quadrature(logarithm);
    xy += run.quadrature([](double value) { return value * std::log(value); });
  }
  const double spread = ones * xx - x * x, slope = spread > 1e-12 * ones * xx ? (ones * xy - x * y) / spread : 0;
  const double count = static_cast<double>(probes.size());
  std::vector<double> samples;
  LogTrace result;
  for (const KrylovRun& run : probes) {
    samples.push_back(run.quadrature([slope](double value) { return std::log(value) - slope * value; }));
    result.mean += samples.back() / count;
  }
  for (const double sample : samples) result.error += (sample - result.mean) * (sample - result.mean);
  result.error = count > 1 ? std::sqrt(result.error / (count * (count - 1))) : 0;
  result.mean += slope * trace;
  result.control = result.mean - y / count;
  return result;
}

}  // namespace

GridRegression::GridRegression(const GridBasis& basis, double noise, std::span<const double> data,
                               const KrylovOptions& krylov)
    : basis_(&basis), noise_(noise), krylov_(krylov) {
  require(std::cmp_equal(data.size(), basis.own_count()), Fault::internal, "{} values came for {} points of a grid",
          data.size(), basis.own_count());
  require_agreed(noise > 0 && std::isfinite(noise), Fault::numerics, "noise must be positive and finite, not {}",
                 noise);
  for (std::size_t i = 0; i < data.size(); ++i)
    if (std::isnan(data[i])) missing_.push_back(i);
  all_missing_ = sum(basis.comm(), static_cast<Index>(missing_.size()));
  observed_ = basis.shape().count() - all_missing_;
  for (const double value : basis.values()) shrinkage_.push_back(value / (value + noise * noise));
  impute(data);
}

void GridRegression::Missing::do_apply(std::span<const double> x, std::span<double> y) const {
  std::vector<double> all = whole_->spread(x);
  whole_->apply_g(all);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = all[whole_->missing_[i]];
}

std::vector<double> GridRegression::spread(std::span<const double> at_missing) const {
  std::vector<double> all(static_cast<std::size_t>(basis_->own_count()), 0.0);
  for (std::size_t i = 0; i < missing_.size(); ++i) all[missing_[i]] = at_missing[i];
  return all;
}

std::vector<double> GridRegression::gathered(std::span<const double> all) const {
  std::vector<double> at_missing;
  for (const std::size_t i : missing_) at_missing.push_back(all[i]);
  return at_missing;
}

void GridRegression::apply_g(std::span<double> x) const {
  std::vector<double> smooth(x.begin(), x.end());
  basis_->filter(shrinkage_, smooth);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= smooth[i];
}

/// Completes the data by y_m = -Q_mm^-1 Q_mo y_o.
void GridRegression::impute(std::span<const double> data) {
  completed_.assign(data.begin(), data.end());
  for (const std::size_t i : missing_) completed_[i] = 0;
  weights_ = completed_;
  apply_g(weights_);
  if (all_missing_ > 0) {
    std::vector<double> right_side = gathered(weights_), expected(missing_.size());
    for (double& value : right_side) value = -value;
    iterations_ =
        converged_gradients(basis_->comm(), Missing(*this), right_side, expected, krylov_, "the posterior mean")
            .iterations();
    for (std::size_t i = 0; i < missing_.size(); ++i) completed_[missing_[i]] = expected[i];
    weights_ = completed_;
    apply_g(weights_);
  }
  for (double& weight : weights_) weight /= noise_ * noise_;
  for (const std::size_t i : missing_) weights_[i] = 0;  // up to the tolerance they are
}

void GridRegression::mean(std::span<double> out) const {
  std::copy(completed_.begin(), completed_.end(), out.begin());
  basis_->filter(shrinkage_, out);
}

GridRegression::Evidence GridRegression::evidence(Index probes, std::uint64_t seed, const Probe& see) const {
  Evidence evidence;
  const double variance = noise_ * noise_, observed = static_cast<double>(observed_);
  evidence.quadratic = reproducible_dot(basis_->comm(), completed_, weights_);
  // log det A = sum log(value + noise^2) over kept ones, and log noise^2 for each other point
  evidence.log_determinant = observed * std::log(variance);
  for (const double value : basis_->values()) evidence.log_determinant += std::log1p(value / variance);
  std::vector<KrylovRun> runs;
  for (Index probe = 0; probe < (all_missing_ > 0 ? probes : 0); ++probe) {
    const Random random = probe_numbers(seed, probe);
    std::vector<double> signs, solution(missing_.size());
    for (const std::size_t i : missing_) {
      const auto point = static_cast<std::uint64_t>(basis_->first_point()) + i;
      signs.push_back(random.uniform(point) < 0.5 ? -1 : 1);
    }
    runs.push_back(
        converged_gradients(basis_->comm(), Missing(*this), signs, solution, krylov_, "a probe of the evidence"));
    if (!see) continue;
    std::vector<double> left = spread(solution), right = spread(signs);
    apply_g(left);
    apply_g(right);
    see(left, right);
  }
  if (!runs.empty()) {
    const LogTrace trace = log_trace(runs, trace_of_g());
    evidence.log_determinant += trace.mean;
    evidence.control = -0.5 * trace.control;
    evidence.error = 0.5 * trace.error;
  }
  evidence.log_evidence =
      -0.5 * (evidence.quadratic + evidence.log_determinant + observed * std::log(2 * std::numbers::pi));
  return evidence;
}

double GridRegression::trace_of_g() const {
  std::vector<double> diagonal(static_cast<std::size_t>(basis_->own_count()), 0.0), own;
  basis_->add_squares(shrinkage_, diagonal);
  for (const std::size_t i : missing_) own.push_back(1 - diagonal[i]);
  return reproducible_sum(basis_->comm(), own);
}

void GridRegression::deviation(Index draws, std::uint64_t seed, std::span<double> out) const {
  const double variance = noise_ * noise_;
  std::vector<double> known(shrinkage_), root(shrinkage_);
  for (double& share : known) share *= variance;
  // G^1/2 = I - U diag(1 - sqrt(1 - shrinkage)) U^T
  for (std::size_t k = 0; k < root.size(); ++k) root[k] = 1 - noise_ / std::sqrt(basis_->values()[k] + variance);
  std::fill(out.begin(), out.end(), 0.0);
  for (Index draw = 0; draw < (all_missing_ > 0 ? draws : 0); ++draw) {
    const Random random = draw_numbers(seed, draw);
    std::vector<double> white(out.size());
    for (std::size_t i = 0; i < white.size(); ++i)
      white[i] = random.normal(static_cast<std::uint64_t>(basis_->first_point()) + i);
    std::vector<double> smooth = white, innovation(missing_.size());
    basis_->filter(root, smooth);
    for (std::size_t i = 0; i < white.size(); ++i) white[i] = noise_ * (white[i] - smooth[i]);
    // noise G^1/2 white has the covariance noise^2 G, so the solution has that of y_m given y_o, noise^2 G_mm^-1.
    converged_gradients(basis_->comm(), Missing(*this), gathered(white), innovation, krylov_, "a draw");
    std::vector<double> moved = spread(innovation);
    basis_->filter(shrinkage_, moved);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += moved[i] * moved[i] / static_cast<double>(draws);
  }
  basis_->add_squares(known, out);
  for (double& value : out) value = std::sqrt(std::max(value, 0.0));
}

}  // namespace mercer
