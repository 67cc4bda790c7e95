#include <mercer/meshes/check/geometry.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

using Vector = std::array<double, 3>;

Vector point(const Mesh& mesh, Index node) {
  const Index space = mesh.space();
  const double* x = mesh.points.data() + node * space;
  return {x[0], space > 1 ? x[1] : 0.0, space > 2 ? x[2] : 0.0};
}

Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

double length(const Vector& a) { return std::hypot(a[0], a[1], a[2]); }

/// Of a triangle: what `measure` gives for most meshes, without the third coordinates.
double plane_area(const Mesh& mesh, Index cell) {
  const Index* node = mesh.cells.nodes.data() + 3 * cell;
  const double *a = mesh.points.data() + 2 * node[0], *b = mesh.points.data() + 2 * node[1],
               *c = mesh.points.data() + 2 * node[2];
  return 0.5 * ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/// The points of the corners of a cell.
std::array<Vector, 4> corner_points(const Mesh& mesh, Index cell) {
  std::array<Vector, 4> found{};
  for (int corner = 0; corner < corners(mesh.cells.kind); ++corner)
    found[static_cast<std::size_t>(corner)] = point(mesh, mesh.cells.nodes(cell, corner));
  return found;
}

}  // namespace

double BoundingBox::diagonal() const noexcept { return length(minus(high, low)); }

std::array<double, 3> BoundingBox::centre() const noexcept {
  return {0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), 0.5 * (low[2] + high[2])};
}

BoundingBox bounds(const Mesh& mesh) {
  BoundingBox box;
  const Index count = mesh.cells.count() == 0 ? 0 : mesh.cells.nodes.count();
  for (Index i = 0; i < count; ++i) {
    const Vector at = point(mesh, mesh.cells.nodes.data()[i]);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.low[axis] = i == 0 ? at[axis] : std::min(box.low[axis], at[axis]);
      box.high[axis] = i == 0 ? at[axis] : std::max(box.high[axis], at[axis]);
    }
  }
  return box;
}

double measure(const Mesh& mesh, Index cell) {
  if (mesh.cells.kind == CellKind::triangle && mesh.space() == 2) return plane_area(mesh, cell);
  const auto p = corner_points(mesh, cell);
  const Vector a = minus(p[1], p[0]);
  switch (mesh.cells.kind) {
    case CellKind::edge:
      return length(a);
    case CellKind::tetrahedron:
      return dot(cross(a, minus(p[2], p[0])), minus(p[3], p[0])) / 6;
    case CellKind::triangle:
    case CellKind::quadrilateral:
      break;
  }
  const Vector twice =
      mesh.cells.kind == CellKind::triangle ? cross(a, minus(p[2], p[0])) : cross(minus(p[2], p[0]), minus(p[3], p[1]));
  return 0.5 * (mesh.space() == 2 ? twice[2] : length(twice));
}

bool is_convex(const Mesh& mesh, Index cell) {
  const auto p = corner_points(mesh, cell);
  const Vector normal = cross(minus(p[2], p[0]), minus(p[3], p[1]));
  for (std::size_t corner = 0; corner < 4; ++corner) {
    const Vector out = minus(p[(corner + 1) % 4], p[corner]), in = minus(p[(corner + 3) % 4], p[corner]);
    if (!(dot(cross(out, in), normal) > 0)) return false;
  }
  return true;
}

void turn(Cells& cells, Index cell) {
  Index* first = cells.nodes.data() + cell * corners(cells.kind);
  switch (cells.kind) {
    case CellKind::edge:
      std::swap(first[0], first[1]);
      break;
    case CellKind::quadrilateral:
      std::swap(first[1], first[3]);
      break;
    case CellKind::triangle:
    case CellKind::tetrahedron:
      std::swap(first[1], first[2]);
  }
}

}  // namespace mercer
