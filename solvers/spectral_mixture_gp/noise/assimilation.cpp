// Bands from the tones of the source, a fit, bands from what stands out of the residual, and so on while evidence
// grows.
#include <mercer/base/random.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/band_search.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/evidence_fit.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/fit_scales.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/weight_choice.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace mercer::smgp {
namespace {

constexpr Index most_weights = 1500;
constexpr double expressible = 1e-8;  // of the unknown: what conditions on faces may be missed by

using Ranges = std::vector<std::vector<FrequencyRange>>;  // one list an axis

/// One fit with given features.
struct Attempt {
  WeightSpace space;
  std::unique_ptr<const DataModel> model;
  std::unique_ptr<const Evidence> evidence;
  FitScales scales;
  std::vector<double> inner;  ///< frequencies of the first components of the prior
  Fit fit;
  Array residual;
  double relative = 0;  ///< residual by source
  Whiteness whiteness;
};

/// The search for features.
class Search {
 public:
  Search(const Statement& statement, const NoisyData& data, const AssimilationOptions& options);
  Attempt run();
  int loops() const noexcept { return loops_; }
  Index evaluations() const noexcept { return evaluations_; }
  bool is_settled() const noexcept { return is_settled_; }
  double rms() const noexcept { return rms_; }
  double resolved(const Attempt& attempt) const;  ///< residual relative to the source from which it is rounding
  /// Frequencies along the only axis at which the unknown may oscillate without a source.
  std::span<const double> free() const noexcept { return free_; }

 private:
  double half(std::size_t axis) const { return statement_.axes[axis].interval.half(); }
  std::vector<Periodogram> periodograms(const Array& values) const;
  std::optional<Attempt> attempt(const Ranges& ranges, const ToneLists& tones, int base_degree);
  bool is_finished(const Attempt& attempt) const;
  std::optional<Attempt> grown(const Attempt& current);
  std::optional<Attempt> with_weak_tones(const Attempt& current);

