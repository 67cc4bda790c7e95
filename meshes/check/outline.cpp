#include <mercer/meshes/check/outline.hpp>
#include <mercer/meshes/geometry/landmarks.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer {
namespace {

constexpr Index in_section = 16, without_sections = 256;  // points

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// A loop as a polygon, and what its turns tell of the curve that it stands for.
class Polygon {
 public:
  Polygon(const Mesh& mesh, const MarkedLoop& loop) : loop_(loop), turns_(loop.nodes.size() + 1, 0.0) {
    for (const Index node : loop.nodes) points_.push_back({mesh.points(node, 0), mesh.points(node, 1)});
    points_.push_back(points_.front());
    for (std::size_t i = 1; i + 1 < points_.size(); ++i) turns_[i] = turn(i);
    for (const Index mark : loop.marks) turns_[at(mark)] = 0;  // corners are meant
  }

  /// Adds the point at an arclength to an outline.
  void add(double place, Outline& outline) const {
    const auto above = std::ranges::upper_bound(loop_.arclength, place);
    const auto edge = std::min(static_cast<std::size_t>(above - loop_.arclength.begin()), points_.size() - 1) - 1;
    const double length = loop_.arclength[edge + 1] - loop_.arclength[edge];
    const double part = (place - loop_.arclength[edge]) / length;
    for (std::size_t axis = 0; axis < 2; ++axis)
      outline.points.push_back((1 - part) * points_[edge][axis] + part * points_[edge + 1][axis]);
    const double sagitta = length * (turns_[edge] + turns_[edge + 1]) / 16;  // of the arc that has half of both turns
    outline.bulge = std::hypot(outline.bulge, sagitta);
  }

 private:
  double turn(std::size_t i) const {
    const auto [x, y] = points_[i];
    const double ax = x - points_[i - 1][0], ay = y - points_[i - 1][1], bx = points_[i + 1][0] - x,
                 by = points_[i + 1][1] - y;
    return std::abs(std::atan2(ax * by - ay * bx, ax * bx + ay * by));
  }

  const MarkedLoop& loop_;
  std::vector<std::array<double, 2>> points_;
  std::vector<double> turns_;
};

/// Corners of a disk, both edges of a profile, or one mark where there are none.
MarkedLoop marked(const Mesh& mesh, const Loop& loop) {
  if (mesh.cells.kind == CellKind::edge) return with_profile_edges(mesh, loop);
  return corner_positions(mesh, loop).empty() ? without_marks(mesh, loop) : with_corners(mesh, loop);
}

}  // namespace

Outline outline_of(const Mesh& mesh, const Loop& loop) {
  const bool has_sections = mesh.cells.kind == CellKind::edge || !corner_positions(mesh, loop).empty();
  const MarkedLoop marks = marked(mesh, loop);
  const Polygon polygon(mesh, marks);
  Outline outline{has_sections ? std::ssize(marks.marks) : 0, {}, 0};
  const Index count = has_sections ? in_section : without_sections;
  for (std::size_t mark = 0; mark < marks.marks.size(); ++mark) {
    const double from = marks.arclength[at(marks.marks[mark])];
    const double to =
        mark + 1 < marks.marks.size() ? marks.arclength[at(marks.marks[mark + 1])] : marks.arclength.back();
    for (Index i = 0; i < count; ++i)
      polygon.add(from + (to - from) * static_cast<double>(i) / static_cast<double>(count), outline);
  }
  return outline;
}

}  // namespace mercer
