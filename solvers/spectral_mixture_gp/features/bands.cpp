// Thresholds and degrees: a band of half-width D covers its frequencies to rounding with polynomials of degree D h + 13
// plus a term in (D h)^(1/3), the width of the transition of Bessel functions (h is half the interval).
#include <mercer/solvers/spectral_mixture_gp/features/bands.hpp>

#include <algorithm>
#include <cmath>
#include <complex>

namespace mercer::smgp {
namespace {

constexpr double peak_width = 1.6;      // in units of 1/h: half the distance of two resolved frequencies
constexpr double occupied_width = 0.5;  // of a bin of the padded spectrum
constexpr double merged = 4;            // ranges closer than this cost less as one
constexpr double joined = 2;            // the same next to the plain polynomials
constexpr int base_margin = 14;         // a polynomial of degree p resolves frequencies up to (p - 14) / h
constexpr int band_margin = 13;

double largest_power(const Spectrum& spectrum) {
  return spectrum.power.empty() ? 0 : *std::max_element(spectrum.power.begin(), spectrum.power.end());
}

int degree_of(double width) {
  return static_cast<int>(std::ceil(width + band_margin + 2 * std::cbrt(std::max(width - 2, 0.0))));
}

}  // namespace

std::vector<FrequencyRange> peaks(const Spectrum& spectrum, double half, double threshold) {
  const std::vector<double>& power = spectrum.power;
  const double least = threshold * threshold * largest_power(spectrum);
  std::vector<FrequencyRange> ranges;
  for (std::size_t k = 1; k + 1 < power.size(); ++k)
    if (power[k] >= power[k - 1] && power[k] > power[k + 1] && power[k] > least)
      ranges.push_back({spectrum.frequency(k) - peak_width / half, spectrum.frequency(k) + peak_width / half});
  return ranges;
}

std::vector<FrequencyRange> occupied(const Spectrum& spectrum, double half, double threshold) {
  const double least = threshold * threshold * largest_power(spectrum);
  std::vector<FrequencyRange> ranges;
  for (std::size_t k = 0; k < spectrum.power.size(); ++k)
    if (spectrum.power[k] > least)
      ranges.push_back({spectrum.frequency(k) - occupied_width / half, spectrum.frequency(k) + occupied_width / half});
  return ranges;
}

std::vector<FrequencyRange> free_oscillations(std::complex<double> c0, double c1, double c2, double half) {
  // u = e^{i w x} with c0 + i c1 w - c2 w^2 = 0
  using namespace std::complex_literals;
  std::vector<std::complex<double>> roots;
  if (c2 != 0) {
    const std::complex<double> root = std::sqrt(4.0 * c0 * c2 - c1 * c1);
    roots = {(1i * c1 + root) / (2 * c2), (1i * c1 - root) / (2 * c2)};
  } else if (c1 != 0) {
    roots = {1i * c0 / c1};
  }
  std::vector<FrequencyRange> ranges;
  for (const std::complex<double>& w : roots)
    if (std::abs(w) > 0 && std::abs(w.imag()) < 1e-6 * std::abs(w))  // without growth or decay
      ranges.push_back({std::abs(w.real()) - peak_width / half, std::abs(w.real()) + peak_width / half});
  return ranges;
}

std::vector<Band> bands(std::vector<FrequencyRange> ranges, double half, int base_degree) {
  const double base = (base_degree - base_margin) / half;
  std::erase_if(ranges, [&](const FrequencyRange& range) { return range.high <= base; });
  std::sort(ranges.begin(), ranges.end(),
            [](const auto& a, const auto& b) { return a.low != b.low ? a.low < b.low : a.high < b.high; });
  double plain = base;
  std::vector<FrequencyRange> separate;
  for (const FrequencyRange& range : ranges) {
    if (separate.empty() && range.low <= plain + joined / half)
      plain = std::max(plain, range.high);
    else if (!separate.empty() && range.low < separate.back().high + merged / half)
      separate.back().high = std::max(separate.back().high, range.high);
    else
      separate.push_back(range);
  }
  const double reach = plain * half;
  std::vector<Band> result{
      {0, plain == base ? base_degree : static_cast<int>(std::ceil(reach + base_margin + 3 * std::cbrt(reach)))}};
  for (const auto& [low, high] : separate) result.push_back({(low + high) / 2, degree_of((high - low) / 2 * half)});
  return result;
}

}  // namespace mercer::smgp
