#include <mercer/linalg/sparse_lu.hpp>
#include <mercer/meshes/check/facets.hpp>
#include <mercer/meshes/geometry/barycentric.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// What a triangle adds to the weights of the ends of one side, of which it runs from the first to the second.
struct Pull {
  double first, second;
};

template <std::size_t space>
using Vector = std::array<double, space>;

template <std::size_t space>
double dot(const Vector<space>& a, const Vector<space>& b) noexcept {
  double total = 0;
  for (std::size_t axis = 0; axis < space; ++axis) total += a[axis] * b[axis];
  return total;
}
double cross_norm(const Vector<2>& a, const Vector<2>& b) noexcept { return std::abs(a[0] * b[1] - a[1] * b[0]); }
double cross_norm(const Vector<3>& a, const Vector<3>& b) noexcept {
  const Vector<3> c{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  return std::sqrt(dot(c, c));
}

/// Those of the sides of a triangle by mean values, from each corner to the next.
template <std::size_t space>
void add_mean_values(const double* points, const Index* corner, Pull* sides) noexcept {
  std::array<Vector<space>, 3> side;
  std::array<double, 3> length;
  for (std::size_t k = 0; k < 3; ++k) {
    const double *from = points + at(corner[k]) * space, *to = points + at(corner[(k + 1) % 3]) * space;
    for (std::size_t axis = 0; axis < space; ++axis) side[k][axis] = to[axis] - from[axis];
    length[k] = std::sqrt(dot(side[k], side[k]));
  }
  for (std::size_t k = 0; k < 3; ++k) {  // the corner between the sides k and before
    const std::size_t before = (k + 2) % 3;
    const double half_tangent =
        cross_norm(side[before], side[k]) / (length[before] * length[k] - dot(side[before], side[k]));
    sides[k].first = half_tangent / length[k];
    sides[before].second = half_tangent / length[before];
  }
}

/// [3 * cell + side]
std::vector<Pull> pulls(const Mesh& mesh, Weights weights) {
  std::vector<Pull> all(at(3 * mesh.cells.count()), {0.5, 0.5});  // uniform: an inner edge has two triangles
  if (weights == Weights::uniform) return all;
  const auto add = mesh.space() == 2 ? &add_mean_values<2> : &add_mean_values<3>;
  const Index* corner = mesh.cells.nodes.data();
  for (std::size_t i = 0; i < all.size(); i += 3) add(mesh.points.data(), corner + i, all.data() + i);
  return all;
}

/// Equations of the free nodes: (sum of weights) x_i - sum of w_ij x_j over free j = sum of w_ij x_j over fixed j.
struct Equations {
  SparseMatrix matrix;
  Tensor<double> right_side;
};

Equations equations(const SparseMatrix& weights, std::span<const Local> number, Index count, View<const double> all) {
  std::vector<Index> first{0};
  std::vector<Local> columns;
  std::vector<double> values;
  const Index width = all.shape()[1];
  Tensor<double> right_side({count, width}, Rows::dense);
  for (Index i = 0; i < weights.rows(); ++i) {
    const Local row = number[at(i)];
    if (row < 0) continue;
    const std::span<const Local> neighbours = weights.column(i);
    const std::span<const double> w = weights.value(i);
    double total = 0;
    for (const double weight : w) total += weight;
    for (std::size_t e = 0; e < w.size(); ++e) {
      const Local column = number[at(neighbours[e])];
      if (column >= 0) {
        columns.push_back(column);
        values.push_back(column == row ? total : -w[e]);
      } else {
        for (Index c = 0; c < width; ++c) right_side(row, c) += w[e] * all(neighbours[e], c);
      }
    }
    first.push_back(static_cast<Index>(columns.size()));
  }
  return {SparseMatrix(count, std::move(first), std::move(columns), std::move(values)), std::move(right_side)};
}

/// Of a matrix with both entries of each edge and the diagonal.
std::vector<Index> row_starts(const std::vector<Side>& sides, Index nodes) {
  std::vector<Index> first(at(nodes) + 1, 0);
  for_each_facet(sides, [&](std::size_t begin, std::size_t) {
    ++first[at(sides[begin].nodes[0]) + 1];
    ++first[at(sides[begin].nodes[1]) + 1];
  });
  for (std::size_t node = 1; node < first.size(); ++node) first[node] += first[node - 1] + 1;
  return first;
}

}  // namespace

SparseMatrix barycentric_weights(const Mesh& mesh, Weights weights) {
  require(mesh.cells.kind == CellKind::triangle, Fault::unavailable,
          "barycentric weights are those of triangles, not of cells called {}", name(mesh.cells.kind));
  const std::vector<Pull> all = pulls(mesh, weights);
  const std::vector<Side> sides = sorted_facets(mesh.cells, mesh.nodes());
  std::vector<Index> first = row_starts(sides, mesh.nodes());
  std::vector<Local> columns(at(first.back()));
  std::vector<double> values(columns.size());
  std::vector<Index> next(first.begin(), first.end() - 1);
  const auto append = [&](Local row, Local column, double value) {
    const std::size_t place = at(next[at(row)]++);
    columns[place] = column;
    values[place] = value;
  };
  Local node = 0;  // whose lower neighbours are all known, as sides are in the order of their nodes
  const auto append_diagonals_before = [&](Local end) {
    for (; node < end; ++node) append(node, node, 0);
  };
  for_each_facet(sides, [&](std::size_t begin, std::size_t end) {
    const auto [low, high, none] = sides[begin].nodes;
    append_diagonals_before(low + 1);
    Pull total{0, 0};
    for (std::size_t i = begin; i < end; ++i) {
      const Pull& pull = all[at(3 * Index{sides[i].cell} + sides[i].side)];
      total.first += sides[i].is_reversed ? pull.second : pull.first;
      total.second += sides[i].is_reversed ? pull.first : pull.second;
    }
    append(low, high, total.first);
    append(high, low, total.second);
  });
  append_diagonals_before(static_cast<Local>(mesh.nodes()));
  return {mesh.nodes(), std::move(first), std::move(columns), std::move(values)};
}

Tensor<double> barycentric_map(const SparseMatrix& weights, std::span<const Index> fixed, View<const double> places) {
  require(places.shape().dimensions() == 2 && places.shape()[0] == static_cast<Index>(fixed.size()), Fault::internal,
          "{} fixed nodes need as many places", fixed.size());
  const Index nodes = weights.rows(), width = places.shape()[1];
  Tensor<double> all({nodes, width}, Rows::dense);
  std::vector<Local> number(at(nodes), 0);
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    number[at(fixed[i])] = -1;
    for (Index c = 0; c < width; ++c) all(fixed[i], c) = places(i, c);
  }
  Local count = 0;
  for (Local& n : number)
    if (n == 0) n = count++;
  Equations system = equations(weights, number, count, all.view());
  const SparseLu factors(system.matrix);
  factors.solve(system.right_side.view());
  for (Index i = 0; i < nodes; ++i)
    if (number[at(i)] >= 0)
      for (Index c = 0; c < width; ++c) all(i, c) = system.right_side(number[at(i)], c);
  return all;
}

}  // namespace mercer
