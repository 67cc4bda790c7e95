// The loop: solve, look at the residual along lines, add bands where it has frequencies, keep the best.
#include <mercer/solvers/spectral_mixture_gp/features/feature_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/traces.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

namespace mercer::smgp {
namespace {

constexpr double residual_threshold = 2e-2;                     // of the largest amplitude in the residual
constexpr double rounding = 1e-13;                              // of a source against the terms that make it
constexpr std::array<Index, 3> most_features{4000, 1500, 200};  // along an axis, by number of axes

using Ranges = std::vector<std::vector<FrequencyRange>>;  // one list an axis

/// Equal power everywhere, as noise has it: more features would only follow the noise.
bool is_white(const Spectrum& spectrum) {
  const double least = 0.01 * *std::max_element(spectrum.power.begin(), spectrum.power.end());
  const auto above = std::count_if(spectrum.power.begin(), spectrum.power.end(), [=](double p) { return p > least; });
  return static_cast<double>(above) > 0.8 * static_cast<double>(spectrum.power.size());
}

/// What the operators of all axes but one do to waves of the frequencies seen along these.
std::vector<std::complex<double>> symbols(const std::vector<AxisOperator>& operators, const Ranges& seen,
                                          std::size_t but) {
  constexpr std::size_t most = 256;  // waves; each adds a band at most
  std::vector<std::complex<double>> sums{0};
  for (std::size_t axis = 0; axis < operators.size(); ++axis) {
    if (axis == but) continue;
    const auto [c0, c1, c2] = operators[axis];
    std::vector<std::complex<double>> more;
    for (const std::complex<double>& sum : sums) {
      more.push_back(sum + c0);
      for (const FrequencyRange& range : seen[axis])
        for (const double w : {(range.low + range.high) / 2, -(range.low + range.high) / 2})
          if (more.size() < most) more.push_back(sum + std::complex<double>(c0 - c2 * w * w, c1 * w));
    }
    sums = std::move(more);
  }
  return sums;
}

/// Which frequencies have bands, and how that grows.
class Coverage {
 public:
  Coverage(const Statement& statement, const Traces& traces, const Observation& observation,
           const FeatureOptions& options)
      : statement_(statement), observation_(observation), options_(options), base_degree_(options.base_degree) {
    for (std::size_t axis = 0; axis < statement.axes.size(); ++axis) {
      ranges_.push_back(peaks(observation.spectra()[axis], half(axis), options.threshold));
      append(ranges_.back(), traces.peaks[axis]);
    }
    const std::vector<AxisOperator> operators = mean_operators(statement);
    const Ranges seen = ranges_;
    for (std::size_t axis = 0; axis < operators.size(); ++axis) {
      if (traces.are_seen[axis]) continue;
      const auto [c0, c1, c2] = operators[axis];
      for (const std::complex<double>& others : symbols(operators, seen, axis))
        append(ranges_[axis], free_oscillations(c0 + others, c1, c2, half(axis)));
    }
  }

  BandLists bands() const {
    BandLists lists;
    for (std::size_t axis = 0; axis < ranges_.size(); ++axis)
      lists.push_back(smgp::bands(ranges_[axis], half(axis), base_degree(axis)));
    return lists;
  }

  /// Why the features of these bands are too many for memory or for the samples; empty where they are not.
  std::string excess(const BandLists& bands) const {
    for (std::size_t axis = 0; axis < bands.size(); ++axis) {
      const Index features = feature_count(bands[axis]), most = most_features[bands.size() - 1];
      const std::string& name = statement_.axes[axis].name;
      if (features > most)
        return fmt::format("the frequencies along axis {} take {} features, more than the {} that can be solved for",
                           name, features, most);
      if (!statement_.samples) continue;
      const Index samples = statement_.samples->shape[static_cast<int>(axis)];
      if (5 * features > 4 * samples)
        return fmt::format(
            "under-sampling: the frequencies along axis {} take {} features, more than four fifths of its {} samples; "
            "give at least {} samples",
            name, features, samples, (5 * features + 3) / 4);
    }
    return "";
  }

  void grow_by_source() {
    for (std::size_t axis = 0; axis < ranges_.size(); ++axis)
      append(ranges_[axis], occupied(observation_.spectra()[axis], half(axis), options_.threshold));
  }
  void grow_by_residual(const std::vector<Spectrum>& spectra) {
    for (std::size_t axis = 0; axis < ranges_.size(); ++axis)
      append(ranges_[axis], occupied(spectra[axis], half(axis), residual_threshold));
  }
  void double_base_degree() { base_degree_ *= 2; }

