// The search for bands of samples on several axes.
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/exchange.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/band_search.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_assimilation.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_fit.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

/// A fit and what it leaves.
struct Attempt {
  std::unique_ptr<const GridFit> fit;
  double relative = 0;  ///< residual by source
  std::vector<Periodogram> left = {};
  Whiteness whiteness = {};
};

class Search {
 public:
  Search(const Comm& comm, const Statement& statement, const NoisyData& data, const AssimilationOptions& options);
  Attempt run();
  int loops() const noexcept { return loops_; }
  Index evaluations() const noexcept { return evaluations_; }
  bool is_settled() const noexcept { return is_settled_; }

 private:
  double half(std::size_t axis) const { return statement_.axes[axis].interval.half(); }
  std::vector<std::vector<Band>> band_lists(int base_degree) const;
  bool are_affordable(const std::vector<std::vector<Band>>& lists) const;
  Attempt attempt(int base_degree);
  bool is_finished(const Attempt& attempt) const;
  void cover(const Attempt& current);

  const Comm& comm_;
  const Statement& statement_;
  const NoisyData& data_;
  const AssimilationOptions& options_;
  std::vector<Periodogram> source_;
  std::vector<std::vector<FrequencyRange>> ranges_;
  ToneLists tones_;
  double guess_ = 0;  ///< of the noise
  int loops_ = 0;
  Index evaluations_ = 0;
  bool is_settled_ = true;
};

Search::Search(const Comm& comm, const Statement& statement, const NoisyData& data, const AssimilationOptions& options)
    : comm_(comm), statement_(statement), data_(data), options_(options) {
  const Samples& samples = *statement.samples;
  source_ = periodograms(comm, {statement.axes, samples.shape, samples.values});
  for (std::size_t axis = 0; axis < source_.size(); ++axis) {
    const double noise = source_[axis].noise();
    guess_ = axis == 0 ? noise : std::min(guess_, noise);
    tones_.push_back(tones(source_[axis], least_power(source_[axis], noise, weakest_tone)));
    ranges_.emplace_back();
    for (const Tone& tone : tones_.back()) append(ranges_.back(), {around(tone, half(axis))});
  }
}

std::vector<std::vector<Band>> Search::band_lists(int base_degree) const {
  std::vector<std::vector<Band>> lists;
  for (std::size_t axis = 0; axis < ranges_.size(); ++axis) {
    const auto points = static_cast<double>(statement_.samples->shape[static_cast<int>(axis)]);
    lists.push_back(bands(ranges_[axis], half(axis), std::min(base_degree, static_cast<int>(0.6 * points))));
  }
  return lists;
}

/// Fewer weights than samples, also where few of them count.
bool Search::are_affordable(const std::vector<std::vector<Band>>& lists) const {
  Index weights = 1;
  for (const std::vector<Band>& list : lists) weights *= feature_count(list);
  return weights <= std::max<Index>(4 * statement_.samples->shape.count() / 5, 60);
}

Attempt Search::attempt(int base_degree) {
  ++loops_;
  Attempt result{std::make_unique<const GridFit>(comm_, statement_, data_, band_lists(base_degree), tones_, guess_)};
  const GridFit& fit = *result.fit;
  evaluations_ += fit.fit().evaluations;
  Array residual;
  together(comm_, [&] { residual = fit.residual(fit.chosen().evidence.posterior(fit.fit().theta).mean); });
  const GridValues left{statement_.axes, statement_.samples->shape, residual};
  const double square = reproducible_dot(comm_, residual.span(), residual.span());
  result.relative =
      std::sqrt(square / static_cast<double>(left.shape.count())) / std::max(fit.root_mean_square(), 1e-300);
  result.left = periodograms(comm_, left);
  result.whiteness = whiteness(comm_, left, fit.noise());
  return result;
}

bool Search::is_finished(const Attempt& a) const { return a.relative < options_.resolved || a.whiteness.peak <= 0; }

/// Ranges for what stands out of the residual, and, with the first residual, for all that stands out of the source.
void Search::cover(const Attempt& current) {
  for (std::size_t axis = 0; axis < current.left.size(); ++axis) {
    const double least = least_power(current.left[axis], current.fit->noise(), weakest_residual);
    for (const Tone& tone : tones(current.left[axis], least)) {
      tones_[axis].push_back(tone);
      append(ranges_[axis], {around(tone, half(axis))});
    }
    append(ranges_[axis], ranges_above(current.left[axis], half(axis), least));
    if (loops_ == 1)
      append(ranges_[axis], ranges_above(source_[axis], half(axis), least_power(source_[axis], guess_, weakest_tone)));
  }
}