  const Statement& statement_;
  const NoisyData& data_;
  const AssimilationOptions& options_;
  std::vector<double> spacings_;
  Points grid_;
  double rms_ = 0, guess_ = 0;  ///< of the source, and of its noise
  std::vector<Periodogram> source_;
  Ranges ranges_;
  ToneLists tones_;
  std::vector<double> free_;
  int base_degree_;
  int loops_ = 0;
  Index evaluations_ = 0;
  bool is_masked_ = false, is_settled_ = true;
};

Search::Search(const Statement& statement, const NoisyData& data, const AssimilationOptions& options)
    : statement_(statement), data_(data), options_(options), base_degree_(options.base_degree) {
  const Shape shape = data.source.shape();
  require(shape.dimensions() == statement.dimensions(), Fault::config,
          "samples on {} axes are no source of an equation on {}", shape.dimensions(), statement.dimensions());
  for (int axis = 0; axis < shape.dimensions(); ++axis) {
    require(shape[axis] >= 16, Fault::config, "a noisy source needs at least 16 samples along each axis, not {}",
            shape[axis]);
    spacings_.push_back(2 * half(static_cast<std::size_t>(axis)) / static_cast<double>(shape[axis] - 1));
  }
  require(std::all_of(data.source.span().begin(), data.source.span().end(), [](double y) { return std::isfinite(y); }),
          Fault::numerics, "the samples of the source are not all finite");
  grid_ = scattered(uniform_grid(statement, shape));
  rms_ = norm(data.source) / std::sqrt(static_cast<double>(shape.count()));
  source_ = periodograms(data.source);
  const std::vector<AxisOperator> operators = mean_operators(statement);
  for (std::size_t axis = 0; axis < source_.size(); ++axis) {
    const Periodogram& seen = source_[axis];
    guess_ = axis == 0 ? seen.noise() : std::min(guess_, seen.noise());
    const double least = least_power(seen, seen.noise(), weakest_tone);
    tones_.push_back(tones(seen, least));
    ranges_.emplace_back();
    for (const Tone& tone : tones_.back()) append(ranges_.back(), {around(tone, half(axis))});
  }
  if (source_.size() > 1) return;
  for (const FrequencyRange& range : free_oscillations(operators[0][0], operators[0][1], operators[0][2], half(0))) {
    const double frequency = (range.low + range.high) / 2;
    if (!free_.empty() && std::abs(frequency - free_.back()) < 1e-6 * frequency) continue;  // its negative
    ranges_[0].push_back(range);
    free_.push_back(frequency);
  }
}

std::vector<Periodogram> Search::periodograms(const Array& values) const {
  std::vector<Periodogram> all;
  for (std::size_t axis = 0; axis < spacings_.size(); ++axis)
    all.push_back(periodogram(values, static_cast<int>(axis), spacings_[axis]));
  return all;
}

std::optional<Attempt> Search::attempt(const Ranges& ranges, const ToneLists& tones, int base_degree) {
  std::vector<Interval> axes;
  std::vector<std::vector<Band>> lists;
  const auto samples = static_cast<Index>(grid_[0].size());
  for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
    axes.push_back(statement_.axes[axis].interval);
    const auto points = static_cast<double>(data_.source.shape()[static_cast<int>(axis)]);
    lists.push_back(bands(ranges[axis], half(axis), std::min(base_degree, static_cast<int>(0.6 * points))));
  }
  WeightSpace space(axes, lists);
  if (space.size() > std::min(most_weights, std::max<Index>(4 * samples / 5, 60))) return std::nullopt;
  ++loops_;
  const std::vector<double> inner = inner_frequencies(space, tones, free_);
  auto model = std::make_unique<DataModel>();
  model->rows = operator_rows(space, statement_, grid_);
  model->source = Eigen::Map<const Eigen::VectorXd>(data_.source.data(), samples);
  model->exact = exact_data(space, statement_);
  if (!data_.readings.values.empty()) {
    const std::vector<double>& values = data_.readings.values;
    model->readings = {space.values(data_.readings.points),
                       Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Index>(values.size())),
                       data_.reading_noise};
  }
  Prior prior(space, inner, options_.spectral_freedom);
  FitScales scales = fit_scales(statement_, space, tones, inner, {rms_, guess_, model->exact.data});
  if (ranges.size() > 1) {
    const Eigen::VectorXd variances = prior.log_variances(start_of_fit(prior, space, scales));
    model->exact =
        independent_conditions(std::move(model->exact), (0.5 * variances.array()).exp(), expressible * scales.unknown);
  }
  auto evidence = std::make_unique<const Evidence>(*model, std::move(prior));
  Attempt result{std::move(space), nullptr, nullptr, std::move(scales), inner, {}, copy(data_.source), 0, {}};
  result.fit = fit_evidence(*evidence, result.space, result.scales);
  evaluations_ += result.fit.evaluations;
  const Weights weights = evidence->posterior(result.fit.theta);
  Eigen::Map<Eigen::VectorXd>(result.residual.data(), samples) -= model->rows * weights.mean;
  result.relative = norm(result.residual) / std::sqrt(static_cast<double>(samples)) / std::max(rms_, 1e-300);
  const double noise = std::exp(result.fit.theta[0] / 2);
  result.whiteness = whiteness(result.residual, noise,
                               ranges.size() == 1 ? Matrix(product(model->rows, weights.factor) / noise) : Matrix());
  result.model = std::move(model);
  result.evidence = std::move(evidence);
  return result;
}

double Search::resolved(const Attempt& a) const {
  return std::max(options_.resolved, 10 * a.scales.floor / std::max(rms_, 1e-300));
}

bool Search::is_finished(const Attempt& a) const {
  return a.relative < resolved(a) || (a.whiteness.peak <= 0 && std::abs(a.whiteness.correlation) < 4);
}

