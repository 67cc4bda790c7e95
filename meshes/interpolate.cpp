// Interpolation axis by axis: where each target point lies between source points, and the sum over its corners.
#include <mercer/meshes/fetch.hpp>
#include <mercer/meshes/interpolate.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

/// A target point between two source points, counted through the periods of a periodic axis: (1 - weight) low + weight
/// high.
struct Between {
  Index low = 0, high = 0;
  double weight = 0;
};

Between between(const Axis& source, double coordinate, Interpolation interpolation) {
  double position = source.position(coordinate);
  // A point that differs from a source point by rounding is that point.
  if (std::abs(position - std::round(position)) < 1e-12 * (1 + std::abs(position))) position = std::round(position);
  if (!source.periodic) position = std::clamp(position, 0.0, static_cast<double>(source.points - 1));
  const double below = std::floor(interpolation == Interpolation::nearest ? position + 0.5 : position);
  const Index low = static_cast<Index>(below);
  if (interpolation == Interpolation::nearest || position == below) return {low, low, 0};
  return {low, low + 1, position - below};
}

/// Places of the points of one target range along one axis. Coordinates grow, so the ends tell what is needed between.
struct Line {
  std::vector<Between> points;
  Index begin = 0;  ///< of the source positions fetched
};

Line line(const Axis& source, const Axis& target, const Range& range, Interpolation interpolation) {
  Line places;
  for (Index i = range.begin; i < range.end; ++i)
    places.points.push_back(between(source, target.coordinate(i), interpolation));
  if (!places.points.empty()) places.begin = places.points.front().low;
  return places;
}

/// Source positions needed by one target range, cut where a period ends.
std::vector<Piece> needed(const Axis& source, const Axis& target, const Range& range, Interpolation interpolation) {
  std::vector<Piece> pieces;
  if (range.count() == 0) return pieces;
  const Index begin = between(source, target.coordinate(range.begin), interpolation).low;
  const Index end = between(source, target.coordinate(range.end - 1), interpolation).high + 1;
  const Index period = source.placement == Placement::nodes && source.periodic ? source.points - 1 : source.points;
  for (Index at = begin; at < end;) {
    const Index wrapped = ((at % period) + period) % period, count = std::min(end - at, period - wrapped);
    pieces.push_back({{wrapped, wrapped + count}, at - begin});
    at += count;
  }
  return pieces;
}

void check(const Grid& source, const Grid& target) {
  require(source.axes_text() == target.axes_text(), Fault::config,
          "a field on the axes {} cannot be interpolated to the axes {}", source.axes_text(), target.axes_text());
  for (int number = 0; number < source.dimensions(); ++number) {
    const Axis &from = source.axis(number), &to = target.axis(number);
    const double first = to.coordinate(0), last = to.coordinate(to.points - 1);
    const double rounding = 1e-12 * std::max({std::abs(from.begin), std::abs(from.end), from.end - from.begin});
    require(from.periodic || (first >= from.begin - rounding && last <= from.end + rounding), Fault::config,
            "points of axis '{}' from {} to {} lie outside the domain of the field, which is [{}, {}]", from.name,
            first, last, from.begin, from.end);
  }
}

/// One row of the target from the four source rows around it.
void combine(const std::array<std::span<const double>, 4>& rows, double weight_slow, double weight_middle,
             const Line& fast, std::span<double> out) {
  const auto mix = [](double low, double high, double weight) { return low + weight * (high - low); };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Between& point = fast.points[i];
    const auto low = static_cast<std::size_t>(point.low - fast.begin);
    const auto high = static_cast<std::size_t>(point.high - fast.begin);
    std::array<double, 4> along{};
    for (std::size_t row = 0; row < 4; ++row) along[row] = mix(rows[row][low], rows[row][high], point.weight);
    out[i] = mix(mix(along[0], along[1], weight_middle), mix(along[2], along[3], weight_middle), weight_slow);
  }
}

/// All owned points from the fetched source values; missing slow axes have one point.
void evaluate(View<const double> source, const std::array<Line, 3>& lines, View<double> out) {
  const int dimensions = source.shape().dimensions();
  const Index middle_size = dimensions >= 2 ? source.shape()[dimensions - 2] : 1;
  const auto row = [&](Index slow, Index middle) {
    return source.row((slow - lines[0].begin) * middle_size + middle - lines[1].begin);
  };
  Index number = 0;
  for (const Between& slow : lines[0].points)
    for (const Between& middle : lines[1].points)
      combine({row(slow.low, middle.low), row(slow.low, middle.high), row(slow.high, middle.low),
               row(slow.high, middle.high)},
              slow.weight, middle.weight, lines[2], out.row(number++));
}

}  // namespace

Field interpolate(const Comm& comm, const Field& source, std::shared_ptr<const Grid> target,
                  const Decomposition& decomposition, Interpolation interpolation) {
  require_ranks(comm, decomposition);
  const Grid &from = source.grid(), &to = *target;
  together(comm, [&] { check(from, to); });
  Field result(source.name(), source.unit(), target, decomposition, comm.rank());
  const int dimensions = from.dimensions();
  const Tensor<double> values = fetch(comm, source, [&](int rank) {
    const Box box = decomposition.owned(rank);
    Wanted wanted;
    for (int axis = 0; axis < dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      wanted[a] = needed(from.axis(axis), to.axis(axis), box.ranges[a], interpolation);
    }
    return wanted;
  });
  if (result.box().count() == 0) return result;
  std::array<Line, 3> lines;
  for (Line& missing : lines) missing.points = {Between{}};
  for (int axis = 0; axis < dimensions; ++axis)
    lines[static_cast<std::size_t>(3 - dimensions + axis)] =
        line(from.axis(axis), to.axis(axis), result.box().ranges[static_cast<std::size_t>(axis)], interpolation);
  evaluate(values.view(), lines, result.values());
  return result;
}

}  // namespace mercer
