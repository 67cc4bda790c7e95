// Bounds, starts and the hyper-prior.
#include <mercer/solvers/spectral_mixture_gp/noise/evidence_fit.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mercer::smgp {
namespace {

struct Box {
  std::vector<double> lower, start, upper;
  void add(double low, double at, double high) {
    lower.push_back(low);
    start.push_back(std::clamp(at, low, high));
    upper.push_back(high);
  }
};

Box prior_box(const Prior& prior, const WeightSpace& space, const FitScales& scales, double base_share) {
  Box box;
  const double size = 2 * std::log(scales.unknown), floor = 2 * std::log(scales.floor);
  box.add(floor, 2 * std::log(std::max({scales.noise, 1e-6 * scales.source, 10 * scales.floor})), floor + 70);
  for (Index i = 0; i < prior.weights(); ++i) {
    const bool is_base = i == prior.inner();
    const double guess = scales.weights[static_cast<std::size_t>(i)];
    box.add(size - 60, std::log(std::max(guess * (is_base ? base_share : 1), 1e-12 * scales.unknown * scales.unknown)),
            size + 14);
  }
  for (const std::vector<Band>& list : space.bands())
    for (const Band& band : list) {
      double start = std::max(1.0, (band.degree - 13) / 2.0);
      if (band.frequency == 0) start = band.degree > 40 ? std::max((band.degree - 14) / 2.0, 3.0) : 3;
      box.add(std::log(0.5), std::log(start), std::log(std::max(band.degree / 3.0, 1.0)));
    }
  return box;
}

Box box_of(const Evidence& evidence, const WeightSpace& space, const FitScales& scales, double base_share) {
  Box box = prior_box(evidence.prior(), space, scales, base_share);
  if (evidence.estimates_reading_noise()) {
    const Eigen::VectorXd& values = evidence.model().readings.values;
    const double rms =
        std::max(std::sqrt(values.squaredNorm() / static_cast<double>(values.size())), 1e-6 * scales.unknown);
    box.add(2 * std::log(1e-12 * rms), 2 * std::log(0.03 * rms), 2 * std::log(10 * rms));
  }
  return box;
}

Fit search(const Evidence& evidence, Box box, const FitScales& scales) {
  const auto first = std::size_t{1}, last = 1 + static_cast<std::size_t>(evidence.prior().weights());
  const double size = 2 * std::log(scales.unknown);
  const Objective objective = [&](std::span<const double> theta, std::span<double> gradient) {
    double value = 0;
    try {
      value = -evidence(theta, gradient);
    } catch (const Error& error) {
      if (error.fault() != Fault::numerics) throw;
      return std::numeric_limits<double>::quiet_NaN();  // overflow: a step too long
    }
    for (double& slope : gradient) slope = -slope;
    for (std::size_t i = first; i < last; ++i) {
      const double ratio = std::exp(theta[i] - size);
      value += std::log1p(ratio);
      gradient[i] += ratio / (1 + ratio);
    }
    return value;
  };
  const LbfgsOptions options{.gradient_tolerance = 1e-3,
                             .value_tolerance = 1e-9,
                             .iterations = 200,
                             .evaluations = 400,
                             .prefix = "spectral_mixture_gp_evidence_"};
  const Minimum minimum = minimise(Comm::self(), objective, box.start, options, {box.lower, box.upper});
  Fit fit{.theta = box.start, .evaluations = minimum.history.back().evaluations, .stop = minimum.stop};
  fit.objective = -minimum.history.back().value;
  fit.log_evidence = evidence(fit.theta);
  return fit;
}

void check(const Evidence& evidence, const FitScales& scales) {
  require(static_cast<Index>(scales.weights.size()) == evidence.prior().weights(), Fault::internal,
          "{} components have {} guesses of their weights", evidence.prior().weights(), scales.weights.size());
  require(scales.unknown > 0 && scales.floor > 0, Fault::internal,
          "sizes of the unknown and of the least noise are positive, not {} and {}", scales.unknown, scales.floor);
}

}  // namespace

std::vector<double> start_of_fit(const Prior& prior, const WeightSpace& space, const FitScales& scales) {
  return prior_box(prior, space, scales, 1).start;
}

Fit refit_evidence(const Evidence& evidence, const WeightSpace& space, const FitScales& scales,
                   std::span<const double> theta) {
  check(evidence, scales);
  Box box = box_of(evidence, space, scales, 1);
  require(theta.size() <= box.start.size(), Fault::internal, "there are {} hyper-parameters, not {}", box.start.size(),
          theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) box.start[i] = std::clamp(theta[i], box.lower[i], box.upper[i]);
  return search(evidence, std::move(box), scales);
}

Fit fit_evidence(const Evidence& evidence, const WeightSpace& space, const FitScales& scales) {
  check(evidence, scales);
  // Two starts: what the source does not tell of the low frequencies may be large or small. On several axes, where an
  // evaluation is dear and the conditions tell more of them, one has to do.
  Fit best = search(evidence, box_of(evidence, space, scales, 1), scales);
  if (space.dimensions() > 1) return best;
  Fit other = search(evidence, box_of(evidence, space, scales, 1e-4), scales);
  const Index evaluations = best.evaluations + other.evaluations;
  if (other.objective > best.objective) best = std::move(other);
  best.evaluations = evaluations;
  return best;
}

}  // namespace mercer::smgp
