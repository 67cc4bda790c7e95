// Checks of axes, and their coordinates.
#include <mercer/base/text.hpp>
#include <mercer/meshes/grid.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

void check(const Axis& axis) {
  require(!axis.name.empty(), Fault::config, "an axis of a grid needs a name");
  require(std::isfinite(axis.begin) && std::isfinite(axis.end) && axis.begin < axis.end, Fault::config,
          "axis '{}' must run from a smaller to a larger finite number, not from {} to {}", axis.name, axis.begin,
          axis.end);
  const Index least = axis.placement == Placement::nodes ? 2 : 1;
  require(axis.points >= least, Fault::config, "axis '{}' needs at least {} point{}, not {}", axis.name, least,
          least == 1 ? "" : "s, one at each end", axis.points);
}

std::vector<std::string> names_of(std::span<const Axis> axes) {
  std::vector<std::string> names;
  for (const Axis& axis : axes) names.push_back(axis.name);
  return names;
}

}  // namespace

double Axis::spacing() const noexcept {
  return (end - begin) / static_cast<double>(placement == Placement::nodes ? points - 1 : points);
}

double Axis::coordinate(Index point) const noexcept {
  if (placement == Placement::nodes && point == points - 1) return end;  // without rounding
  const double steps = static_cast<double>(point) + (placement == Placement::cells ? 0.5 : 0.0);
  const double intervals = static_cast<double>(placement == Placement::nodes ? points - 1 : points);
  return begin + steps * (end - begin) / intervals;
}

double Axis::position(double coordinate) const noexcept {
  return (coordinate - begin) / spacing() - (placement == Placement::cells ? 0.5 : 0.0);
}

Grid::Grid(std::vector<Axis> axes) : axes_(std::move(axes)) {
  require(axes_.size() >= 1 && axes_.size() <= 3, Fault::config, "a grid has 1 to 3 axes, not {}", axes_.size());
  std::vector<Index> sizes;
  for (const Axis& axis : axes_) {
    check(axis);
    const auto same = [&](const Axis& other) { return other.name == axis.name; };
    require(std::count_if(axes_.begin(), axes_.end(), same) == 1, Fault::config, "two axes are named '{}'", axis.name);
    sizes.push_back(axis.points);
  }
  shape_ = Shape(sizes);
}

int Grid::axis_number(std::string_view name) const {
  const auto found = std::find_if(axes_.begin(), axes_.end(), [&](const Axis& axis) { return axis.name == name; });
  if (found == axes_.end()) fail(Fault::config, "there is no axis '{}'{}", name, suggestion(name, names_of(axes_)));
  return static_cast<int>(found - axes_.begin());
}

std::string Grid::axes_text() const { return join(names_of(axes_), ","); }

std::vector<double> Grid::coordinates(int number) const {
  std::vector<double> all(static_cast<std::size_t>(axis(number).points));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = axis(number).coordinate(static_cast<Index>(i));
  return all;
}

std::vector<std::string> Grid::symbols() const {
  std::vector<std::string> names;
  for (auto axis = axes_.rbegin(); axis != axes_.rend(); ++axis) names.push_back(axis->name);
  return names;
}

}  // namespace mercer
