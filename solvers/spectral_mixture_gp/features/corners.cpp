// Both functions of an edge on a few of its points.
#include <mercer/base/text.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/corners.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

constexpr Index points = 9;         // along an edge, and along each axis of a face
constexpr double relative = 1e-6;   // to the largest value on a face
constexpr double rounding = 1e-10;  // of formulas such as sin(100*2*pi), where faces hold zeros only

/// One face with values.
struct ValueFace {
  std::size_t axis;
  bool at_end;
};

double place(const Statement& statement, const ValueFace& face) {
  const Interval& interval = statement.axes[face.axis].interval;
  return face.at_end ? interval.end : interval.begin;
}

std::string name(const Statement& statement, const ValueFace& face) {
  return statement.axes[face.axis].name + (face.at_end ? "_max" : "_min");
}

/// The face's own data on a grid with a few points along each axis but those of `faces`, which have one.
Array values(const Statement& statement, const ValueFace& own, std::initializer_list<ValueFace> faces,
             Coordinates& grid) {
  grid.clear();
  for (const AxisStatement& axis : statement.axes) {
    grid.emplace_back();
    for (const double t : uniform_points(points).points) grid.back().push_back(axis.interval.global(t));
  }
  for (const ValueFace& face : faces) grid[face.axis] = {place(statement, face)};
  return sample(statement.axes[own.axis].sides[own.at_end].data, grid, "a boundary condition");
}

std::string place_text(const Statement& statement, const Coordinates& edge, Index entry) {
  std::vector<std::string> words;
  for (std::size_t axis = 0; axis < edge.size(); ++axis) {
    const std::size_t i = edge[axis].size() == 1 ? 0 : static_cast<std::size_t>(entry);
    words.push_back(fmt::format("{} = {:.6g}", statement.axes[axis].name, edge[axis][i]));
  }
  return join(words, ", ");
}

void compare(const Statement& statement, const ValueFace& a, const ValueFace& b, double scale) {
  Coordinates edge;
  const Array from_a = values(statement, a, {a, b}, edge), from_b = values(statement, b, {a, b}, edge);
  for (Index i = 0; i < from_a.count(); ++i) {
    const double difference = std::abs(from_a.data()[i] - from_b.data()[i]);
    require(difference <= std::max(relative * scale, rounding), Fault::config,
            "the faces {} and {} contradict each other where they meet, at {}: their values {:.6g} and {:.6g} differ "
            "by {:.2g}, but a smooth solution has one value there; make problem.boundary agree",
            name(statement, a), name(statement, b), place_text(statement, edge, i), from_a.data()[i], from_b.data()[i],
            difference);
  }
}

}  // namespace

void check_corners(const Statement& statement, const ConditionLists& conditions) {
  std::vector<ValueFace> faces;
  double scale = 0;
  Coordinates grid;
  for (std::size_t axis = 0; axis < conditions.size() && conditions.size() > 1; ++axis)
    for (const Condition& condition : conditions[axis]) {
      if (condition.kind != Side::Kind::value) continue;
      faces.push_back({axis, condition.at_end});
      const Array whole = values(statement, faces.back(), {faces.back()}, grid);
      for (const double value : whole.span()) scale = std::max(scale, std::abs(value));
    }
  for (std::size_t i = 0; i < faces.size(); ++i)
    for (std::size_t j = i + 1; j < faces.size(); ++j)
      if (faces[i].axis != faces[j].axis) compare(statement, faces[i], faces[j], scale);
}

}  // namespace mercer::smgp