std::optional<Attempt> Search::grown(const Attempt& current) {
  const double noise = std::exp(current.fit.theta[0] / 2);
  const std::vector<Periodogram> left = periodograms(current.residual);
  for (std::size_t axis = 0; axis < left.size(); ++axis) {
    const double least = least_power(left[axis], noise, weakest_residual);
    const std::vector<Tone> found = tones(left[axis], least);
    tones_[axis].insert(tones_[axis].end(), found.begin(), found.end());
    for (const Tone& tone : found) append(ranges_[axis], {around(tone, half(axis))});
    append(ranges_[axis], ranges_above(left[axis], half(axis), least));
    if (!is_masked_)
      append(ranges_[axis], ranges_above(source_[axis], half(axis), least_power(source_[axis], guess_, weakest_tone)));
  }
  is_masked_ = true;
  std::optional<Attempt> next = attempt(ranges_, tones_, base_degree_);
  const auto improves = [&](const Attempt& by, const std::optional<Attempt>& on) {
    return !on || by.fit.log_evidence > on->fit.log_evidence + worthwhile;
  };
  const bool is_slow = !next || next->fit.log_evidence < current.fit.log_evidence + worthwhile ||
                       (next->relative > 0.3 * current.relative && current.relative < 1e-3 && next->whiteness.peak > 0);
  if (is_slow) {
    std::optional<Attempt> finer = attempt(ranges_, tones_, 2 * base_degree_);
    if (finer && improves(*finer, next)) {
      base_degree_ *= 2;
      next = std::move(finer);
    }
  }
  if (!next || next->fit.log_evidence < current.fit.log_evidence + worthwhile) return std::nullopt;
  return next;
}

/// Peaks too low to be sure of: evidence is the sharper judge, but not of many candidates for free.
std::optional<Attempt> Search::with_weak_tones(const Attempt& current) {
  const double noise = std::exp(current.fit.theta[0] / 2);
  const std::vector<Periodogram> left = periodograms(current.residual);
  Ranges ranges = ranges_;
  ToneLists candidates = tones_;
  std::size_t count = 0;
  for (std::size_t axis = 0; axis < left.size(); ++axis)
    for (const Tone& tone : tones(left[axis], 0.8 * noise * noise * left[axis].detectable())) {
      candidates[axis].push_back(tone);
      append(ranges[axis], {around(tone, half(axis))});
      ++count;
    }
  if (count == 0) return std::nullopt;
  std::optional<Attempt> next = attempt(ranges, candidates, base_degree_);
  if (!next || next->fit.log_evidence < current.fit.log_evidence + worthwhile + std::log(static_cast<double>(count)))
    return std::nullopt;
  return next;
}

Attempt Search::run() {
  std::optional<Attempt> current = attempt(ranges_, tones_, base_degree_);
  require(current.has_value(), Fault::unavailable,
          "the source needs more features than {} samples, or dense algebra of {} weights, can bear", grid_[0].size(),
          most_weights);
  while (!is_finished(*current) && loops_ < options_.loops) {
    std::optional<Attempt> next = grown(*current);
    if (!next) break;
    current = std::move(next);
  }
  is_settled_ = is_finished(*current);
  if (is_settled_ && current->relative >= resolved(*current))
    if (std::optional<Attempt> next = with_weak_tones(*current)) current = std::move(next);
  return std::move(*current);
}

