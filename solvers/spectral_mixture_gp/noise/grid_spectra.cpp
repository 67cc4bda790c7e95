// Lines are gathered along the first axis alone; everything else is sums over ranks.
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/lines.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_spectra.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace mercer::smgp {
namespace {

/// Sums over all ranks, added in their order.
void add_over_ranks(const Comm& comm, std::span<double> values) {
  const int count = narrow<int>(values.size());
  std::vector<double> all(values.size() * static_cast<std::size_t>(comm.size()));
  check_mpi(MPI_Allgather(values.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE, comm.raw()));
  std::fill(values.begin(), values.end(), 0.0);
  for (std::size_t i = 0; i < all.size(); ++i) values[i % values.size()] += all[i];
}

/// Windowed cosines and sines of the constant and of each tone, so that a wave of amplitude one along all axes sums to
/// one half by axis with a tone [2 tones + 1, points].
Matrix windowed_waves(std::span<const double> points, const Interval& interval, std::span<const Tone> tones) {
  const auto count = static_cast<Index>(points.size());
  Eigen::ArrayXd place(count), window(count);
  for (Index i = 0; i < count; ++i) {
    place[i] = points[static_cast<std::size_t>(i)] - interval.middle();
    const double turn = std::numbers::pi * (1 + place[i] / interval.half());
    window[i] = 0.35875 - 0.48829 * std::cos(turn) + 0.14128 * std::cos(2 * turn) - 0.01168 * std::cos(3 * turn);
  }
  window /= window.sum();
  Matrix waves(2 * static_cast<Index>(tones.size()) + 1, count);
  waves.row(0) = window.transpose();
  for (std::size_t k = 0; k < tones.size(); ++k) {
    const auto row = static_cast<Index>(2 * k + 1);
    waves.row(row) = (window * (tones[k].frequency * place).cos()).transpose();
    waves.row(row + 1) = (window * (tones[k].frequency * place).sin()).transpose();
  }
  return waves;
}

std::size_t band_of(const std::vector<Band>& bands, double frequency, double half) {
  std::size_t nearest = 0;
  double least = (bands[0].degree - 10) / half < frequency ? 1e300 : 0;  // within the plain polynomials
  for (std::size_t q = 1; q < bands.size(); ++q) {
    const double distance = std::abs(bands[q].frequency - frequency);
    if (distance >= least) continue;
    least = distance;
    nearest = q;
  }
  return nearest;
}

}  // namespace

std::vector<Periodogram> periodograms(const Comm& comm, const GridValues& values) {
  Statement sampled;
  sampled.axes = values.axes;
  sampled.samples = Samples{values.shape, copy(values.own)};
  std::vector<Periodogram> all;
  for (const Lines& lines : make_lines(comm, sampled, 0)) {
    const Index points = lines.points();
    const std::vector<double> powers = line_powers(along(lines.source, lines.axis), points);
    const std::size_t bins = bins_of(points);
    Periodogram& result = all.emplace_back(
        Periodogram{{std::numbers::pi / lines.spacing / static_cast<double>(bins - 1), std::vector<double>(bins)},
                    points,
                    lines.all});
    const double scale = window_power * static_cast<double>(points - 1) * static_cast<double>(lines.all);
    for (std::size_t i = 0; i < powers.size(); ++i) result.spectrum.power[i % bins] += powers[i] / scale;
    add_over_ranks(comm, result.spectrum.power);
  }
  return all;
}

Whiteness whiteness(const Comm& comm, const GridValues& residual, double noise) {
  Whiteness result{.peak = -1e300};
  for (const Periodogram& seen : periodograms(comm, residual))
    result.peak = std::max(result.peak, seen.largest() / (noise * noise) - seen.detectable());
  const Index all = residual.shape.count();
  const auto n = static_cast<double>(all);
  const std::span<const double> own = residual.own.span();
  const double mean = reproducible_sum(comm, own) / n;
  constexpr int segments = 8;
  const Index before = sum_before(comm, residual.own.count());
  std::array<double, 2 * segments + 1> sums{};  // of each segment and of its squares, and of fourth powers
  for (int s = 0; s < segments; ++s) {
    const Range part = block(all, s, segments);
    const Index first = std::clamp<Index>(part.begin - before, 0, residual.own.count()),
                last = std::clamp<Index>(part.end - before, 0, residual.own.count());
    for (Index i = first; i < last; ++i) {
      const double r = own[static_cast<std::size_t>(i)] - mean;
      sums[static_cast<std::size_t>(s)] += r;
      sums[static_cast<std::size_t>(segments + s)] += r * r;
      sums.back() += r * r * r * r;
    }
  }
  add_over_ranks(comm, sums);
  std::vector<Segment> parts;
  double square = 0;
  for (int s = 0; s < segments; ++s) {
    const auto count = static_cast<double>(block(all, s, segments).count());
    const double sum = sums[static_cast<std::size_t>(s)], squares = sums[static_cast<std::size_t>(segments + s)];
    parts.push_back({count - 1, squares - sum * sum / count});
    square += squares;
  }
  if (!(square > 0)) return result;
  result.kurtosis = (n * sums.back() / (square * square) - 3) / std::sqrt(24 / n);
  result.variances = bartlett(parts);
  return result;
}

std::vector<double> component_variances(const Comm& comm, const Statement& statement, const WeightSpace& space,
                                        const ToneLists& tones, double noise) {
  const Samples& samples = *statement.samples;
  const Coordinates grid = uniform_grid(statement, samples.shape);
  std::vector<Matrix> waves;
  std::vector<MatrixView> own;
  for (std::size_t axis = 0; axis < grid.size(); ++axis)
    waves.push_back(windowed_waves(grid[axis], space.axes()[axis], tones[axis]));
  const Range mine = block(samples.shape[0], comm.rank(), comm.size());
  own.emplace_back(waves[0].middleCols(mine.begin, mine.count()));
  for (std::size_t axis = 1; axis < grid.size(); ++axis) own.emplace_back(waves[axis]);
  Array amplitudes;
  together(comm, [&] { amplitudes = contract_all(own, samples.values); });
  add_over_ranks(comm, amplitudes.span());
  double floor = noise * noise;  // mean square of one of these sums
  for (const Matrix& of : waves) floor *= of.row(0).squaredNorm();
  Index groups = 1;
  for (const std::vector<Band>& list : space.bands()) groups *= static_cast<Index>(list.size());
  std::vector<double> variances(static_cast<std::size_t>(groups));
  const Shape shape = amplitudes.shape();
  for (Index i = 0; i < amplitudes.count(); ++i) {
    std::vector<double> frequencies;
    std::size_t group = 0, stride = 1;
    double several = 1;
    Index rest = i;
    for (int axis = shape.dimensions() - 1; axis >= 0; --axis) {
      const auto a = static_cast<std::size_t>(axis);
      const Index k = rest % shape[axis];
      rest /= shape[axis];
      const double half = space.axes()[a].half();
      const double frequency = k == 0 ? 0 : tones[a][static_cast<std::size_t>((k - 1) / 2)].frequency;
      group += stride * band_of(space.bands()[a], frequency, half);
      stride *= space.bands()[a].size();
      several *= k == 0 ? 1 : 2;
      frequencies.insert(frequencies.begin(), std::max(frequency, std::numbers::pi / (4 * half)));
    }
    const double size = amplitudes.data()[i];
    variances[group] += several * std::max(size * size, floor) / std::pow(symbol(statement, frequencies), 2);
  }
  return variances;
}

}  // namespace mercer::smgp
