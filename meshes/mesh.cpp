#include <mercer/meshes/mesh.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

struct Facts {
  int corners, dimensions;
  std::string_view name, plural;
};

const Facts& facts(CellKind kind) noexcept {
  static constexpr std::array<Facts, 4> all{{{2, 1, "edge", "edges"},
                                             {3, 2, "triangle", "triangles"},
                                             {4, 2, "quadrilateral", "quads"},
                                             {4, 3, "tetrahedron", "tetrahedra"}}};
  return all[static_cast<std::size_t>(kind)];
}

}  // namespace

int corners(CellKind kind) noexcept { return facts(kind).corners; }
int dimensions(CellKind kind) noexcept { return facts(kind).dimensions; }
std::string_view name(CellKind kind) noexcept { return facts(kind).name; }
std::string_view plural(CellKind kind) noexcept { return facts(kind).plural; }

std::string_view name(Severity severity) noexcept {
  static constexpr std::array<std::string_view, 3> names{"note", "warning", "fault"};
  return names[static_cast<std::size_t>(severity)];
}

bool is_sound(const std::vector<Finding>& findings) noexcept {
  return std::ranges::none_of(findings, [](const Finding& finding) { return finding.severity == Severity::fault; });
}

}  // namespace mercer
