#include <mercer/meshes/read/split_quads.hpp>

#include <array>
#include <cmath>

namespace mercer {
namespace {

using Vector = std::array<double, 3>;
using Quad = std::array<Index, 4>;

Vector point(const Tensor<double>& points, Index node) {
  Vector found{};
  std::copy_n(points.data() + node * points.shape()[1], points.shape()[1], found.begin());
  return found;
}

Vector cross(const Vector& a, const Vector& b, const Vector& c) {
  const Vector u{b[0] - a[0], b[1] - a[1], b[2] - a[2]}, v{c[0] - a[0], c[1] - a[1], c[2] - a[2]};
  return {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// The smaller of the two triangles on both sides of the diagonal from `corner`, negative where it is turned over.
double worst_triangle(const std::array<Vector, 4>& at, std::size_t corner) {
  const auto p = [&](std::size_t step) { return at[(corner + step) % 4]; };
  const Vector one = cross(p(0), p(1), p(2)), two = cross(p(0), p(2), p(3));
  const Vector normal{one[0] + two[0], one[1] + two[1], one[2] + two[2]};
  return std::min(dot(one, normal), dot(two, normal));
}

/// The corner from which the diagonal goes: 0 or 1.
std::size_t diagonal(const Quad& quad, const Tensor<double>& points) {
  const bool lowest_is_even =
      std::ranges::min_element(quad) - quad.begin() == 0 || std::ranges::min_element(quad) - quad.begin() == 2;
  const std::size_t by_number = lowest_is_even ? 0 : 1;
  const Index nodes = points.shape()[0];
  if (std::ranges::any_of(quad, [&](Index node) { return node < 0 || node >= nodes; })) return by_number;
  std::array<Vector, 4> at;
  for (std::size_t corner = 0; corner < 4; ++corner) at[corner] = point(points, quad[corner]);
  const double even = worst_triangle(at, 0), odd = worst_triangle(at, 1);
  if (!(std::abs(even - odd) > 1e-9 * std::max(std::abs(even), std::abs(odd)))) return by_number;
  return even > odd ? 0 : 1;
}

}  // namespace

CellBlock split_quads(const CellBlock& quads, const Tensor<double>& points) {
  CellBlock triangles{CellKind::triangle, quads.parts, {}, {}};
  triangles.nodes.reserve(quads.nodes.size() / 2 * 3);
  for (Index cell = 0; cell < quads.count(); ++cell) {
    Quad quad{};
    std::copy_n(quads.nodes.begin() + 4 * cell, 4, quad.begin());
    const std::size_t first = diagonal(quad, points);
    const auto node = [&](std::size_t step) { return quad[(first + step) % 4]; };
    triangles.nodes.insert(triangles.nodes.end(), {node(0), node(1), node(2), node(0), node(2), node(3)});
    if (!quads.numbers.empty())
      triangles.numbers.insert(triangles.numbers.end(), 2, quads.numbers[static_cast<std::size_t>(cell)]);
  }
  return triangles;
}

}  // namespace mercer
