#include <mercer/meshes/geometry/simplex.hpp>

#include <algorithm>

namespace mercer {
namespace {

Corner minus(const Corner& a, const Corner& b) noexcept { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double dot(const Corner& a, const Corner& b) noexcept { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Nearest measured(const Corner* corners, int count, const Corner& point, const std::array<double, 3>& weights) noexcept {
  Corner here{};
  for (int k = 0; k < count; ++k)
    for (std::size_t axis = 0; axis < 3; ++axis) here[axis] += weights[static_cast<std::size_t>(k)] * corners[k][axis];
  const Corner gap = minus(point, here);
  return {weights, dot(gap, gap)};
}

Nearest on_segment(const Corner* corners, const Corner& point) noexcept {
  const Corner along = minus(corners[1], corners[0]);
  const double square = dot(along, along);
  const double part = square > 0 ? std::clamp(dot(minus(point, corners[0]), along) / square, 0.0, 1.0) : 0.0;
  return measured(corners, 2, point, {1 - part, part, 0});
}

Nearest on_triangle(const Corner* corners, const Corner& point) noexcept {
  const Corner u = minus(corners[1], corners[0]), v = minus(corners[2], corners[0]), p = minus(point, corners[0]);
  const double uu = dot(u, u), uv = dot(u, v), vv = dot(v, v), pu = dot(p, u), pv = dot(p, v);
  const double determinant = uu * vv - uv * uv;
  if (determinant > 0) {
    const double b = (vv * pu - uv * pv) / determinant, c = (uu * pv - uv * pu) / determinant;
    if (b >= 0 && c >= 0 && b + c <= 1) return measured(corners, 3, point, {1 - b - c, b, c});
  }
  Nearest best;
  for (std::size_t side = 0; side < 3; ++side) {
    const std::size_t next = (side + 1) % 3;
    const std::array<Corner, 2> ends{corners[side], corners[next]};
    const Nearest found = on_segment(ends.data(), point);
    if (side > 0 && found.squared_distance >= best.squared_distance) continue;
    best.squared_distance = found.squared_distance;
    best.weights = {};
    best.weights[side] = found.weights[0];
    best.weights[next] = found.weights[1];
  }
  return best;
}

}  // namespace

Nearest nearest_on_simplex(const Corner* corners, int count, const Corner& point) noexcept {
  if (count == 3) return on_triangle(corners, point);
  return count == 2 ? on_segment(corners, point) : measured(corners, 1, point, {1, 0, 0});
}

}  // namespace mercer
