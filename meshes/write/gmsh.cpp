#include <mercer/meshes/write/gmsh.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>

namespace mercer {
namespace {

constexpr int point_type = 15;

int gmsh_type(CellKind kind) {
  static constexpr std::array<int, 4> types{1, 2, 3, 4};
  return types[static_cast<std::size_t>(kind)];
}

/// Text that grows.
class Text {
 public:
  template <class... Args>
  void add(fmt::format_string<Args...> text, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), text, std::forward<Args>(args)...);
  }
  std::string string() const { return fmt::to_string(buffer_); }

 private:
  fmt::memory_buffer buffer_;
};

/// One line an element: number, type, two tags, nodes.
class Elements {
 public:
  void add(int type, int group, const Index* nodes, int count) {
    lines_.add("{} {} 2 {} {}", ++count_, type, group, group);
    for (int node = 0; node < count; ++node) lines_.add(" {}", nodes[node] + 1);
    lines_.add("\n");
  }
  void add(const Cells& cells, int group) {
    for (Index cell = 0; cell < cells.count(); ++cell)
      add(gmsh_type(cells.kind), group, cells.nodes.data() + cell * corners(cells.kind), corners(cells.kind));
  }
  Index count() const noexcept { return count_; }
  std::string text() const { return lines_.string(); }

 private:
  Text lines_;
  Index count_ = 0;
};

struct Groups {
  Text names;
  int count = 0;
  int add(int dimension, const std::string& name) {
    names.add("{} {} \"{}\"\n", dimension, ++count, name);
    return count;
  }
};

void add_nodes(const Mesh& mesh, Text& text) {
  text.add("$Nodes\n{}\n", mesh.nodes());
  for (Index node = 0; node < mesh.nodes(); ++node)
    text.add("{} {} {} {}\n", node + 1, mesh.points(node, 0), mesh.points(node, 1),
             mesh.space() == 3 ? mesh.points(node, 2) : 0.0);
  text.add("$EndNodes\n");
}

std::set<std::vector<Index>> corner_sets(const Cells& cells) {
  std::set<std::vector<Index>> found;
  for (Index cell = 0; cell < cells.count(); ++cell) {
    const Index* first = cells.nodes.data() + cell * corners(cells.kind);
    std::vector<Index> nodes(first, first + corners(cells.kind));
    std::ranges::sort(nodes);
    found.insert(std::move(nodes));
  }
  return found;
}

/// Cells of the mesh that are in none of the groups of their dimension.
Cells ungrouped(const Mesh& mesh) {
  std::set<std::vector<Index>> grouped;
  for (const auto& [name, part] : mesh.parts)
    if (part.kind == mesh.cells.kind) grouped.merge(corner_sets(part));
  const Index width = corners(mesh.cells.kind);
  std::vector<Index> nodes;
  for (Index cell = 0; cell < mesh.cells.count(); ++cell) {
    const Index* first = mesh.cells.nodes.data() + cell * width;
    std::vector<Index> key(first, first + width);
    std::ranges::sort(key);
    if (!grouped.contains(key)) nodes.insert(nodes.end(), first, first + width);
  }
  Cells left{mesh.cells.kind, Tensor<Index>({std::ssize(nodes) / width, width}, Rows::dense)};
  std::ranges::copy(nodes, left.nodes.data());
  return left;
}

void add_elements(const Mesh& mesh, Groups& groups, Elements& elements) {
  for (const auto& [name, part] : mesh.parts) elements.add(part, groups.add(dimensions(part.kind), name));
  const bool has_top = std::ranges::any_of(mesh.parts, [&](const auto& p) { return p.second.kind == mesh.cells.kind; });
  if (has_top)
    elements.add(ungrouped(mesh), 0);
  else
    elements.add(mesh.cells, 0);
  for (const auto& [name, members] : mesh.tags) {
    if (mesh.parts.contains(name)) continue;
    const int group = groups.add(0, name);
    for (const Index node : members) elements.add(point_type, group, &node, 1);
  }
}

void add_field(const MeshField& field, Text& text) {
  const Index rows = field.values.shape()[0], width = field.values.shape()[1];
  require(width == 1 || width == 3 || width == 9, Fault::data,
          "the field '{}' has {} components, and gmsh holds 1, 3 or 9", field.name, width);
  text.add("$NodeData\n1\n\"{}\"\n1\n0\n3\n0\n{}\n{}\n", field.name, width, rows);
  for (Index node = 0; node < rows; ++node) {
    text.add("{}", node + 1);
    for (Index component = 0; component < width; ++component) text.add(" {}", field.values(node, component));
    text.add("\n");
  }
  text.add("$EndNodeData\n");
}

}  // namespace

std::string gmsh_text(const MeshSample& sample) {
  require(sample.cell_fields.empty(), Fault::data, "fields on cells are not written for gmsh; use VTKHDF (NAME.hdf)");
  Groups groups;
  Elements elements;
  add_elements(sample.mesh, groups, elements);
  Text text;
  text.add("$MeshFormat\n2.2 0 8\n$EndMeshFormat\n");
  if (groups.count > 0) text.add("$PhysicalNames\n{}\n{}$EndPhysicalNames\n", groups.count, groups.names.string());
  add_nodes(sample.mesh, text);
  text.add("$Elements\n{}\n{}$EndElements\n", elements.count(), elements.text());
  for (const MeshField& field : sample.point_fields) add_field(field, text);
  return text.string();
}

}  // namespace mercer
