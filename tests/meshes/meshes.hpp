// Small meshes and samples for tests.
#pragma once

#include <mercer/meshes/mesh.hpp>
#include <mercer/parallel/comm.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>
#include <vector>

namespace mercer::test {

template <class T>
Tensor<T> table(Index columns, const std::vector<T>& values) {
  Tensor<T> filled({std::ssize(values) / columns, columns}, Rows::dense);
  std::ranges::copy(values, filled.data());
  return filled;
}

template <class T>
std::vector<T> values(const Tensor<T>& tensor) {
  return {tensor.data(), tensor.data() + tensor.count()};
}

inline MeshSample sample(Index space, const std::vector<double>& points, CellKind kind,
                         const std::vector<Index>& cells) {
  MeshSample made;
  made.id = "made";
  made.mesh.points = table(space, points);
  made.mesh.cells = {kind, table(corners(kind), cells)};
  return made;
}

inline MeshField field(const std::string& name, const std::vector<double>& all, Index components = 1) {
  return {name, table(components, all)};
}

/// A grid of n x m points whose ends may be joined, as triangles; `place` gives the coordinates of a point.
template <class F>
MeshSample sheet(Index n, Index m, bool closes_n, bool closes_m, Index space, F&& place) {
  std::vector<double> points;
  std::vector<Index> cells;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < m; ++j) {
      const std::array<double, 3> at = place(static_cast<double>(i), static_cast<double>(j));
      points.insert(points.end(), at.begin(), at.begin() + space);
    }
  for (Index i = 0; i < n - !closes_n; ++i)
    for (Index j = 0; j < m - !closes_m; ++j) {
      const Index a = i * m + j, b = (i + 1) % n * m + j, c = (i + 1) % n * m + (j + 1) % m, d = i * m + (j + 1) % m;
      cells.insert(cells.end(), {a, b, c, a, c, d});
    }
  return sample(space, points, CellKind::triangle, cells);
}

/// The unit square as triangles, n x n points.
inline MeshSample square(Index n) {
  const double h = 1.0 / static_cast<double>(n - 1);
  return sheet(n, n, false, false, 2, [&](double i, double j) { return std::array<double, 3>{h * i, h * j, 0}; });
}

inline MeshSample annulus() {
  return sheet(3, 12, false, true, 2, [](double i, double j) {
    const double angle = j * std::numbers::pi / 6;
    return std::array<double, 3>{(1 + i) * std::cos(angle), (1 + i) * std::sin(angle), 0};
  });
}

inline MeshSample torus() {
  return sheet(8, 12, true, true, 3, [](double i, double j) {
    const double a = i * std::numbers::pi / 4, b = j * std::numbers::pi / 6, r = 3 + std::cos(a);
    return std::array<double, 3>{r * std::cos(b), r * std::sin(b), -std::sin(a)};
  });
}

/// A strip of 12 x 2 points with a half turn: a Moebius strip.
inline MeshSample moebius() {
  MeshSample made = sheet(12, 2, false, false, 3, [](double i, double j) {
    const double a = i * std::numbers::pi / 6, w = 0.3 * (2 * j - 1);
    const double r = 1 + w * std::cos(0.5 * a);
    return std::array<double, 3>{r * std::cos(a), r * std::sin(a), w * std::sin(0.5 * a)};
  });
  std::vector<Index> cells = values(made.mesh.cells.nodes);
  cells.insert(cells.end(), {22, 1, 0, 22, 0, 23});
  made.mesh.cells.nodes = table(3, cells);
  return made;
}

/// The surface of a tetrahedron, facing outwards.
inline MeshSample tetrahedron_surface() {
  return sample(3, {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, CellKind::triangle, {0, 2, 1, 0, 1, 3, 1, 2, 3, 0, 3, 2});
}

/// Rank 0 writes a file; the others wait. @collective
inline void write(const Comm& comm, const std::filesystem::path& path, const std::string& text) {
  if (comm.is_root()) std::ofstream(path, std::ios::binary) << text;
  MPI_Barrier(comm.raw());
}

}  // namespace mercer::test
