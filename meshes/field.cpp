// Fields: filling by rows, norms and extremes.
#include <mercer/meshes/field.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace mercer {
namespace {

std::vector<double> owned_coordinates(const Axis& axis, const Range& range) {
  std::vector<double> owned(static_cast<std::size_t>(range.count()));
  for (std::size_t i = 0; i < owned.size(); ++i) owned[i] = axis.coordinate(range.begin + static_cast<Index>(i));
  return owned;
}

double local_smallest(std::span<const double> values, double sign) {
  double least = std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (std::isnan(value)) return value;
    least = std::min(least, sign * value);
  }
  return least;
}

}  // namespace

Field::Field(std::string name, std::string unit, std::shared_ptr<const Grid> grid, const Decomposition& decomposition,
             int rank)
    : name_(std::move(name)),
      unit_(std::move(unit)),
      grid_(std::move(grid)),
      decomposition_(decomposition),
      rank_(rank) {
  require(decomposition.shape() == grid_->shape() && rank >= 0 && rank < decomposition.ranks(), Fault::internal,
          "field '{}' was split as an array that its grid is not, or for fewer than {} ranks", name_, rank + 1);
  box_ = decomposition.owned(rank);
  values_ = Tensor<double>(box_.shape(), Rows::dense);
}

void Field::fill(const Formula& formula) {
  const int fast = grid_->dimensions() - 1;
  std::vector<std::vector<double>> coordinates;
  for (int axis = 0; axis <= fast; ++axis)
    coordinates.push_back(owned_coordinates(grid_->axis(axis), box_.ranges[static_cast<std::size_t>(axis)]));
  std::vector<int> order;  // of axes by alphabet
  for (const std::string& name : grid_->symbols()) order.push_back(grid_->axis_number(name));
  std::vector<std::span<const double>> columns(order.size());
  const View<double> values = values_.view();
  for (Index row = 0; row < values.rows(); ++row) {
    std::array<Index, 3> at{};
    for (Index axis = fast - 1, rest = row; axis >= 0; rest /= values.shape()[static_cast<int>(axis)], --axis)
      at[static_cast<std::size_t>(axis)] = rest % values.shape()[static_cast<int>(axis)];
    for (std::size_t column = 0; column < order.size(); ++column) {
      const auto axis = static_cast<std::size_t>(order[column]);
      const std::span<const double> all = coordinates[axis];
      columns[column] = order[column] == fast ? all : all.subspan(static_cast<std::size_t>(at[axis]), 1);
    }
    formula(columns, values.row(row));
  }
}

double l2_norm(const Comm& comm, const Field& field) { return reproducible_norm(comm, field.span()); }

double relative_l2(const Comm& comm, const Field& a, const Field& b) {
  require(a.grid() == b.grid() && a.decomposition() == b.decomposition(), Fault::internal,
          "fields '{}' and '{}' to be compared are not on the same points", a.name(), b.name());
  std::vector<double> difference(a.span().begin(), a.span().end());
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= b.span()[i];
  const double error = reproducible_norm(comm, difference);
  return error == 0 ? 0 : error / reproducible_norm(comm, b.span());
}

double smallest(const Comm& comm, const Field& field) { return smallest(comm, local_smallest(field.span(), 1)); }
double largest(const Comm& comm, const Field& field) { return -smallest(comm, local_smallest(field.span(), -1)); }

}  // namespace mercer