 private:
  double half(std::size_t axis) const { return statement_.axes[axis].interval.half(); }
  /// Polynomials on equally spaced points are stable up to about twice the root of their number.
  int base_degree(std::size_t axis) const {
    if (!statement_.samples) return base_degree_;
    const auto points = static_cast<double>(statement_.samples->shape[static_cast<int>(axis)]);
    return std::min(base_degree_, static_cast<int>(2 * std::sqrt(points)));
  }

  const Statement& statement_;
  const Observation& observation_;
  const FeatureOptions& options_;
  int base_degree_;
  Ranges ranges_;
};

/// @collective What `local` gives, on all ranks or on none.
template <class F>
auto agreed(const Comm& comm, const F& local) {
  decltype(local()) value;
  together(comm, [&] { value = local(); });
  return value;
}

/// What is known before the first solve.
struct Beginning {
  Beginning(const Comm& comm, const Statement& statement, const FeatureOptions& options)
      : conditions(agreed(comm, [&] { return select_conditions(statement); })),
        traces(agreed(comm, [&] { return trace_boundaries(statement, conditions, options.threshold); })),
        observation(comm, statement, options.threshold, rounding * traces.term_size) {}
  ConditionLists conditions;
  Traces traces;
  Observation observation;
};

struct Attempt {
  Level level;
  Residual residual;
  bool is_noise = false;
};

/// @collective
FeatureResult judged(const Comm& comm, const Statement& statement, const FeatureOptions& options,
                     const Beginning& begin, const Attempt& best) {
  Findings findings{best.level, best.residual, best.is_noise, nullptr,
                    undersampling(statement, begin.observation, begin.traces.fastest, options.threshold)};
  BandLists bands;
  for (int axis = 0; axis < statement.dimensions(); ++axis) bands.push_back(best.level.space->basis(axis).bands());
  Residual left_out;
  if (statement.samples && best.residual.relative <= options.tolerance) {
    const Level check = solve_level(comm, statement, bands, begin.conditions, Fitted::most);
    left_out = begin.observation.residual(check);
    findings.left_out = &left_out;
  }
  FeatureResult result{Expansion(best.level.space, best.level.coefficients),
                       certify(statement, options.tolerance, findings)};
  for (const std::vector<Band>& list : bands) result.bands.push_back(static_cast<Index>(list.size()));
  result.separable = best.level.separable;
  result.newton = best.level.newton;
  result.krylov = best.level.krylov;
  result.collectives = best.level.collectives;
  return result;
}

}  // namespace

Array Expansion::operator()(const Coordinates& grid, const Orders& orders) const {
  return std::move(evaluate(*space_, *coefficients_, grid, std::span(&orders, 1)).front());
}

FeatureSizes first_sizes(const Comm& comm, const Statement& statement, const FeatureOptions& options) {
  const Beginning begin(comm, statement, options);
  FeatureSizes sizes;
  const BandLists lists = Coverage(statement, begin.traces, begin.observation, options).bands();
  for (std::size_t axis = 0; axis < lists.size(); ++axis) {
    sizes.features.push_back(feature_count(lists[axis]));
    sizes.nodes.push_back(statement.samples ? statement.samples->shape[static_cast<int>(axis)]
                                            : gauss_nodes(lists[axis], statement.axes[axis].interval.half()));
  }
  return sizes;
}

FeatureResult solve_features(const Comm& comm, const Statement& statement, const FeatureOptions& options) {
  const Beginning begin(comm, statement, options);
  Coverage coverage(statement, begin.traces, begin.observation, options);
  std::optional<Attempt> best;
  double last = 0;
  int loops = 0;
  while (loops < options.loops) {
    const BandLists bands = coverage.bands();
    if (const std::string excess = coverage.excess(bands); !excess.empty()) {
      require_agreed(best.has_value(), Fault::numerics, "{}", excess);
      break;
    }
    Attempt attempt{solve_level(comm, statement, bands, begin.conditions), {}};
    attempt.residual = begin.observation.residual(attempt.level);
    ++loops;
    const double residual = attempt.residual.relative;
    if (!best || residual < best->residual.relative) best = std::move(attempt);
    if (residual <= options.tolerance || loops == options.loops) break;
    if (loops > 1 && residual > 0.1 * last) coverage.double_base_degree();
    last = residual;
    const std::vector<Spectrum> spectra = begin.observation.residual_spectra(best->residual);
    best->is_noise = std::all_of(spectra.begin(), spectra.end(), is_white);
    if (best->is_noise) break;
    if (loops == 1) coverage.grow_by_source();
    coverage.grow_by_residual(spectra);
  }
  FeatureResult result = judged(comm, statement, options, begin, *best);
  result.loops = loops;
  return result;
}

}  // namespace mercer::smgp