/// Raises what the source tells little of: low frequencies to the size of the unknown, or of what the noise may hide,
/// and free oscillations to three times that, as weights that are independent seldom agree on a pure oscillation.
std::vector<double> widened(const Attempt& a, const Statement& statement, std::span<const double> free, double noise) {
  std::vector<double> theta = a.fit.theta;
  const Prior& prior = a.evidence->prior();
  const double hidden_source = 3 * noise * std::sqrt(2 / static_cast<double>(a.model->source.size()));
  const auto raise = [&](Index place, double to) {
    double& entry = theta[static_cast<std::size_t>(place)];
    entry = std::max(entry, to);
  };
  const auto log_size = [&](std::span<const double> frequencies) {
    return 2 * std::log(std::max(a.scales.unknown, hidden_source / symbol(statement, frequencies)));
  };
  std::vector<double> lowest;
  for (const Interval& axis : a.space.axes()) lowest.push_back(std::numbers::pi / (2 * axis.half()));
  raise(prior.weight_of_base(), log_size(lowest));
  for (int axis = 0; axis < a.space.dimensions(); ++axis) raise(prior.width(axis, 0), std::log(2.0));
  for (const double frequency : free) {
    const double size = 2 * std::log(3.0) + log_size(std::array{frequency});
    const auto inner = std::find(a.inner.begin(), a.inner.end(), frequency);
    if (inner != a.inner.end()) raise(1 + (inner - a.inner.begin()), size);
    const std::vector<Band>& bands = a.space.bands()[0];
    for (std::size_t q = 1; q < bands.size(); ++q) {
      const double offset = std::abs(bands[q].frequency - frequency), half = a.space.axes()[0].half();
      if (offset > reach(bands[q], half)) continue;
      raise(prior.weight_of_base() + static_cast<Index>(q), size);
      raise(prior.width(0, static_cast<int>(q)), std::log(std::max(offset * half, 0.5)));
    }
  }
  return theta;
}

}  // namespace

Assimilation assimilate(const Statement& statement, const NoisyData& data, const AssimilationOptions& options) {
  Search search(statement, data, options);
  const Attempt found = search.run();
  const double noise = std::exp(found.fit.theta[0] / 2);
  SourceChecks checks = source_checks(found.space, statement, data.checks);
  const std::vector<double> wide = widened(found, statement, search.free(), noise);
  Weights weights = found.evidence->posterior(found.fit.theta), cautious = found.evidence->posterior(wide);
  if (noise < 1e-9 * search.rms()) {  // rounding in evaluating an expansion is no part of the model
    double seen = found.relative * search.rms();
    if (checks.values.size() > 0)
      seen = (checks.values - checks.rows * weights.mean).norm() / std::sqrt(static_cast<double>(checks.values.size()));
    const double factor = std::max(1.0, 3 * seen / noise);
    weights.factor = found.evidence->posterior(found.fit.theta, factor).factor;
    cautious.factor = found.evidence->posterior(wide, factor).factor;
  }
  Assimilation result{.posterior = std::make_shared<const Posterior>(found.space, std::move(weights)),
                      .conservative = std::make_shared<const Posterior>(found.space, std::move(cautious)),
                      .certificate = {},
                      .prior = std::make_shared<const Prior>(found.evidence->prior()),
                      .theta = found.fit.theta,
                      .loops = search.loops(),
                      .evaluations = search.evaluations(),
                      .log_evidence = found.fit.log_evidence};
  result.certificate = certify({.evidence = *found.evidence,
                                .theta = result.theta,
                                .cautious_theta = wide,
                                .posterior = *result.posterior,
                                .residual = found.relative,
                                .whiteness = found.whiteness,
                                .check_rows = std::move(checks.rows),
                                .check_values = std::move(checks.values),
                                .rms = search.rms(),
                                .highest = highest_frequency(found.space, data.source.shape()),
                                .resolved = search.resolved(found),
                                .is_settled = search.is_settled()},
                               options.tolerance);
  return result;
}

NoisyData sample_source(const Statement& statement, const Shape& shape, Index checks) {
  NoisyData data;
  data.source = sample(statement.source, uniform_grid(statement, shape), "the source");
  const auto count = static_cast<std::size_t>(checks);
  data.checks.values.resize(count);
  for (std::size_t axis = 0; axis < statement.axes.size(); ++axis) {
    const Random random(1, axis);
    data.checks.points.emplace_back();
    for (std::size_t i = 0; i < count; ++i)  // evenly in angle: dense near the ends, where polynomials go astray
      data.checks.points.back().push_back(
          statement.axes[axis].interval.global(std::cos(std::numbers::pi * random.uniform(i))));
  }
  statement.source(std::vector<std::span<const double>>(data.checks.points.begin(), data.checks.points.end()),
                   data.checks.values);
  return data;
}

}  // namespace mercer::smgp
