// Where the lines lie, who holds them, and sums over them in a fixed order.
#include <mercer/solvers/spectral_mixture_gp/features/lines.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace mercer::smgp {
namespace {

constexpr Index most_sampled_lines = 256;

/// Places of lines across an axis: one in each of `count` equal parts, at fractions that never repeat.
std::vector<double> places(const Interval& interval, Index count) {
  std::vector<double> at;
  for (Index k = 0; k < count; ++k) {
    const double turns = std::numbers::phi * static_cast<double>(k + 1), fraction = turns - std::floor(turns);
    at.push_back(interval.global(2 * (static_cast<double>(k) + fraction) / static_cast<double>(count) - 1));
  }
  return at;
}

std::vector<double> sample_places(const Statement& statement, int axis) {
  const Interval& interval = statement.axes[static_cast<std::size_t>(axis)].interval;
  std::vector<double> at;
  for (const double t : sample_points(statement.samples->along(axis), Fitted::all).points)
    at.push_back(interval.global(t));
  return at;
}

/// The axis along which ranks share the lines of a bundle: the first that is not the lines' own.
std::size_t shared_axis(int axis) { return axis == 0 ? 1 : 0; }

Index lines_per_place(const Lines& lines) {
  Index count = 1;
  for (std::size_t other = 0; other < lines.own.size(); ++other)
    if (static_cast<int>(other) != lines.axis && other != shared_axis(lines.axis))
      count *= static_cast<Index>(lines.own[other].size());
  return count;
}

Lines through_function(const Comm& comm, const Statement& statement, int axis, Index points) {
  const int dimensions = statement.dimensions();
  const Index across = dimensions == 2 ? 48 : 12;
  Lines lines{.axis = axis, .own = {}, .source = {}, .spacing = 0};
  for (int other = 0; other < dimensions; ++other) {
    const Interval& interval = statement.axes[static_cast<std::size_t>(other)].interval;
    lines.own.push_back(other == axis ? centres(interval, points) : places(interval, across));
  }
  lines.spacing = 2 * statement.axes[static_cast<std::size_t>(axis)].interval.half() / static_cast<double>(points);
  if (dimensions > 1) {
    std::vector<double>& shared = lines.own[shared_axis(axis)];
    const Range mine = block(across, comm.rank(), comm.size());
    shared = std::vector<double>(shared.begin() + mine.begin, shared.begin() + mine.end);
    lines.first = mine.begin * lines_per_place(lines);
    lines.all = across * lines_per_place(lines);
  }
  together(comm, [&] { lines.source = sample(statement.source, lines.own, "the source"); });
  return lines;
}

/// Lines along an axis that is not distributed: all of this rank's samples.
Lines through_own_samples(const Comm& comm, const Statement& statement, int axis) {
  const Samples& samples = *statement.samples;
  Lines lines{.axis = axis, .own = {}, .source = copy(samples.values), .spacing = 0};
  for (int other = 0; other < statement.dimensions(); ++other) lines.own.push_back(sample_places(statement, other));
  const Range mine = block(samples.shape[0], comm.rank(), comm.size());
  lines.own[0] = std::vector<double>(lines.own[0].begin() + mine.begin, lines.own[0].begin() + mine.end);
  lines.spacing = lines.own[static_cast<std::size_t>(axis)][1] - lines.own[static_cast<std::size_t>(axis)][0];
  lines.first = mine.begin * lines_per_place(lines);
  lines.all = samples.shape[0] * lines_per_place(lines);
  return lines;
}

/// Lines along the first axis, which ranks share: a selection of the samples is gathered, and its lines are divided
/// anew.
Lines across_ranks(const Comm& comm, const Statement& statement) {
  const Samples& samples = *statement.samples;
  const int dimensions = statement.dimensions();
  const Index most = dimensions == 2 ? most_sampled_lines : 16;
  Lines lines{.axis = 0, .own = {}, .source = copy(samples.values), .spacing = 0};
  for (int axis = 0; axis < dimensions; ++axis) lines.own.push_back(sample_places(statement, axis));
  lines.spacing = lines.own[0][1] - lines.own[0][0];
  for (int axis = 1; axis < dimensions; ++axis) {
    const std::vector<double> all = lines.own[static_cast<std::size_t>(axis)];
    const Index step = (samples.shape[axis] + most - 1) / most, kept = (samples.shape[axis] + step - 1) / step;
    Range mine{0, kept};
    if (axis == 1) mine = block(kept, comm.rank(), comm.size());
    Matrix selection = Matrix::Zero(kept, samples.shape[axis]);
    for (Index k = 0; k < kept; ++k) selection(k, k * step) = 1;
    lines.source = contract(selection, lines.source, axis);
    lines.own[static_cast<std::size_t>(axis)].clear();
    for (Index k = mine.begin; k < mine.end; ++k)
      lines.own[static_cast<std::size_t>(axis)].push_back(all[static_cast<std::size_t>(k * step)]);
  }
  Shape whole = lines.source.shape();
  whole[0] = samples.shape[0];
  lines.source = Exchange(comm, whole).gather(lines.source);
  if (dimensions == 1) return lines;
  const Range mine = block(whole[1], comm.rank(), comm.size());
  lines.source = contract(Matrix::Identity(whole[1], whole[1]).middleRows(mine.begin, mine.count()), lines.source, 1);
  lines.first = mine.begin * lines_per_place(lines);
  lines.all = whole[1] * lines_per_place(lines);
  return lines;
}

}  // namespace

