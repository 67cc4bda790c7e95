#include <mercer/meshes/geometry/locator.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

constexpr double inside = -1e-12;    // a weight that ends the search
constexpr double rounding = -1e-10;  // a weight that still counts as inside

Corner corner(View<const double> points, Index node) noexcept {
  Corner result{};
  for (int axis = 0; axis < static_cast<int>(points.shape()[1]); ++axis) result[at(axis)] = points(node, axis);
  return result;
}

Corner corner(const double* point, int dimension) noexcept {
  Corner result{};
  std::copy_n(point, dimension, result.begin());
  return result;
}

using Square = std::array<std::array<double, 3>, 3>;

/// Rows of the inverse of a matrix of 2 x 2 or 3 x 3 whose columns are the edges at the first corner.
Square inverse(const Square& edge, int dimension) noexcept {
  Square rows{};
  if (dimension == 2) {
    const double determinant = edge[0][0] * edge[1][1] - edge[0][1] * edge[1][0];
    rows[0] = {edge[1][1] / determinant, -edge[1][0] / determinant, 0};
    rows[1] = {-edge[0][1] / determinant, edge[0][0] / determinant, 0};
    return rows;
  }
  for (std::size_t k = 0; k < 3; ++k) {
    const auto &u = edge[(k + 1) % 3], &v = edge[(k + 2) % 3];
    rows[k] = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
  }
  const double determinant = edge[0][0] * rows[0][0] + edge[0][1] * rows[0][1] + edge[0][2] * rows[0][2];
  for (auto& row : rows)
    for (double& value : row) value /= determinant;
  return rows;
}

/// Adds the corners of a location as entries of a row, ascending.
void append(const Location& found, int corners, std::vector<Local>& columns, std::vector<double>& values) {
  const std::size_t begin = columns.size();
  for (int k = 0; k < corners && found.nodes[at(k)] >= 0; ++k) {
    std::size_t place = columns.size();
    columns.push_back(found.nodes[at(k)]);
    values.push_back(found.weights[at(k)]);
    for (; place > begin && columns[place - 1] > columns[place]; --place) {
      std::swap(columns[place - 1], columns[place]);
      std::swap(values[place - 1], values[place]);
    }
  }
}

}  // namespace

Locator::Locator(View<const double> points, const Cells& cells) {
  prepare(points, cells);
  set_facets(points, has_inside_ ? boundary_facets(mercer::facets(cells, nodes_)) : cells_as_facets());
}

Locator::Locator(View<const double> points, const Cells& cells, std::span<const Facet> boundary) {
  prepare(points, cells);
  if (has_inside_)
    set_facets(points, boundary);
  else
    set_facets(points, cells_as_facets());
}

void Locator::prepare(View<const double> points, const Cells& cells) {
  require(cells.count() > 0, Fault::data, "points are to be found in a mesh without cells");
  require(cells.kind != CellKind::quadrilateral, Fault::unavailable,
          "points cannot be found in quadrilaterals; split each of them into two triangles");
  dimension_ = static_cast<int>(points.shape()[1]);
  corners_ = corners(cells.kind);
  has_inside_ = dimensions(cells.kind) == dimension_;
  nodes_ = points.shape()[0];
  const std::span<const Index> all = cells.nodes.span();
  nodes_of_cell_.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    require(all[i] >= 0 && all[i] < nodes_, Fault::data, "a cell has node {}, and the mesh has {}", all[i], nodes_);
    nodes_of_cell_[i] = static_cast<Local>(all[i]);
  }
  if (!has_inside_) return;
  maps_.resize(at(cells.count()));
  std::vector<ItemBox> boxes(maps_.size());
  for (Index cell = 0; cell < cells.count(); ++cell) {
    const Index* node = all.data() + cell * corners_;
    Cell& map = maps_[at(cell)];
    map.origin = corner(points, node[0]);
    boxes[at(cell)] = ItemBox::at(map.origin.data(), dimension_);
    Square edges{};
    for (int k = 1; k < corners_; ++k) {
      const Corner end = corner(points, node[k]);
      boxes[at(cell)].include(end.data(), dimension_);
      for (std::size_t axis = 0; axis < 3; ++axis) edges[at(k - 1)][axis] = end[axis] - map.origin[axis];
    }
    const Square rows = dimension_ == 1 ? Square{{{1 / edges[0][0], 0, 0}}} : inverse(edges, dimension_);
    std::copy(rows.begin(), rows.end(), map.inverse);
  }
  cells_ = Buckets(boxes, dimension_, 2);
}

std::vector<Facet> Locator::cells_as_facets() const {
  std::vector<Facet> result(nodes_of_cell_.size() / at(corners_));
  for (std::size_t cell = 0; cell < result.size(); ++cell) {
    std::copy_n(nodes_of_cell_.begin() + static_cast<Index>(cell) * corners_, corners_, result[cell].nodes.begin());
    result[cell].cell = static_cast<Local>(cell);
  }
  return result;
}

