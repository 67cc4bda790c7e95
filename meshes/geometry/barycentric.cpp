#include <mercer/linalg/sparse_lu.hpp>
#include <mercer/meshes/geometry/barycentric.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

using Vector = std::array<double, 3>;

Vector difference(View<const double> x, Index to, Index from) noexcept {
  Vector result{};
  for (int axis = 0; axis < static_cast<int>(x.shape()[1]); ++axis) result[at(axis)] = x(to, axis) - x(from, axis);
  return result;
}
double dot(const Vector& a, const Vector& b) noexcept { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
double cross_norm(const Vector& a, const Vector& b) noexcept {
  const Vector c{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  return std::sqrt(dot(c, c));
}

/// What the corner `i` of a triangle with the others `j` and `k` adds to the weights of i.
std::array<double, 2> corner_weights(View<const double> x, Index i, Index j, Index k, Weights weights) noexcept {
  if (weights == Weights::uniform) return {0.5, 0.5};  // an inner edge has two triangles
  const Vector to_j = difference(x, j, i), to_k = difference(x, k, i);
  const double length_j = std::sqrt(dot(to_j, to_j)), length_k = std::sqrt(dot(to_k, to_k));
  const double half_tangent = cross_norm(to_j, to_k) / (length_j * length_k + dot(to_j, to_k));
  return {half_tangent / length_j, half_tangent / length_k};
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

}  // namespace

SparseMatrix barycentric_weights(const Mesh& mesh, Weights weights) {
  require(mesh.cells.kind == CellKind::triangle, Fault::unavailable,
          "barycentric weights are those of triangles, not of cells called {}", name(mesh.cells.kind));
  std::vector<Triplet> entries;
  entries.reserve(at(6 * mesh.cells.count() + mesh.nodes()));
  for (Index node = 0; node < mesh.nodes(); ++node)
    entries.push_back({static_cast<Local>(node), static_cast<Local>(node), 0});
  for (Index cell = 0; cell < mesh.cells.count(); ++cell)
    for (int corner = 0; corner < 3; ++corner) {
      const Index i = mesh.cells.nodes(cell, corner), j = mesh.cells.nodes(cell, (corner + 1) % 3),
                  k = mesh.cells.nodes(cell, (corner + 2) % 3);
      const auto [to_j, to_k] = corner_weights(mesh.points.view(), i, j, k, weights);
      entries.push_back({static_cast<Local>(i), static_cast<Local>(j), to_j});
      entries.push_back({static_cast<Local>(i), static_cast<Local>(k), to_k});
    }
  return SparseMatrix::sum(mesh.nodes(), mesh.nodes(), entries);
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
