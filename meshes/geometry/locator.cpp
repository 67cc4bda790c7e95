#include <mercer/meshes/geometry/locator.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
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

/// The map from points to weights of the corners of a cell after the first.
template <std::size_t d>
struct Barycentric {
  std::array<double, d> origin;
  std::array<std::array<double, d>, d> inverse;  ///< of the matrix whose columns are the edges at the first corner
};

template <std::size_t d>
using Square = std::array<std::array<double, d>, d>;

Square<1> inverse(const Square<1>& edge) noexcept { return {{{1 / edge[0][0]}}}; }
Square<2> inverse(const Square<2>& edge) noexcept {
  const double determinant = edge[0][0] * edge[1][1] - edge[0][1] * edge[1][0];
  return {
      {{edge[1][1] / determinant, -edge[1][0] / determinant}, {-edge[0][1] / determinant, edge[0][0] / determinant}}};
}
Square<3> inverse(const Square<3>& edge) noexcept {
  Square<3> rows;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto &u = edge[(k + 1) % 3], &v = edge[(k + 2) % 3];
    rows[k] = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
  }
  const double determinant = edge[0][0] * rows[0][0] + edge[0][1] * rows[0][1] + edge[0][2] * rows[0][2];
  for (auto& row : rows)
    for (double& value : row) value /= determinant;
  return rows;
}

/// The map of a cell, whose corners widen `box`.
template <std::size_t d>
Barycentric<d> mapped(View<const double> points, const Index* node, ItemBox& box) noexcept {
  Barycentric<d> map;
  const double* origin = &points(node[0], 0);
  std::copy_n(origin, d, map.origin.begin());
  box = ItemBox::at(origin, d);
  Square<d> edges;
  for (std::size_t k = 0; k < d; ++k) {
    const double* end = &points(node[k + 1], 0);
    box.include(end, d);
    for (std::size_t axis = 0; axis < d; ++axis) edges[k][axis] = end[axis] - origin[axis];
  }
  map.inverse = inverse(edges);
  return map;
}

/// The smallest of the weights of the corners.
template <std::size_t d>
double weigh(const Barycentric<d>& map, const double* point, std::array<double, 4>& weights) noexcept {
  weights = {1, 0, 0, 0};
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < d; ++k) {
    double weight = 0;
    for (std::size_t axis = 0; axis < d; ++axis) weight += map.inverse[k][axis] * (point[axis] - map.origin[axis]);
    weights[k + 1] = weight;
    weights[0] -= weight;
    least = std::min(least, weight);
  }
  return std::min(least, weights[0]);
}

/// Puts the corners of a location as entries of a row, ascending; gives their number.
std::size_t put(const Location& found, int corners, Local* columns, double* values) noexcept {
  std::size_t count = 0;
  for (; count < at(corners) && found.nodes[count] >= 0; ++count) {
    std::size_t place = count;
    for (; place > 0 && columns[place - 1] > found.nodes[count]; --place) {
      columns[place] = columns[place - 1];
      values[place] = values[place - 1];
    }
    columns[place] = found.nodes[count];
    values[place] = found.weights[count];
  }
  return count;
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
  if (dimension_ == 1) map_cells<1>(points, cells);
  if (dimension_ == 2) map_cells<2>(points, cells);
  if (dimension_ == 3) map_cells<3>(points, cells);
}

template <std::size_t d>
void Locator::map_cells(View<const double> points, const Cells& cells) {
  constexpr std::size_t size = d + d * d;
  static_assert(sizeof(Barycentric<d>) == size * sizeof(double));
  maps_.resize(at(cells.count()) * size);
  std::vector<ItemBox> boxes(at(cells.count()));
  const Index* node = cells.nodes.data();
  for (std::size_t cell = 0; cell < boxes.size(); ++cell, node += d + 1) {
    const Barycentric<d> map = mapped<d>(points, node, boxes[cell]);
    std::memcpy(maps_.data() + cell * size, &map, sizeof map);
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

template <std::size_t d>
Location Locator::located_inside(const double* point) const {
  Location best;
  if (!cells_.contains(point)) return best;
  double best_least = rounding;
  std::array<double, 4> weights;
  for (const Local cell : cells_.near(point)) {
    Barycentric<d> map;
    std::memcpy(&map, maps_.data() + at(cell) * (d + d * d), sizeof map);
    const double least = weigh(map, point, weights);
    if (!(least > best_least)) continue;
    best.cell = cell, best.weights = weights, best_least = least;
    if (least >= inside) break;
  }
  if (best.cell >= 0)
    for (std::size_t k = 0; k <= d; ++k) best.nodes[k] = nodes_of_cell_[at(best.cell) * (d + 1) + k];
  return best;
}

Location Locator::locate_inside(const double* point) const {
  if (!has_inside_) return {};
  if (dimension_ == 1) return located_inside<1>(point);
  return dimension_ == 2 ? located_inside<2>(point) : located_inside<3>(point);
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
  std::vector<Index> first(at(count) + 1, 0);
  std::vector<Local> columns(at(count * corners_));
  std::vector<double> values(columns.size());
  std::size_t entries = 0;
  for (Index i = 0; i < count; ++i) {
    const double* point = &targets(i, 0);
    if (!std::all_of(point, point + dimension_, [](double x) { return std::isfinite(x); }))
      fail(Fault::data, "point {} to interpolate at is not finite", i);
    const Location found = locate(point);
    if (found.cell < 0) fail(Fault::data, "point {} is outside of a mesh without boundary", i);
    entries += put(found, corners_, columns.data() + entries, values.data() + entries);
    first[at(i) + 1] = static_cast<Index>(entries);
  }
  columns.resize(entries);
  values.resize(entries);
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
