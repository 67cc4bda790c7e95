#include <mercer/meshes/geometry/elements.hpp>

#include <Eigen/Core>
#include <Eigen/LU>
#include <cmath>

namespace mercer {
namespace {

using Small = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 3, 3>;

/// Products of the edges at the first corner.
Small edge_products(View<const double> points, const Index* node, int dimension) {
  Small edges(points.shape()[1], dimension);
  for (int k = 0; k < dimension; ++k)
    for (Index axis = 0; axis < points.shape()[1]; ++axis)
      edges(axis, k) = points(node[k + 1], axis) - points(node[0], axis);
  return edges.transpose() * edges;
}

double size_of(const Small& products) {
  static constexpr double factorial[] = {1, 1, 2, 6};
  return std::sqrt(std::max(products.determinant(), 0.0)) / factorial[products.rows()];
}

/// Calls `see(nodes of the cell, products of its edges)` for all cells.
template <class See>
void each_cell(View<const double> points, const Cells& cells, const See& see) {
  require(cells.kind != CellKind::quadrilateral, Fault::unavailable,
          "linear functions live on simplices, not on quadrilaterals; split each of them into two triangles");
  for (Index cell = 0; cell < cells.count(); ++cell) {
    const Index* node = &cells.nodes(cell, 0);
    see(node, edge_products(points, node, dimensions(cells.kind)));
  }
}

/// The matrix whose part for a cell is `value(k, l)` as prepared by `prepare(products of edges)`.
template <class Prepare>
SparseMatrix assembled(View<const double> points, const Cells& cells, const Prepare& prepare) {
  const int count = corners(cells.kind);
  std::vector<Triplet> entries;
  entries.reserve(static_cast<std::size_t>(cells.count() * count * count));
  each_cell(points, cells, [&](const Index* node, const Small& products) {
    const auto value = prepare(products);
    for (int k = 0; k < count; ++k)
      for (int l = 0; l < count; ++l)
        entries.push_back({static_cast<Local>(node[k]), static_cast<Local>(node[l]), value(k, l)});
  });
  return SparseMatrix::sum(points.shape()[0], points.shape()[0], entries);
}

}  // namespace

std::vector<double> cell_sizes(View<const double> points, const Cells& cells) {
  std::vector<double> sizes;
  each_cell(points, cells, [&](const Index*, const Small& products) { sizes.push_back(size_of(products)); });
  return sizes;
}

SparseMatrix mass_matrix(View<const double> points, const Cells& cells) {
  const int count = corners(cells.kind);
  return assembled(points, cells, [count](const Small& products) {
    const double part = size_of(products) / (count * (count + 1));
    return [part](int k, int l) { return k == l ? 2 * part : part; };
  });
}

std::vector<double> lumped_mass(View<const double> points, const Cells& cells) {
  std::vector<double> mass(static_cast<std::size_t>(points.shape()[0]), 0.0);
  const int count = corners(cells.kind);
  each_cell(points, cells, [&](const Index* node, const Small& products) {
    const double part = size_of(products) / count;
    for (int k = 0; k < count; ++k) mass[static_cast<std::size_t>(node[k])] += part;
  });
  return mass;
}

SparseMatrix stiffness_matrix(View<const double> points, const Cells& cells) {
  const int dimension = dimensions(cells.kind);
  return assembled(points, cells, [dimension](const Small& products) {
    // Gradients of the hats after the first have the inverse as their products; the first is minus their sum.
    using Block = Eigen::Matrix<double, 4, 4>;
    Block block = Block::Zero();
    const double size = size_of(products);
    if (size > 0) {
      block.block(1, 1, dimension, dimension) = size * products.inverse();
      block.row(0) = -block.bottomRows<3>().colwise().sum();
      block.col(0) = -block.rightCols<3>().rowwise().sum();
    }
    return [block](int k, int l) { return block(k, l); };
  });
}

}  // namespace mercer