void Locator::set_facets(View<const double> points, std::span<const Facet> facets) {
  const int count = has_inside_ ? corners_ - 1 : corners_;
  facet_.assign(facets.begin(), facets.end());
  std::vector<ItemBox> boxes;
  for (const Facet& facet : facet_) {
    for (int k = 0; k < count; ++k) facet_corners_.push_back(corner(points, facet.nodes[at(k)]));
    const Corner* first = facet_corners_.data() + facet_corners_.size() - at(count);
    boxes.push_back(ItemBox::at(first->data(), dimension_));
    for (int k = 1; k < count; ++k) boxes.back().include(first[k].data(), dimension_);
    if (boxes.size() == 1) facet_bounds_ = boxes[0];
    facet_bounds_.include(boxes.back().low.data(), dimension_);
    facet_bounds_.include(boxes.back().high.data(), dimension_);
  }
  facets_ = Buckets(boxes, dimension_, 1);
}

/// The smallest of the weights of the corners.
double Locator::weigh(Local cell, const double* point, std::array<double, 4>& weights) const noexcept {
  const Cell& map = maps_[at(cell)];
  weights = {1, 0, 0, 0};
  double least = std::numeric_limits<double>::infinity();
  for (int k = 0; k < dimension_; ++k) {
    double weight = 0;
    for (int axis = 0; axis < dimension_; ++axis)
      weight += map.inverse[k][at(axis)] * (point[axis] - map.origin[at(axis)]);
    weights[at(k + 1)] = weight;
    weights[0] -= weight;
    least = std::min(least, weight);
  }
  return std::min(least, weights[0]);
}

Location Locator::locate_inside(const double* point) const {
  Location best;
  if (!has_inside_ || !cells_.contains(point)) return best;
  double best_least = rounding;
  std::array<double, 4> weights;
  for (const Local cell : cells_.near(point)) {
    const double least = weigh(cell, point, weights);
    if (!(least > best_least)) continue;
    best.cell = cell, best.weights = weights, best_least = least;
    if (least >= inside) break;
  }
  if (best.cell >= 0) std::copy_n(nodes_of_cell_.begin() + Index{best.cell} * corners_, corners_, best.nodes.begin());
  return best;
}

Location Locator::locate_boundary(const double* point) const {
  const int count = has_inside_ ? corners_ - 1 : corners_;
  const Corner here = corner(point, dimension_);
  Location best;
  best.squared_distance = std::numeric_limits<double>::infinity();
  facets_.from_near_to_far(point, [&](Local item) {
    if (item < 0) return best.squared_distance;
    const Nearest found = nearest_on_simplex(facet_corners_.data() + Index{item} * count, count, here);
    if (found.squared_distance < best.squared_distance) {
      const Facet& facet = facet_[at(item)];
      best.squared_distance = found.squared_distance;
      best.cell = facet.cell;
      std::copy_n(facet.nodes.begin(), 3, best.nodes.begin());
      std::copy_n(found.weights.begin(), 3, best.weights.begin());
    }
    return best.squared_distance;
  });
  return best;
}

Location Locator::locate(const double* point) const {
  const Location found = locate_inside(point);
  return found.cell >= 0 ? found : locate_boundary(point);
}

SparseMatrix Locator::interpolation(View<const double> targets) const {
  require(targets.shape().dimensions() == 2 && targets.shape()[1] == dimension_, Fault::internal,
          "targets in {} dimensions were expected", dimension_);
  const Index count = targets.shape()[0];
  std::vector<Index> first{0};
  std::vector<Local> columns;
  std::vector<double> values;
  for (Index i = 0; i < count; ++i) {
    const std::span<const double> point = targets.row(i);
    require(std::all_of(point.begin(), point.end(), [](double x) { return std::isfinite(x); }), Fault::data,
            "point {} to interpolate at is not finite", i);
    const Location found = locate(point.data());
    require(found.cell >= 0, Fault::data, "point {} is outside of a mesh without boundary", i);
    append(found, corners_, columns, values);
    first.push_back(static_cast<Index>(columns.size()));
  }
  return {nodes_, std::move(first), std::move(columns), std::move(values)};
}

SparseMatrix interpolation_around(std::span<const double> from, std::span<const double> to) {
  require(!from.empty() && std::adjacent_find(from.begin(), from.end(), std::greater_equal<>()) == from.end(),
          Fault::data, "places along a curve were expected to ascend");
  std::vector<Triplet> entries;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto above = static_cast<std::size_t>(std::upper_bound(from.begin(), from.end(), to[i]) - from.begin());
    const std::size_t low = (above + from.size() - 1) % from.size(), high = above % from.size();
    const double begin = above == 0 ? from[low] - 1 : from[low], end = above == from.size() ? from[0] + 1 : from[high];
    const double part = (to[i] - begin) / (end - begin);
    entries.push_back({static_cast<Local>(i), static_cast<Local>(low), 1 - part});
    entries.push_back({static_cast<Local>(i), static_cast<Local>(high), part});
  }
  return SparseMatrix::sum(static_cast<Index>(to.size()), static_cast<Index>(from.size()), entries);
}

}  // namespace mercer
