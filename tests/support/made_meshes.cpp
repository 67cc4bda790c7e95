// Squares, plates, rings, cubes and curves cut into simplices.
#include "support/made_meshes.hpp"

#include <mercer/base/random.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace mercer::test {
namespace {

/// Halves of n x m squares with nodes (i, j) at `number(i, j)`.
template <class Number>
std::vector<Index> halves(Index n, Index m, const Number& number) {
  std::vector<Index> nodes;
  for (Index j = 0; j < m; ++j)
    for (Index i = 0; i < n; ++i) {
      const Index a = number(i, j), b = number(i + 1, j), c = number(i + 1, j + 1), d = number(i, j + 1);
      if ((i + j) % 2 == 0)
        nodes.insert(nodes.end(), {a, b, c, a, c, d});
      else
        nodes.insert(nodes.end(), {a, b, d, b, c, d});
    }
  return nodes;
}

}  // namespace

Mesh mesh_of(Index space, const std::vector<double>& points, CellKind kind, const std::vector<Index>& nodes) {
  Mesh mesh;
  mesh.points = Tensor<double>({static_cast<Index>(points.size()) / space, space}, Rows::dense);
  std::copy(points.begin(), points.end(), mesh.points.data());
  mesh.cells.kind = kind;
  mesh.cells.nodes = Tensor<Index>({static_cast<Index>(nodes.size()) / corners(kind), corners(kind)}, Rows::dense);
  std::copy(nodes.begin(), nodes.end(), mesh.cells.nodes.data());
  return mesh;
}

Mesh square(Index n, double jitter) {
  std::vector<double> points;
  const Random random(7);
  for (Index j = 0; j <= n; ++j)
    for (Index i = 0; i <= n; ++i) {
      const bool is_inner = i > 0 && j > 0 && i < n && j < n;
      for (const Index k : {i, j}) {
        const double move = 2 * random.uniform(points.size()) - 1;
        points.push_back((static_cast<double>(k) + (is_inner ? jitter * move : 0)) / static_cast<double>(n));
      }
    }
  return mesh_of(2, points, CellKind::triangle, halves(n, n, [n](Index i, Index j) { return j * (n + 1) + i; }));
}

Mesh mapped_square(Index n, double jitter, const std::function<std::array<double, 2>(double, double)>& map) {
  Mesh mesh = square(n, jitter);
  for (Index i = 0; i < mesh.nodes(); ++i) {
    const auto [x, y] = map(mesh.points(i, 0), mesh.points(i, 1));
    mesh.points(i, 0) = x;
    mesh.points(i, 1) = y;
  }
  return mesh;
}

Mesh notched_plate(Index n, double jitter, double left_depth, double right_depth) {
  return mapped_square(n, jitter, [&](double x, double y) {
    const double height = 2 * y - 1, inside = std::max(1 - height * height / 0.16, 0.0);
    const double left = -1 + left_depth * std::sqrt(inside), right = 1 - right_depth * std::sqrt(inside);
    return std::array{left + x * (right - left), height};
  });
}

Mesh ring(Index around, Index across) {
  std::vector<double> points;
  for (Index j = 0; j <= across; ++j)
    for (Index i = 0; i < around; ++i) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(around);
      const double radius = 1 + static_cast<double>(j) / static_cast<double>(across);
      points.insert(points.end(), {radius * std::cos(angle), radius * std::sin(angle)});
    }
  return mesh_of(2, points, CellKind::triangle,
                 halves(around, across, [around](Index i, Index j) { return j * around + i % around; }));
}

Mesh cube(Index n) {
  std::vector<double> points;
  std::vector<Index> nodes;
  const auto number = [n](const std::array<Index, 3>& p) { return (p[2] * (n + 1) + p[1]) * (n + 1) + p[0]; };
  for (Index k = 0; k <= n; ++k)
    for (Index j = 0; j <= n; ++j)
      for (Index i = 0; i <= n; ++i)
        for (const Index p : {i, j, k}) points.push_back(static_cast<double>(p) / static_cast<double>(n));
  const auto add = [&](const std::array<Index, 3>& low, std::array<std::size_t, 3> axes) {
    std::array<Index, 3> corner = low;
    std::array<Index, 4> cell{number(low)};
    for (std::size_t step = 0; step < 3; ++step) {
      ++corner[axes[step]];
      cell[step + 1] = number(corner);
    }
    const bool is_odd = (axes[0] > axes[1]) != ((axes[1] > axes[2]) != (axes[0] > axes[2]));
    if (is_odd) std::swap(cell[2], cell[3]);
    nodes.insert(nodes.end(), cell.begin(), cell.end());
  };
  for (Index k = 0; k < n; ++k)
    for (Index j = 0; j < n; ++j)
      for (Index i = 0; i < n; ++i) {
        std::array<std::size_t, 3> axes{0, 1, 2};
        do add({i, j, k}, axes);
        while (std::next_permutation(axes.begin(), axes.end()));
      }
  return mesh_of(3, points, CellKind::tetrahedron, nodes);
}

Mesh closed_curve(Index n, const std::function<std::array<double, 2>(double)>& at) {
  std::vector<double> points;
  std::vector<Index> nodes;
  for (Index i = 0; i < n; ++i) {
    const auto [x, y] = at(static_cast<double>(i) / static_cast<double>(n));
    points.insert(points.end(), {x, y});
    nodes.insert(nodes.end(), {i, (i + 1) % n});
  }
  return mesh_of(2, points, CellKind::edge, nodes);
}

}  // namespace mercer::test
