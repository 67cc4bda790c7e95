// Peaks of spectra, and the mixtures made of them.
#include <mercer/fft/transform.hpp>
#include <mercer/gp/kernels.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_start.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace mercer::smgp {
namespace {

constexpr double full_turn = 2 * std::numbers::pi;
constexpr Index padding = 4;         ///< samples and zeros for each sample
constexpr double main_lobe = 3;      ///< distance from zero [1 / length of the axis] below which a peak is not one
constexpr double weight_range = 12;  ///< of the logarithm of a weight, to both sides

struct Peak {
  double frequency, amplitude;
};

/// Harris (1978): side lobes below -92 dB.
double window(Index i, Index n) {
  const double phase = full_turn * static_cast<double>(i) / static_cast<double>(n - 1);
  return 0.35875 - 0.48829 * std::cos(phase) + 0.14128 * std::cos(2 * phase) - 0.01168 * std::cos(3 * phase);
}

/// Root mean square over the columns of `lines` [points, lines] of their spectra.
std::vector<double> amplitudes(const Matrix& lines) {
  const Index n = lines.rows();
  const RealTransform<double> transform({padding * n});
  std::vector<double> samples(static_cast<std::size_t>(padding * n)), sum;
  std::vector<std::complex<double>> spectrum(static_cast<std::size_t>(transform.spectrum_shape().count()));
  sum.resize(spectrum.size());
  for (Index line = 0; line < lines.cols(); ++line) {
    for (Index i = 0; i < n; ++i) samples[static_cast<std::size_t>(i)] = window(i, n) * lines(i, line);
    transform.forward(samples, spectrum);
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += std::norm(spectrum[k]);
  }
  for (double& value : sum) value = std::sqrt(value);
  return sum;
}

/// Local maxima above the threshold, relative to the highest, by a parabola through the logarithms.
void add_peaks(const Matrix& lines, double length, double threshold, std::vector<Peak>& peaks) {
  if (lines.size() == 0 || lines.isZero(0)) return;
  const std::vector<double> height = amplitudes(lines);
  const double highest = *std::ranges::max_element(height), points = static_cast<double>(lines.rows());
  const double step = (points - 1) / (length * points * static_cast<double>(padding));
  for (std::size_t k = 1; k + 1 < height.size(); ++k) {
    const bool is_peak = height[k] > height[k - 1] && height[k] >= height[k + 1] && height[k] > threshold * highest;
    if (!is_peak || step * static_cast<double>(k) < main_lobe / length) continue;
    const double left = std::log(height[k - 1]), top = std::log(height[k]), right = std::log(height[k + 1]);
    const double shift = 0.5 * (left - right) / (left - 2 * top + right);
    const double frequency = step * (static_cast<double>(k) + shift);
    const auto is_known = [&](const Peak& peak) { return std::abs(peak.frequency - frequency) < 1 / length; };
    if (std::ranges::none_of(peaks, is_known)) peaks.push_back({frequency, height[k] / highest});
  }
}

/// The source as lines along the axis.
Matrix source_lines(const GridProblem& problem, int axis) {
  if (axis == 0) return problem.source;
  return problem.source.transpose();
}

/// The values on the faces that lie along the axis.
Matrix face_lines(const GridProblem& problem, int axis) {
  Matrix lines(problem.points(axis), 0);
  if (problem.dimensions() == 1) return lines;
  for (const Face& face : problem.faces) {
    if (face.axis == axis) continue;
    lines.conservativeResize(Eigen::NoChange, lines.cols() + 1);
    lines.rightCols(1) = face.values;
  }
  return lines;
}

/// What the operator of the axis makes of cos(2 pi frequency x).
double gain(const GridProblem& problem, int axis, double frequency) {
  const AxisDerivatives& along = problem.derivatives[static_cast<std::size_t>(axis)];
  const double m = full_turn * frequency;
  return std::hypot(problem.linear - along.second * m * m, along.first * m);
}

void check(const MixtureSearch& search) {
  require(search.frequencies >= 0, Fault::config, "option frequencies must be zero or more, not {}",
          search.frequencies);
  require(search.threshold > 0 && search.threshold < 1, Fault::config, "option threshold must be in (0, 1), not {}",
          search.threshold);
  require(search.shortest > 0 && search.shortest <= search.length && search.length <= search.longest &&
              std::isfinite(search.longest),
          Fault::config, "lengths must be positive and ascend: shortest {}, length {}, longest {}", search.shortest,
          search.length, search.longest);
}

}  // namespace

BoundedCovariance covariance_for(const GridProblem& problem, int axis, const MixtureSearch& search) {
  check(search);
  const std::vector<double>& nodes = problem.axes[static_cast<std::size_t>(axis)];
  const double length = nodes.back() - nodes.front();
  std::vector<Peak> peaks;
  add_peaks(source_lines(problem, axis), length, search.threshold, peaks);
  for (Peak& peak : peaks) peak.amplitude /= std::max(gain(problem, axis, peak.frequency), 1e-300);
  double most = 0;
  for (const Peak& peak : peaks) most = std::max(most, peak.amplitude);
  for (Peak& peak : peaks) peak.amplitude /= most;
  add_peaks(face_lines(problem, axis), length, search.threshold, peaks);
  std::ranges::sort(peaks, std::greater<>(), &Peak::amplitude);
  if (std::cmp_greater(peaks.size(), search.frequencies)) peaks.resize(static_cast<std::size_t>(search.frequencies));
  peaks.insert(peaks.begin(), Peak{.frequency = 0, .amplitude = 1});

  BoundedCovariance result;
  const bool is_student = search.mixture == Mixture::student;
  const auto components = static_cast<Index>(peaks.size());
  result.start.covariance = is_student ? student_mixture(components) : gaussian_mixture(components);
  const auto add = [&](double value, double below, double above) {
    result.start.theta.push_back(value);
    result.lower.push_back(value - below);
    result.upper.push_back(value + above);
  };
  const double power = is_student ? 1 : 2;  // inverse lengths, or their squares
  for (const Peak& peak : peaks) add(2 * std::log(std::max(peak.amplitude, 1e-4)), weight_range, weight_range);
  for (std::size_t q = 0; q < peaks.size(); ++q)
    add(-power * std::log(search.length * length), power * std::log(search.longest / search.length),
        power * std::log(search.length / search.shortest));
  for (const Peak& peak : peaks)
    add(peak.frequency, peak.frequency > 0 ? 1 / length : 0, peak.frequency > 0 ? 1 / length : 0);
  return result;
}

}  // namespace mercer::smgp
