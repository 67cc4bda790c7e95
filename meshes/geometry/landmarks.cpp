#include <mercer/meshes/geometry/landmarks.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

struct Point {
  double x = 0, y = 0;
  Point operator-(const Point& other) const noexcept { return {x - other.x, y - other.y}; }
  double norm() const noexcept { return std::hypot(x, y); }
};

Point point(const Mesh& mesh, Index node) noexcept { return {mesh.points(node, 0), mesh.points(node, 1)}; }

void require_plane(const Mesh& mesh) {
  require(mesh.space() == 2, Fault::unavailable, "landmarks of boundaries are found in the plane, not in {} dimensions",
          mesh.space());
}

/// Position in the loop of the node for which `cost` is least.
Index best(const Mesh& mesh, const Loop& loop, std::span<const Index> among,
           const std::function<double(const Point&)>& cost) {
  return *std::min_element(among.begin(), among.end(), [&](Index a, Index b) {
    return cost(point(mesh, loop[at(a)])) < cost(point(mesh, loop[at(b)]));
  });
}

std::vector<Index> everywhere(const Loop& loop) {
  std::vector<Index> positions(loop.size());
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<Index>(i);
  return positions;
}

/// Turns the loop so that it begins at `first`, with the other positions as further marks.
MarkedLoop marked(const Mesh& mesh, const Loop& loop, Index first, std::span<const Index> positions) {
  MarkedLoop result;
  const auto size = static_cast<Index>(loop.size());
  result.nodes = loop;
  std::rotate(result.nodes.begin(), result.nodes.begin() + first, result.nodes.end());
  for (const Index position : positions) result.marks.push_back((position - first + size) % size);
  std::sort(result.marks.begin(), result.marks.end());
  require(std::adjacent_find(result.marks.begin(), result.marks.end()) == result.marks.end(), Fault::data,
          "two landmarks of the boundary fall on the same node");
  result.arclength.assign(1, 0.0);
  for (Index i = 0; i < size; ++i) {
    const Point step = point(mesh, result.nodes[at((i + 1) % size)]) - point(mesh, result.nodes[at(i)]);
    result.arclength.push_back(result.arclength.back() + step.norm());
  }
  return result;
}

double lower_left(const Point& p) { return p.x + p.y; }

}  // namespace

MarkedLoop without_marks(const Mesh& mesh, const Loop& loop, Start start) {
  require_plane(mesh);
  std::vector<Index> among = everywhere(loop);
  Index first = best(mesh, loop, among, start == Start::leftmost ? [](const Point& p) { return p.x; } : lower_left);
  if (start == Start::leftmost) {
    double left = point(mesh, loop[at(first)]).x, right = left;
    for (const Index node : loop) right = std::max(right, mesh.points(node, 0));
    const double limit = left + 1e-9 * (right - left);
    std::erase_if(among, [&](Index i) { return point(mesh, loop[at(i)]).x > limit; });
    first = best(mesh, loop, among, [](const Point& p) { return p.y; });
  }
  return marked(mesh, loop, first, std::span(&first, 1));
}

std::vector<Index> corner_positions(const Mesh& mesh, const Loop& loop, double degrees) {
  require_plane(mesh);
  std::vector<Index> corners;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    const Point here = point(mesh, loop[i]), before = here - point(mesh, loop[(i + loop.size() - 1) % loop.size()]);
    const Point after = point(mesh, loop[(i + 1) % loop.size()]) - here;
    const double turn = std::atan2(before.x * after.y - before.y * after.x, before.x * after.x + before.y * after.y);
    if (turn > degrees * std::numbers::pi / 180) corners.push_back(static_cast<Index>(i));
  }
  return corners;
}

MarkedLoop with_corners(const Mesh& mesh, const Loop& loop, double degrees) {
  const std::vector<Index> corners = corner_positions(mesh, loop, degrees);
  require(!corners.empty(), Fault::data,
          "the boundary turns nowhere by more than {} degrees, so it has no corners to mark", degrees);
  return marked(mesh, loop, best(mesh, loop, corners, lower_left), corners);
}

