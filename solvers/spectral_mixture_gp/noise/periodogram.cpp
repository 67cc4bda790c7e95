// Averages of the powers of lines, and the moments of residuals.
#include <mercer/parallel/decomposition.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/periodogram.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace mercer::smgp {
namespace {

constexpr double window_mean = 0.35875;  // of the Blackman-Harris window, per point

/// Lines along `axis` one after the other.
std::vector<double> lines_of(const Array& samples, int axis) {
  const Shape shape = samples.shape();
  Index inner = 1;
  for (int after = axis + 1; after < shape.dimensions(); ++after) inner *= shape[after];
  const Index points = shape[axis], outer = points * inner == 0 ? 0 : shape.count() / (points * inner);
  std::vector<double> lines;
  lines.reserve(static_cast<std::size_t>(shape.count()));
  for (Index i = 0; i < outer; ++i)
    for (Index j = 0; j < inner; ++j)
      for (Index k = 0; k < points; ++k) lines.push_back(samples.data()[(i * points + k) * inner + j]);
  return lines;
}

/// Neighbours' correlation that the fit itself puts into the residual: that of (1 - K)^2, K = hat hat^T.
double fitted_correlation(const Matrix& hat) {
  const Index n = hat.rows();
  const Matrix inner = transposed_product(hat, hat), twice = 2 * hat - product(hat, inner);
  const double trace = hat.cwiseProduct(twice).sum();
  const double beside = hat.topRows(n - 1).cwiseProduct(twice.bottomRows(n - 1)).sum();
  return -beside / (static_cast<double>(n) - trace);
}

std::vector<Segment> segments_of(std::span<const double> values) {
  constexpr int count = 8;
  std::vector<Segment> segments;
  for (int s = 0; s < count; ++s) {
    const Range part = block(static_cast<Index>(values.size()), s, count);
    const std::span<const double> own =
        values.subspan(static_cast<std::size_t>(part.begin), static_cast<std::size_t>(part.count()));
    const double mean = std::accumulate(own.begin(), own.end(), 0.0) / static_cast<double>(own.size());
    Segment& segment = segments.emplace_back(Segment{static_cast<double>(own.size()) - 1, 0});
    for (const double value : own) segment.square += (value - mean) * (value - mean);
  }
  return segments;
}

}  // namespace

double Periodogram::largest() const noexcept {
  return *std::max_element(spectrum.power.begin() + 1, spectrum.power.end());
}

double Periodogram::noise() const noexcept {
  std::vector<double> power = spectrum.power;
  const auto quarter = power.begin() + static_cast<std::ptrdiff_t>(power.size() / 4);
  std::nth_element(power.begin(), quarter, power.end());
  // the quarter quantile of a mean of `lines` exponential numbers, by Wilson and Hilferty (1931)
  const auto l = static_cast<double>(lines);
  return std::sqrt(*quarter / std::pow(1 - 1 / (9 * l) - 0.6745 / (3 * std::sqrt(l)), 3));
}

double Periodogram::detectable() const noexcept {
  const double x = std::log(4 * (static_cast<double>(points) / 2 + 1) / 0.01), l = static_cast<double>(lines);
  return lines == 1 ? x : 1 + 2 * std::sqrt(x / l) + x / l;  // Laurent and Massart (2000), lemma 1
}

double bartlett(std::span<const Segment> segments) {
  double freedom = 0, pooled = 0, logs = 0, inverses = 0;
  for (const Segment& segment : segments) {
    freedom += segment.freedom;
    pooled += segment.square;
    logs += segment.freedom * std::log(segment.square / segment.freedom);
    inverses += 1 / segment.freedom;
  }
  return (freedom * std::log(pooled / freedom) - logs) /
         (1 + (inverses - 1 / freedom) / (3 * static_cast<double>(segments.size() - 1)));
}

Periodogram periodogram(const Array& samples, int axis, double spacing) {
  const Index points = samples.shape()[axis];
  const std::vector<double> powers = line_powers(lines_of(samples, axis), points);
  const std::size_t bins = bins_of(points), lines = powers.size() / bins;
  Periodogram result{{std::numbers::pi / spacing / static_cast<double>(bins - 1), std::vector<double>(bins)},
                     points,
                     static_cast<Index>(lines)};
  const double scale = window_power * static_cast<double>(points - 1) * static_cast<double>(lines);
  for (std::size_t i = 0; i < powers.size(); ++i) result.spectrum.power[i % bins] += powers[i] / scale;
  return result;
}

std::vector<Tone> tones(const Periodogram& periodogram, double least_power) {
  const std::vector<double>& p = periodogram.spectrum.power;
  const double unit = 2 * std::sqrt(window_power / static_cast<double>(periodogram.points - 1)) / window_mean;
  std::vector<Tone> found;
  for (std::size_t k = 1; k + 1 < p.size(); ++k)
    if (p[k] >= p[k - 1] && p[k] > p[k + 1] && p[k] > least_power)
      found.push_back({periodogram.spectrum.frequency(k), unit * std::sqrt(p[k])});
  return found;
}

Whiteness whiteness(const Array& residual, double noise, const Matrix& hat) {
  Whiteness result{.peak = -1e300};
  for (int axis = 0; axis < residual.shape().dimensions(); ++axis) {
    const Periodogram seen = periodogram(residual, axis, 1);
    result.peak = std::max(result.peak, seen.largest() / (noise * noise) - seen.detectable());
  }
  const Eigen::Map<const Eigen::ArrayXd> r(residual.data(), residual.count());
  const Eigen::ArrayXd centred = r - r.mean();
  const auto n = static_cast<double>(r.size());
  const double variance = centred.square().mean();
  if (!(variance > 0)) return result;
  result.kurtosis = (centred.square().square().mean() / (variance * variance) - 3) / std::sqrt(24 / n);
  result.variances = bartlett(segments_of(residual.span()));
  if (hat.size() > 0) {
    const double beside = (centred.head(r.size() - 1) * centred.tail(r.size() - 1)).sum() / (n * variance);
    result.correlation = std::sqrt(n) * (beside - fitted_correlation(hat));
  }
  return result;
}

}  // namespace mercer::smgp
