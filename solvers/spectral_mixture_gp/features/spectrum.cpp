// One line after another through one plan.
#include <mercer/fft/transform.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/spectrum.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>

namespace mercer::smgp {
namespace {

std::size_t padded_length(Index points) noexcept { return std::bit_ceil(4 * static_cast<std::size_t>(points)); }

/// The four-term window of Harris (1978); only ratios of powers matter.
std::vector<double> blackman_harris(Index points) {
  std::vector<double> window(static_cast<std::size_t>(points));
  for (Index i = 0; i < points; ++i) {
    const double k = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(points - 1);
    window[static_cast<std::size_t>(i)] =
        0.35875 - 0.48829 * std::cos(k) + 0.14128 * std::cos(2 * k) - 0.01168 * std::cos(3 * k);
  }
  return window;
}

}  // namespace

std::size_t bins_of(Index points) noexcept { return padded_length(points) / 2 + 1; }

Spectrum sum_of_lines(std::span<const double> powers, Index points, double spacing) {
  const double period = static_cast<double>(padded_length(points)) * spacing;
  Spectrum sum{2 * std::numbers::pi / period, std::vector<double>(bins_of(points))};
  for (std::size_t first = 0; first < powers.size(); first += sum.power.size())
    for (std::size_t k = 0; k < sum.power.size(); ++k) sum.power[k] += powers[first + k];
  return sum;
}

bool may_be_folded(const Spectrum& spectrum, double threshold) {
  const std::vector<double>& power = spectrum.power;
  const double largest = *std::max_element(power.begin(), power.end());
  const double upper = *std::max_element(power.end() - static_cast<std::ptrdiff_t>(power.size() / 8), power.end());
  return upper > threshold * threshold * largest;
}

std::vector<double> line_powers(std::span<const double> samples, Index points) {
  require(points >= 2 && samples.size() % static_cast<std::size_t>(points) == 0, Fault::internal,
          "{} samples are no lines of {} points", samples.size(), points);
  const auto n = static_cast<std::size_t>(points);
  const std::size_t padded = padded_length(points), bins = bins_of(points);
  const RealTransform<double> transform({static_cast<Index>(padded)});
  std::vector<double> in(padded);
  std::vector<std::complex<double>> out(bins);
  const std::vector<double> window = blackman_harris(points);
  std::vector<double> powers;
  powers.reserve(samples.size() / n * bins);
  for (std::size_t line = 0; line < samples.size(); line += n) {
    for (std::size_t i = 0; i < n; ++i) in[i] = window[i] * samples[line + i];
    transform.forward(in, out);
    for (const std::complex<double>& value : out) powers.push_back(std::norm(value));
  }
  return powers;
}

}  // namespace mercer::smgp
