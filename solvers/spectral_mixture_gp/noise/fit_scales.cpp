// Amplitudes of the source by the symbol at their frequency.
#include <mercer/solvers/spectral_mixture_gp/noise/fit_scales.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace mercer::smgp {
namespace {

constexpr double least_share = 1e-12;  // of weights, relative to the square of the largest amplitude

double mean_coefficient(const Statement& statement, const Term& term) {
  if (!term.coefficient) return term.constant;
  std::vector<double> middle;
  for (const AxisStatement& axis : statement.axes) middle.push_back(axis.interval.middle());
  std::vector<std::span<const double>> columns;
  for (const double& x : middle) columns.emplace_back(&x, 1);
  double value = 0;
  term.coefficient(columns, {&value, 1});
  return value;
}

/// Twice the variance of a component of one axis: squares of the amplitudes of the unknown's tones in its band.
double square_amplitude(const Statement& statement, const Band& band, double half, std::span<const Tone> tones) {
  double sum = 0;
  for (const Tone& tone : tones)
    if (std::abs(tone.frequency - band.frequency) < reach(band, half))
      sum += std::pow(tone.amplitude / symbol(statement, std::array{tone.frequency}), 2);
  return sum;
}

/// Frequencies of each combination of bands, the last axis running fastest.
std::vector<std::vector<double>> centres(const WeightSpace& space) {
  std::vector<std::vector<double>> all{{}};
  for (const std::vector<Band>& list : space.bands()) {
    std::vector<std::vector<double>> next;
    for (const std::vector<double>& before : all)
      for (const Band& band : list) {
        next.push_back(before);
        next.back().push_back(band.frequency);
      }
    all = std::move(next);
  }
  return all;
}

/// The largest term for a function of size one that varies over half the lengths.
double steepest(const Statement& statement) {
  double largest = 0;
  for (const Term& term : statement.terms) {
    double size = std::abs(mean_coefficient(statement, term));
    for (std::size_t axis = 0; axis < statement.axes.size(); ++axis)
      size /= std::pow(statement.axes[axis].interval.half(), term.orders[axis]);
    largest = std::max(largest, size);
  }
  return largest;
}

}  // namespace

double symbol(const Statement& statement, std::span<const double> frequencies) {
  std::complex<double> sum = 0;
  double sizes = 0;
  for (const Term& term : statement.terms) {
    std::complex<double> value = mean_coefficient(statement, term);
    for (std::size_t axis = 0; axis < frequencies.size(); ++axis)
      value *= std::pow(std::complex<double>(0, frequencies[axis]), term.orders[axis]);
    sum += value;
    sizes += std::abs(value);
  }
  return std::max({std::abs(sum), 1e-3 * sizes, 1e-300});
}

double reach(const Band& band, double half) { return (std::max(band.degree - 13, 2) + 2) / half; }

FrequencyRange around(const Tone& tone, double half) {
  return {tone.frequency - 1.6 / half, tone.frequency + 1.6 / half};
}

std::vector<FrequencyRange> ranges_above(const Periodogram& periodogram, double half, double least) {
  const Spectrum& spectrum = periodogram.spectrum;
  std::vector<FrequencyRange> ranges;
  for (std::size_t k = 0; k < spectrum.power.size(); ++k)
    if (spectrum.power[k] > least)
      ranges.push_back({spectrum.frequency(k) - 0.5 / half, spectrum.frequency(k) + 0.5 / half});
  return ranges;
}

std::vector<double> inner_frequencies(const WeightSpace& space, const ToneLists& tones, std::span<const double> free) {
  if (space.dimensions() > 1) return {};
  const double half = space.axes()[0].half(), highest = (space.bands()[0][0].degree - 10) / half;
  std::vector<double> frequencies;
  for (const double frequency : free)  // lower ones are within the width of the base component
    if (2 / half < frequency && frequency < highest) frequencies.push_back(frequency);
  const std::size_t most = frequencies.size() + 4;
  for (const Tone& tone : tones[0]) {
    const bool is_free =
        std::any_of(free.begin(), free.end(), [&](double w) { return std::abs(w - tone.frequency) < 1 / half; });
    if (!is_free && 5 / half < tone.frequency && tone.frequency < highest && frequencies.size() < most)
      frequencies.push_back(tone.frequency);
  }
  return frequencies;
}

FitScales fit_scales(const Statement& statement, const WeightSpace& space, const ToneLists& tones,
                     std::span<const double> inner, const DataSizes& sizes) {
  const bool is_line = space.dimensions() == 1;
  std::vector<double> lowest;
  for (const Interval& axis : space.axes()) lowest.push_back(std::numbers::pi / (4 * axis.half()));
  FitScales scales;
  scales.source = sizes.source;
  scales.noise = sizes.noise;
  scales.unknown = sizes.exact.size() > 0 ? sizes.exact.cwiseAbs().maxCoeff() : 0;
  if (is_line)
    for (const Tone& tone : tones[0])
      scales.unknown = std::max(scales.unknown, tone.amplitude / symbol(statement, std::array{tone.frequency}));
  const double by_lowest = sizes.source / symbol(statement, lowest);
  if (!is_line || scales.unknown <= 1e-12 * sizes.source)
    scales.unknown = std::max({scales.unknown, by_lowest, 1e-300});
  const double square = scales.unknown * scales.unknown;
  const auto add = [&](double weight) { scales.weights.push_back(std::max(weight, least_share * square)); };
  for (const double frequency : inner) {
    const auto tone =
        std::find_if(tones[0].begin(), tones[0].end(), [&](const Tone& t) { return t.frequency == frequency; });
    const bool is_seen = tone != tones[0].end();
    add(is_seen ? std::pow(tone->amplitude / symbol(statement, std::array{frequency}), 2) / 2 : square);
  }
  if (is_line) {
    add(square);
    for (std::size_t q = 1; q < space.bands()[0].size(); ++q)
      add(square_amplitude(statement, space.bands()[0][q], space.axes()[0].half(), tones[0]) / 2);
  } else {
    for (const std::vector<double>& centre : centres(space))
      add(scales.weights.empty() ? square : std::min(square, std::pow(sizes.source / symbol(statement, centre), 2)));
  }
  scales.floor = 1e-13 * std::max({sizes.source, scales.unknown * steepest(statement), 1e-280});
  return scales;
}

}  // namespace mercer::smgp
