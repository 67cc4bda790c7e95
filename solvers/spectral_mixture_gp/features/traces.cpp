// Spectra of boundary data, without which equations such as advection, with no source at all, would show nothing.
#include <mercer/solvers/spectral_mixture_gp/features/lines.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/traces.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

constexpr Index first_points = 256, most_points = 16384, lines_across = 8;

/// Data of all conditions on faces across other axes, as lines along `axis`: [lines, points].
std::vector<double> lines_on_faces(const Statement& statement, const ConditionLists& conditions, int axis,
                                   Index points) {
  std::vector<double> lines;
  const int dimensions = statement.dimensions();
  for (int face = 0; face < dimensions; ++face) {
    if (face == axis) continue;
    const AxisStatement& across = statement.axes[static_cast<std::size_t>(face)];
    for (const Condition& condition : conditions[static_cast<std::size_t>(face)]) {
      if (condition.kind == Side::Kind::periodic) continue;
      Coordinates grid;
      for (int other = 0; other < dimensions; ++other) {
        const Interval& interval = statement.axes[static_cast<std::size_t>(other)].interval;
        grid.push_back(centres(interval, other == axis ? points : lines_across));
      }
      grid[static_cast<std::size_t>(face)] = {condition.at_end ? across.interval.end : across.interval.begin};
      const std::vector<double> values =
          along(sample(across.sides[condition.at_end].data, grid, "a boundary condition"), axis);
      lines.insert(lines.end(), values.begin(), values.end());
    }
  }
  return lines;
}

Spectrum spectrum_on_faces(const Statement& statement, const ConditionLists& conditions, int axis, double threshold,
                           double& amplitude) {
  const double length = 2 * statement.axes[static_cast<std::size_t>(axis)].interval.half();
  Spectrum spectrum;
  for (Index points = first_points; points <= most_points; points *= 2) {
    const std::vector<double> lines = lines_on_faces(statement, conditions, axis, points);
    for (const double value : lines) amplitude = std::max(amplitude, std::abs(value));
    spectrum = sum_of_lines(line_powers(lines, points), points, length / static_cast<double>(points));
    if (!may_be_folded(spectrum, threshold)) break;
  }
  return spectrum;
}

/// Where a one-dimensional problem has its data: at the ends.
double end_amplitude(const Statement& statement, const ConditionLists& conditions) {
  double amplitude = 0;
  const AxisStatement& axis = statement.axes[0];
  for (const Condition& condition : conditions[0]) {
    if (condition.kind == Side::Kind::periodic) continue;
    const Coordinates end{{condition.at_end ? axis.interval.end : axis.interval.begin}};
    const Array value = sample(axis.sides[condition.at_end].data, end, "a boundary condition");
    amplitude = std::max(amplitude, std::abs(value.data()[0]));
  }
  return amplitude;
}

}  // namespace

Traces trace_boundaries(const Statement& statement, const ConditionLists& conditions, double threshold) {
  Traces traces;
  double amplitude = statement.dimensions() == 1 ? end_amplitude(statement, conditions) : 0;
  for (int axis = 0; axis < statement.dimensions(); ++axis) {
    const double half = statement.axes[static_cast<std::size_t>(axis)].interval.half();
    traces.peaks.push_back(
        peaks(spectrum_on_faces(statement, conditions, axis, threshold, amplitude), half, threshold));
    traces.are_seen.push_back(!lines_on_faces(statement, conditions, axis, 2).empty());
    traces.fastest.push_back(1 / half);
    for (const FrequencyRange& range : traces.peaks.back())
      traces.fastest.back() = std::max(traces.fastest.back(), (range.low + range.high) / 2);
  }
  const std::vector<AxisOperator> operators = mean_operators(statement);
  for (std::size_t axis = 0; axis < operators.size(); ++axis)
    for (std::size_t order = 0; order < 3; ++order)
      traces.term_size = std::max(traces.term_size, amplitude * std::abs(operators[axis][order]) *
                                                        std::pow(traces.fastest[axis], static_cast<double>(order)));
  return traces;
}

}  // namespace mercer::smgp