Attempt Search::run() {
  int base_degree = options_.base_degree;
  require_agreed(are_affordable(band_lists(base_degree)), Fault::unavailable,
                 "the source needs more features than {} samples can bear", statement_.samples->shape.count());
  Attempt current = attempt(base_degree);
  while (!is_finished(current) && loops_ < options_.loops) {
    const auto before = band_lists(base_degree);
    cover(current);
    if (band_lists(base_degree) == before) base_degree *= 2;
    if (band_lists(base_degree) == before || !are_affordable(band_lists(base_degree))) break;
    Attempt next = attempt(base_degree);
    if (next.fit->fit().log_evidence < current.fit->fit().log_evidence + worthwhile) break;
    current = std::move(next);
  }
  is_settled_ = is_finished(current);
  return current;
}

void check(const Comm& comm, const Statement& statement, const NoisyData& data) {
  together(comm, [&] {
    require(statement.samples.has_value() && data.source.count() == 0, Fault::internal,
            "the noisy source is that of the statement's samples");
    require(
        !statement.reaction, Fault::unavailable,
        "a noisy source needs a linear equation: leave out the data, or the part that is not linear in the unknown");
    const Samples& samples = *statement.samples;
    require(samples.shape.dimensions() == statement.dimensions(), Fault::config,
            "samples on {} axes are no source of an equation on {}", samples.shape.dimensions(),
            statement.dimensions());
    for (int axis = 0; axis < statement.dimensions(); ++axis)
      require(samples.shape[axis] >= 16, Fault::config,
              "a noisy source needs at least 16 samples along each axis, not {}", samples.shape[axis]);
    const auto own = samples.values.span();
    require(std::all_of(own.begin(), own.end(), [](double y) { return std::isfinite(y); }), Fault::numerics,
            "the samples of the source are not all finite");
  });
}

Assimilation gathered(const Comm& comm, const Statement& statement, const NoisyData& data,
                      const AssimilationOptions& options) {
  NoisyData whole{.source = Exchange(comm, statement.samples->shape).gather(statement.samples->values),
                  .checks = data.checks,
                  .readings = data.readings,
                  .reading_noise = data.reading_noise};
  Assimilation result;
  together(comm, [&] { result = assimilate(statement, whole, options); });
  return result;
}

/// Posterior of the fit and of cautious hyper-parameters, and their certificate. Local.
Assimilation concluded(const Statement& statement, const NoisyData& data, const AssimilationOptions& options,
                       const Attempt& found, bool is_settled) {
  const GridFit& fit = *found.fit;
  const ChosenEvidence& chosen = fit.chosen();
  const double source = fit.root_mean_square();
  SourceChecks checks = source_checks(chosen.space, statement, data.checks);
  const std::vector<double>&theta = fit.fit().theta, &wide = fit.cautious_theta();
  Assimilation result{.posterior = std::make_shared<const Posterior>(chosen.space, chosen.evidence.posterior(theta)),
                      .conservative = std::make_shared<const Posterior>(chosen.space, chosen.evidence.posterior(wide)),
                      .certificate = {},
                      .prior = std::make_shared<const Prior>(chosen.evidence.prior()),
                      .theta = theta};
  result.log_evidence = fit.fit().log_evidence;
  result.certificate = certify({.evidence = chosen.evidence,
                                .theta = theta,
                                .cautious_theta = wide,
                                .posterior = *result.posterior,
                                .residual = found.relative,
                                .whiteness = found.whiteness,
                                .check_rows = std::move(checks.rows),
                                .check_values = std::move(checks.values),
                                .rms = source,
                                .highest = highest_frequency(fit.whole(), statement.samples->shape),
                                .resolved = options.resolved,
                                .is_settled = is_settled},
                               options.tolerance);
  return result;
}

}  // namespace

Assimilation assimilate(const Comm& comm, const Statement& statement, const NoisyData& data,
                        const AssimilationOptions& options) {
  check(comm, statement, data);
  const bool is_constant = std::none_of(statement.terms.begin(), statement.terms.end(),
                                        [](const Term& term) { return static_cast<bool>(term.coefficient); });
  if (statement.dimensions() == 1 || !is_constant) return gathered(comm, statement, data, options);
  Search search(comm, statement, data, options);
  const Attempt found = search.run();
  Assimilation result;
  together(comm, [&] { result = concluded(statement, data, options, found, search.is_settled()); });
  result.loops = search.loops();
  result.evaluations = search.evaluations();
  return result;
}

}  // namespace mercer::smgp
