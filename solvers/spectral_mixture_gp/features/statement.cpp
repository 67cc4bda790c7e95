// Functions on tensor grids.
#include <mercer/solvers/spectral_mixture_gp/features/statement.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/ranges.h>

namespace mercer::smgp {
namespace {

constexpr double zero = 0;

std::span<const double> whole(const Array* field) {
  return field != nullptr ? field->span() : std::span<const double>(&zero, 1);
}

/// The coordinates of a point, slowest first.
std::vector<double> place(const Coordinates& grid, std::size_t point) {
  std::vector<double> at(grid.size());
  for (std::size_t axis = grid.size(); axis-- > 0; point /= grid[axis].size())
    at[axis] = grid[axis][point % grid[axis].size()];
  return at;
}

void by_rows(const PointFunction& function, const Coordinates& grid, std::span<const Array* const> fields,
             std::span<double> out) {
  const std::size_t points = grid.back().size();
  for (std::size_t begin = 0; begin < out.size(); begin += points) {
    const std::vector<double> first = place(grid, begin);
    std::vector<std::span<const double>> columns;
    for (const double& x : first) columns.emplace_back(&x, 1);
    columns.back() = grid.back();
    for (const Array* field : fields) {
      const std::span<const double> all = whole(field);
      columns.push_back(field != nullptr ? all.subspan(begin, points) : all);
    }
    function(columns, out.subspan(begin, points));
  }
}

void at_once(const Expression& formula, const Coordinates& grid, std::span<const Array* const> fields,
             std::span<double> out) {
  std::vector<std::span<const double>> axes(grid.begin(), grid.end()), columns;
  for (const Array* field : fields.first(formula.symbols().size() - grid.size())) columns.push_back(whole(field));
  formula.evaluate_on_grid(axes, columns, out);
}

}  // namespace

Coordinates uniform_grid(const Statement& statement, const Shape& shape) {
  Coordinates grid;
  for (int axis = 0; axis < statement.dimensions(); ++axis) {
    const Interval& interval = statement.axes[static_cast<std::size_t>(axis)].interval;
    grid.emplace_back();
    for (const double t : uniform_points(shape[axis]).points) grid.back().push_back(interval.global(t));
  }
  return grid;
}

Array sample(const PointFunction& function, const Coordinates& grid, std::span<const Array* const> fields,
             const char* what) {
  Shape shape;
  {
    std::vector<Index> sizes;
    for (const auto& axis : grid) sizes.push_back(static_cast<Index>(axis.size()));
    shape = Shape(std::span<const Index>(sizes));
  }
  Array values = dense(shape);
  if (const Formula* formula = function.target<Formula>())
    at_once(formula->expression, grid, fields, values.span());
  else
    by_rows(function, grid, fields, values.span());
  const auto bad =
      std::find_if_not(values.span().begin(), values.span().end(), [](double x) { return std::isfinite(x); });
  if (bad == values.span().end()) return values;
  fail(Fault::numerics, "{} is not finite at ({})", what,
       fmt::join(place(grid, static_cast<std::size_t>(bad - values.span().begin())), ", "));
}

}  // namespace mercer::smgp
