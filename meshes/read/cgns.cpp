#include <mercer/meshes/read/cgns.hpp>
#include <mercer/meshes/read/cgns_tree.hpp>
#include <mercer/meshes/read/raw_mesh.hpp>

#include <algorithm>
#include <numeric>
#include <optional>

namespace mercer {
namespace {

using cgns::Node;

struct Section {
  CellKind kind;
  int nodes;
};

/// CGNS' numbers of kinds of elements; corners come first in all of them.
std::optional<Section> section_kind(Index type) {
  switch (type) {
    case 3:
      return Section{CellKind::edge, 2};
    case 4:
      return Section{CellKind::edge, 3};
    case 24:
      return Section{CellKind::edge, 4};
    case 5:
      return Section{CellKind::triangle, 3};
    case 6:
      return Section{CellKind::triangle, 6};
    case 25:
      return Section{CellKind::triangle, 9};
    case 26:
      return Section{CellKind::triangle, 10};
    case 7:
      return Section{CellKind::quadrilateral, 4};
    case 8:
      return Section{CellKind::quadrilateral, 8};
    case 9:
      return Section{CellKind::quadrilateral, 9};
    case 10:
      return Section{CellKind::tetrahedron, 4};
    case 11:
      return Section{CellKind::tetrahedron, 10};
    case 30:
      return Section{CellKind::tetrahedron, 20};
    default:
      return std::nullopt;
  }
}

std::string refusal(Index type) {
  const std::string wanted = "expected sections of edges, triangles, quadrilaterals or tetrahedra";
  if (type == 20) return "a section of type MIXED; " + wanted + ", one kind each";
  if (type == 22 || type == 23) return "a section of type NGON or NFACE; " + wanted;
  return fmt::format("a section of element type {}; {}", type, wanted);
}

/// Files count from 1; what is below stays out of range.
Index from_one(Index number) { return std::max<Index>(number, 0) - 1; }

void read_points(const Node& zone, Index nodes, RawMesh& raw) {
  const Node coordinates = zone.child("GridCoordinates_t");
  std::vector<std::vector<double>> axes;
  for (const char* axis : {"CoordinateX", "CoordinateY", "CoordinateZ"})
    for (const Node& array : coordinates.children("DataArray_t"))
      if (array.name() == axis) axes.push_back(array.values<double>());
  if (axes.size() < 2) coordinates.refuse("expected CoordinateX, CoordinateY and, in space, CoordinateZ");
  for (const std::vector<double>& axis : axes)
    if (std::ssize(axis) != nodes) coordinates.refuse(fmt::format("{} coordinates for {} nodes", axis.size(), nodes));
  raw.points = Tensor<double>({nodes, static_cast<Index>(axes.size())}, Rows::dense);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    for (Index node = 0; node < nodes; ++node)
      raw.points(node, static_cast<Index>(axis)) = axes[axis][static_cast<std::size_t>(node)];
  }
}

std::vector<Index> connectivity(const Node& node) {
  for (const Node& array : node.children("DataArray_t"))
    if (array.name() == "ElementConnectivity") return array.values<Index>();
  node.refuse("it has no ElementConnectivity");
}

/// Cells of one section, numbered from 0 as in the zone.
void read_section(const Node& node, RawMesh& raw) {
  const std::vector<Index> type = node.values<Index>();
  const std::optional<Section> section = type.empty() ? std::nullopt : section_kind(type.front());
  constexpr Index point = 2;
  if (!type.empty() && type.front() == point) return;
  if (!section) node.refuse(refusal(type.empty() ? 0 : type.front()));
  const std::vector<Index> range = node.child("IndexRange_t").values<Index>();
  if (range.size() != 2 || range[1] < range[0] - 1 || range[0] < 1) node.refuse("its ElementRange is no range");
  const Index cells = range[1] - range[0] + 1;
  const std::vector<Index> nodes = connectivity(node);
  if (std::ssize(nodes) % section->nodes != 0 || std::ssize(nodes) / section->nodes != cells)
    node.refuse(fmt::format("{} node numbers for {} cells of {} nodes", nodes.size(), cells, section->nodes));
  CellBlock block{section->kind, {node.name()}, {}, {}};
  std::vector<Index> corners(static_cast<std::size_t>(section->nodes));
  for (Index cell = 0; cell < cells; ++cell) {
    std::transform(nodes.begin() + cell * section->nodes, nodes.begin() + (cell + 1) * section->nodes, corners.begin(),
                   from_one);
    raw.add(block, corners);
    block.numbers.push_back(range[0] - 1 + cell);
  }
  raw.blocks.push_back(std::move(block));
}

std::string location(const Node& node) {
  const std::vector<Node> found = node.children("GridLocation_t");
  return found.empty() ? "Vertex" : found.front().text();
}

void read_fields(const Node& solution, RawMesh& raw) {
  const std::string where = location(solution);
  if (where != "Vertex" && where != "CellCenter") {
    raw.notes.push_back({Severity::warning, "field_left_out",
                         fmt::format("the fields of '{}' lie on {} and were left out", solution.path(), where)});
    return;
  }
  for (const Node& array : solution.children("DataArray_t")) {
    const std::vector<double> values = array.values<double>();
    (where == "Vertex" ? raw.point_fields : raw.cell_fields).push_back(mesh_field(array.name(), 1, values));
  }
}

/// Fields on cells count those of the dimension of the base from 0, sections all elements of the zone. A section that
/// is the whole mesh is no part of it.
void number_cells(RawMesh& raw) {
  int top = 0;
  for (const CellBlock& block : raw.blocks) top = std::max(top, dimensions(block.kind));
  Index next = 0;
  std::ranges::stable_sort(raw.blocks, {},
                           [](const CellBlock& block) { return block.numbers.empty() ? 0 : block.numbers.front(); });
  const auto is_top = [&](const CellBlock& block) { return dimensions(block.kind) == top; };
  const bool is_alone = std::ranges::count_if(raw.blocks, is_top) == 1;
  for (CellBlock& block : raw.blocks) {
    if (!is_top(block)) continue;
    if (is_alone) block.parts.clear();
    std::iota(block.numbers.begin(), block.numbers.end(), next);
    next += block.count();
  }
}

void read_condition(const Node& condition, RawMesh& raw) {
  std::vector<Index> members;
  if (location(condition) != "Vertex") {
    raw.notes.push_back(
        {Severity::note, "tag_left_out",
         fmt::format("the boundary '{}' is given by {} and was left out", condition.name(), location(condition))});
    return;
  }
  for (const Node& points : condition.children("IndexArray_t"))
    if (points.name() == "PointList") members = points.values<Index>();
  for (const Node& points : condition.children("IndexRange_t")) {
    const std::vector<Index> range = points.values<Index>();
    if (points.name() != "PointRange" || range.size() != 2) continue;
    if (range[0] < 1 || range[1] > raw.points.shape()[0]) points.refuse("its PointRange is not among the nodes");
    for (Index node = range[0]; node <= range[1]; ++node) members.push_back(node);
  }
  std::ranges::transform(members, members.begin(), from_one);
  raw.tags[condition.name()] = std::move(members);
}

void read_zone(const Node& zone, RawMesh& raw) {
  const std::string kind = zone.child("ZoneType_t").text();
  if (kind != "Unstructured") zone.refuse("expected an unstructured zone, found a " + kind + " one");
  const std::vector<Index> sizes = zone.values<Index>();
  if (sizes.size() < 2 || sizes[0] < 0) zone.refuse("expected the numbers of its nodes and cells");
  read_points(zone, sizes[0], raw);
  for (const Node& section : zone.children("Elements_t")) read_section(section, raw);
  number_cells(raw);
  for (const Node& solution : zone.children("FlowSolution_t")) read_fields(solution, raw);
  for (const Node& boundary : zone.children("ZoneBC_t"))
    for (const Node& condition : boundary.children("BC_t")) read_condition(condition, raw);
  Index top_cells = 0;
  int top = 0;
  for (const CellBlock& block : raw.blocks) top = std::max(top, dimensions(block.kind));
  for (const CellBlock& block : raw.blocks) top_cells += dimensions(block.kind) == top ? block.count() : 0;
  if (top_cells != sizes[1])
    zone.refuse(fmt::format("its sections have {} cells, and it announces {}", top_cells, sizes[1]));
}

void read_scalars(const Node& base, RawMesh& raw) {
  for (const Node& array : base.children("DataArray_t"))
    if (array.shape().dimensions() == 1 && array.shape()[0] == 1)
      raw.scalars[array.name()] = array.values<double>().front();
}

}  // namespace

MeshSample read_cgns(const InputFile& file) {
  RawMesh raw;
  raw.id = file.path().stem().string();
  std::vector<Node> zones;
  for (const Node& base : cgns::top_nodes(file)) {
    if (base.label() != "CGNSBase_t") continue;
    for (Node& zone : base.children("Zone_t")) zones.push_back(std::move(zone));
    read_scalars(base, raw);
  }
  require(zones.size() == 1, Fault::data, "{}: expected one zone, found {}", file.path().string(), zones.size());
  read_zone(zones.front(), raw);
  return assembled(std::move(raw), file.path().string());
}

}  // namespace mercer
