#include <mercer/meshes/geometry/folding.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

double triangle_size(View<const double> x, const Index* node) {
  const double *a = &x(node[0], 0), *b = &x(node[1], 0), *c = &x(node[2], 0);
  return ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2;
}

double tetrahedron_size(View<const double> x, const Index* node) {
  double e[3][3];
  for (int k = 0; k < 3; ++k)
    for (int axis = 0; axis < 3; ++axis) e[k][axis] = x(node[k + 1], axis) - x(node[0], axis);
  return (e[0][0] * (e[1][1] * e[2][2] - e[1][2] * e[2][1]) - e[0][1] * (e[1][0] * e[2][2] - e[1][2] * e[2][0]) +
          e[0][2] * (e[1][0] * e[2][1] - e[1][1] * e[2][0])) /
         6;
}

}  // namespace

std::vector<double> signed_sizes(View<const double> points, const Cells& cells) {
  const bool is_flat = cells.kind == CellKind::triangle && points.shape()[1] == 2;
  require(is_flat || (cells.kind == CellKind::tetrahedron && points.shape()[1] == 3), Fault::unavailable,
          "signed sizes are those of triangles in the plane and of tetrahedra, not of cells called {} in {} dimensions",
          name(cells.kind), points.shape()[1]);
  std::vector<double> sizes(static_cast<std::size_t>(cells.count()));
  for (std::size_t cell = 0; cell < sizes.size(); ++cell) {
    const Index* node = &cells.nodes(cell, 0);
    sizes[cell] = is_flat ? triangle_size(points, node) : tetrahedron_size(points, node);
  }
  return sizes;
}

Folding folding(View<const double> points, const Cells& cells) {
  std::vector<double> sizes = signed_sizes(points, cells);
  if (sizes.empty()) return {};
  Index positive = 0, negative = 0;
  for (const double size : sizes) {
    positive += size > 0;
    negative += size < 0;
  }
  const auto count = static_cast<Index>(sizes.size());
  Folding result{count - std::max(positive, negative), 0};
  if (positive + negative < count &&
      !std::all_of(sizes.begin(), sizes.end(), [](double s) { return std::isfinite(s); }))
    return result;
  if (negative > positive)
    for (double& size : sizes) size = -size;
  const double smallest = *std::min_element(sizes.begin(), sizes.end());
  std::nth_element(sizes.begin(), sizes.begin() + count / 2, sizes.end());
  result.smallest = smallest / sizes[static_cast<std::size_t>(count / 2)];
  return result;
}

}  // namespace mercer