MarkedLoop with_box_corners(const Mesh& mesh, const Loop& loop) {
  require_plane(mesh);
  Point low = point(mesh, loop[0]), high = low;
  for (const Index node : loop) {
    const Point p = point(mesh, node);
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const std::vector<Index> all = everywhere(loop);
  std::vector<Index> corners;
  for (const Point& corner : {low, Point{high.x, low.y}, high, Point{low.x, high.y}})
    corners.push_back(best(mesh, loop, all, [&](const Point& p) { return (p - corner).norm(); }));
  return marked(mesh, loop, corners[0], corners);
}

MarkedLoop with_profile_edges(const Mesh& mesh, const Loop& loop) {
  require_plane(mesh);
  const std::vector<Index> all = everywhere(loop);
  const auto farthest_from = [&](const Point& from) {
    return best(mesh, loop, all, [&](const Point& p) { return -(p - from).norm(); });
  };
  const Point tip = point(mesh, loop[at(best(mesh, loop, all, [](const Point& p) { return -p.x; }))]);
  const double chord = (point(mesh, loop[at(farthest_from(tip))]) - tip).norm();
  std::vector<Index> tail = all;  // two nodes where the edge is blunt
  std::erase_if(tail, [&](Index i) { return point(mesh, loop[at(i)]).x < tip.x - 2e-4 * chord; });
  const Index trailing = best(mesh, loop, tail, [](const Point& p) { return -p.y; });
  const Index leading = farthest_from(point(mesh, loop[at(trailing)]));
  return marked(mesh, loop, trailing, std::array{trailing, leading});
}

std::vector<double> fractions(const MarkedLoop& loop) {
  std::vector<double> parts;
  for (const Index mark : loop.marks) parts.push_back(loop.arclength[at(mark)] / loop.arclength.back());
  parts.push_back(1);
  return parts;
}

std::vector<double> mean_fractions(std::span<const std::vector<double>> samples) {
  require(!samples.empty(), Fault::data, "landmarks are placed by the mean of a training set, and it is empty");
  std::vector<double> mean(samples[0].size(), 0.0);
  for (std::size_t sample = 0; sample < samples.size(); ++sample) {
    require(samples[sample].size() == mean.size(), Fault::data, "sample {} has {} landmarks and the first one has {}",
            sample, samples[sample].size() - 1, mean.size() - 1);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += samples[sample][i] / static_cast<double>(samples.size());
  }
  mean.back() = 1;
  return mean;
}

std::vector<double> turns(const MarkedLoop& loop, std::span<const double> fractions) {
  require(fractions.size() == loop.marks.size() + 1, Fault::data,
          "the boundary has {} landmarks, and the reference has {}", loop.marks.size(), fractions.size() - 1);
  std::vector<double> result(loop.nodes.size());
  for (std::size_t mark = 0; mark < loop.marks.size(); ++mark) {
    const std::size_t begin = at(loop.marks[mark]);
    const std::size_t end = mark + 1 < loop.marks.size() ? at(loop.marks[mark + 1]) : result.size();
    const double from = loop.arclength[begin], length = loop.arclength[end] - from;
    require(length > 0, Fault::data, "the boundary has no length between landmarks {} and {}", mark, mark + 1);
    for (std::size_t i = begin; i < end; ++i)
      result[i] = fractions[mark] + (loop.arclength[i] - from) / length * (fractions[mark + 1] - fractions[mark]);
  }
  return result;
}

Tensor<double> on_circle(std::span<const double> turns) {
  Tensor<double> points({static_cast<Index>(turns.size()), 2}, Rows::dense);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const double angle = 2 * std::numbers::pi * (turns[i] + 0.625);
    points(i, 0) = std::cos(angle);
    points(i, 1) = std::sin(angle);
  }
  return points;
}

Tensor<double> on_loop(const Mesh& mesh, const MarkedLoop& loop, std::span<const double> known,
                       std::span<const double> turns) {
  Tensor<double> points({static_cast<Index>(turns.size()), 2}, Rows::dense);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const auto above = std::upper_bound(known.begin(), known.end(), turns[i]);
    const auto low = static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - known.begin(), 1)) - 1;
    const std::size_t high = (low + 1) % known.size();
    const double end = high == 0 ? 1 : known[high];
    const double part = (turns[i] - known[low]) / (end - known[low]);
    for (int axis = 0; axis < 2; ++axis)
      points(i, axis) = (1 - part) * mesh.points(loop.nodes[low], axis) + part * mesh.points(loop.nodes[high], axis);
  }
  return points;
}

}  // namespace mercer
