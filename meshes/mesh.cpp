#include <mercer/meshes/mesh.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

struct Names {
  std::string_view name, plural;
};

const Names& names(CellKind kind) noexcept {
  static constexpr std::array<Names, 4> all{
      {{"edge", "edges"}, {"triangle", "triangles"}, {"quadrilateral", "quads"}, {"tetrahedron", "tetrahedra"}}};
  return all[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view name(CellKind kind) noexcept { return names(kind).name; }
std::string_view plural(CellKind kind) noexcept { return names(kind).plural; }

bool flatten(Tensor<double>& points) {
  const Index nodes = points.shape()[0];
  if (points.shape()[1] != 3) return false;
  for (Index node = 0; node < nodes; ++node)
    if (points(node, 2) != 0) return false;
  Tensor<double> flat({nodes, 2}, Rows::dense);
  for (Index node = 0; node < nodes; ++node) std::copy_n(points.data() + 3 * node, 2, flat.data() + 2 * node);
  points = std::move(flat);
  return true;
}

std::string_view name(Severity severity) noexcept {
  static constexpr std::array<std::string_view, 3> names{"note", "warning", "fault"};
  return names[static_cast<std::size_t>(severity)];
}

bool is_sound(const std::vector<Finding>& findings) noexcept {
  return std::ranges::none_of(findings, [](const Finding& finding) { return finding.severity == Severity::fault; });
}

}  // namespace mercer