std::vector<double> centres(const Interval& interval, Index count) {
  std::vector<double> at;
  for (Index i = 0; i < count; ++i)
    at.push_back(interval.global(static_cast<double>(2 * i + 1 - count) / static_cast<double>(count)));
  return at;
}

std::vector<double> along(const Array& values, int axis) {
  // one place of the shared axis after the other; the third axis, if any, runs inside
  const Shape shape = values.shape(), strides = View<double>::dense_strides(shape, shape.back());
  const int dimensions = shape.dimensions();
  std::array<Index, 2> counts{1, 1}, steps{0, 0};
  std::size_t outer = dimensions == 3 ? 0 : 1;
  for (int other = 0; other < dimensions; ++other) {
    if (other == axis) continue;
    counts[outer] = shape[other];
    steps[outer++] = strides[other];
  }
  std::vector<double> ordered;
  ordered.reserve(static_cast<std::size_t>(values.count()));
  for (Index i = 0; i < counts[0]; ++i)
    for (Index j = 0; j < counts[1]; ++j)
      for (Index k = 0; k < shape[axis]; ++k)
        ordered.push_back(values.data()[i * steps[0] + j * steps[1] + k * strides[axis]]);
  return ordered;
}

std::vector<Lines> make_lines(const Comm& comm, const Statement& statement, Index points) {
  std::vector<Lines> bundles;
  for (int axis = 0; axis < statement.dimensions(); ++axis) {
    if (!statement.samples)
      bundles.push_back(through_function(comm, statement, axis, points));
    else
      bundles.push_back(axis == 0 ? across_ranks(comm, statement) : through_own_samples(comm, statement, axis));
  }
  return bundles;
}

Spectrum spectrum_along(const Comm& comm, const Lines& lines, const Array& values) {
  const std::vector<double> powers = line_powers(along(values, lines.axis), lines.points());
  const std::size_t bins = bins_of(lines.points());
  // The lines at one place of the shared axis are all on one rank and summed there: fewer numbers to exchange.
  const Index per_place = lines.all > 1 ? lines_per_place(lines) : 1;
  const std::size_t step = static_cast<std::size_t>(per_place) * bins;
  std::vector<double> sums;
  for (std::size_t begin = 0; begin < powers.size(); begin += step) {
    const Spectrum sum = sum_of_lines(std::span(powers).subspan(begin, step), lines.points(), lines.spacing);
    sums.insert(sums.end(), sum.power.begin(), sum.power.end());
  }
  if (lines.all > 1 && comm.size() > 1) {
    std::vector<double> all(static_cast<std::size_t>(lines.all / per_place) * bins);
    std::copy(sums.begin(), sums.end(), all.begin() + lines.first / per_place * static_cast<Index>(bins));
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, all.data(), narrow<int>(all.size()), MPI_DOUBLE, MPI_SUM, comm.raw()));
    sums = std::move(all);
  }
  return sum_of_lines(sums, lines.points(), lines.spacing);
}

}  // namespace mercer::smgp
