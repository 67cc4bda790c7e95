#include <mercer/meshes/check/check_fields.hpp>
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/check/repair.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace mercer {
namespace {

constexpr double smallest_cell = 1e-14;  // in powers of the diagonal

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

/// The checks of one mesh, in order; each may forbid those behind it.
class Checker {
 public:
  Checker(MeshSample& sample, const CheckRules& rules, Checked& checked)
      : sample_(sample), mesh_(sample.mesh), rules_(rules), checked_(checked) {}

  void run() {
    checked_.node_now.resize(at(mesh_.nodes()));
    std::iota(checked_.node_now.begin(), checked_.node_now.end(), Index{0});
    if (!is_there() || !is_finite() || !is_in_range()) return;
    if (rules_.flat == Flat::dropped) drop_third_coordinate();
    drop_degenerate();
    merge_nodes();
    turn_cells();
    measure_cells();
    look_at_topology();
  }

 private:
  template <class... Args>
  void tell(Severity severity, const std::string& code, fmt::format_string<Args...> text, Args&&... args) {
    checked_.report.findings.push_back({severity, code, fmt::format(text, std::forward<Args>(args)...)});
  }
  std::string cells_text() const { return std::string(plural(mesh_.cells.kind)); }

  bool is_there() {
    if (mesh_.nodes() > 0 && mesh_.cells.count() > 0) return true;
    tell(Severity::fault, "empty_mesh", "empty mesh: {} nodes and {} {}", mesh_.nodes(), mesh_.cells.count(),
         cells_text());
    return false;
  }

  bool is_finite() {
    const auto bad = std::ranges::count_if(mesh_.points.span(), [](double x) { return !std::isfinite(x); });
    if (bad > 0)
      tell(Severity::fault, "nonfinite_coordinates", "nonfinite_coordinates: {} of {} coordinates are NaN or infinite",
           bad, mesh_.points.count());
    return bad == 0;
  }

  bool is_in_range() {
    const auto outside = [&](Index node) { return node < 0 || node >= mesh_.nodes(); };
    const auto check = [&](const std::string& what, std::span<const Index> nodes) {
      const auto first = std::ranges::find_if(nodes, outside);
      if (first == nodes.end()) return true;
      tell(Severity::fault, "index_out_of_range",
           "index_out_of_range: {} have {} indices beyond the {} nodes, first {}", what,
           std::ranges::count_if(nodes, outside), mesh_.nodes(), *first);
      return false;
    };
    bool is_fine = check(cells_text(), mesh_.cells.nodes.span());
    for (const auto& [name, part] : mesh_.parts)
      is_fine &= check("the cells of part '" + name + "'", part.nodes.span());
    for (const auto& [name, members] : mesh_.tags) is_fine &= check("the nodes of tag '" + name + "'", members);
    return is_fine;
  }

  void drop_third_coordinate() {
    if (dimensions(mesh_.cells.kind) < 3 && flatten(mesh_.points))
      tell(Severity::note, "flat_mesh", "flat_mesh: the third coordinate is zero at all {} nodes, and was dropped",
           mesh_.nodes());
  }

  /// Takes cells with a repeated corner out, and gives their number.
  Index take_out_degenerate() {
    const Index width = corners(mesh_.cells.kind);
    const auto is_degenerate = [width](const Index* corner) {
      bool is_repeated = false;
      for (Index a = 0; a < width; ++a)
        for (Index b = a + 1; b < width; ++b) is_repeated |= corner[a] == corner[b];
      return is_repeated;
    };
    const Tensor<Index>& all = mesh_.cells.nodes;
    Index gone = 0;
    for (Index cell = 0; cell < mesh_.cells.count(); ++cell) gone += is_degenerate(all.data() + cell * width);
    if (gone == 0) return 0;
    Tensor<Index> kept({mesh_.cells.count() - gone, width}, Rows::dense);
    Index* next = kept.data();
    for (const Index* first = all.data(); first != all.data() + all.count(); first += width)
      if (!is_degenerate(first)) next = std::copy_n(first, width, next);
    mesh_.cells.nodes = std::move(kept);
    return gone;
  }

  void drop_degenerate() {
    const Index cells = mesh_.cells.count(), gone = take_out_degenerate();
    if (gone > 0)
      tell(Severity::fault, fmt::format("degenerate_{}_indices", name(mesh_.cells.kind)),
           "degenerate_{}_indices: {} of {} {} have a corner twice, and leave holes", name(mesh_.cells.kind), gone,
           cells, cells_text());
  }

  void merge_nodes() {
    box_ = bounds(mesh_);
    const Renumbering moves = renumbering(mesh_, rules_.merge_distance * box_.diagonal());
    if (moves.unused == 0 && moves.merged == 0) return;
    if (moves.unused > 0)
      tell(Severity::note, "unused_nodes", "unused_nodes {}: nodes that belong to no cell were dropped", moves.unused);
    const std::vector<std::string> jumping = apply(moves, sample_);
    checked_.node_now = moves.now;
    if (moves.merged == 0) return;
    tell(Severity::note, "duplicate_nodes", "duplicate_nodes: {} nodes lie where others do, and were merged into them",
         moves.merged);
    for (const std::string& field : jumping)
      tell(Severity::warning, "field_jump", "field_jump: '{}' had several values at merged nodes; the first was kept",
           field);
    collapsed_ = take_out_degenerate();
    box_ = bounds(mesh_);
  }

  void turn_cells() {
    const Index cells = mesh_.cells.count(), turned = cells == 0 ? 0 : orient(mesh_);
    if (turned < 0)
      tell(Severity::fault, "not_orientable", "not_orientable: the surface has one side only");
    else if (turned > 0)
      tell(Severity::note, "negative_orientation", "negative_orientation: {} of {} {} were turned over", turned, cells,
           cells_text());
  }

  void measure_cells() {
    const double least = smallest_cell * std::pow(box_.diagonal(), dimensions(mesh_.cells.kind));
    const bool is_quad = mesh_.cells.kind == CellKind::quadrilateral;
    Index flat = collapsed_, dented = 0;
    for (Index cell = 0; cell < mesh_.cells.count(); ++cell) {
      const bool is_flat = std::abs(measure(mesh_, cell)) <= least;
      flat += is_flat;
      dented += is_quad && !is_flat && !is_convex(mesh_, cell);
    }
    if (flat > 0)
      tell(Severity::fault, "zero_area_elements",
           "zero_area_elements: {} {} are smaller than {:g} of the size of the mesh", flat, cells_text(),
           smallest_cell);
    if (dented > 0) tell(Severity::warning, "dented_quads", "dented_quads: {} quadrilaterals are not convex", dented);
  }

  void look_at_topology() {
    if (mesh_.cells.count() == 0) return;
    const std::vector<Side> sides = sorted_facets(mesh_.cells, mesh_.nodes());
    const Topology told = topology(mesh_, sides);
    checked_.report.topology = told;
    checked_.report.box = box_;
    static constexpr const char* names[] = {"", "nodes", "edges", "faces"};
    if (told.crowded_facets > 0)
      tell(Severity::fault, fmt::format("nonmanifold_{}", names[dimensions(mesh_.cells.kind)]),
           "nonmanifold_{}: {} belong to more than two {}", names[dimensions(mesh_.cells.kind)], told.crowded_facets,
           cells_text());
    if (told.pinched_nodes > 0 && dimensions(mesh_.cells.kind) > 1)
      tell(Severity::fault, "nonmanifold_boundary_vertices",
           "nonmanifold_boundary_vertices: at {} nodes the mesh hangs together by the node only", told.pinched_nodes);
    compare_with_demand(told);
    if (rules_.demand != Demand::any && mercer::is_sound(checked_.report.findings) && has_outline(told))
      checked_.report.outline = outline_of(mesh_, boundary_loops(mesh_, boundary_of(sides)).front());
  }

  /// Whether a sound mesh has an outline to compare: what models of shapes are made for.
  bool has_outline(const Topology& told) const {
    const bool is_closed_curve =
        mesh_.cells.kind == CellKind::edge && told.is_manifold() && told.components == 1 && told.boundary_facets == 0;
    return mesh_.space() == 2 && (is_closed_curve || (mesh_.cells.kind == CellKind::triangle && told.is_disk()));
  }

  static std::vector<Facet> boundary_of(const std::vector<Side>& sides) {
    std::vector<Facet> boundary;
    for_each_facet(sides, [&](std::size_t first, std::size_t last) {
      if (last - first == 1) boundary.push_back({sides[first].nodes, sides[first].cell, 1});
    });
    return boundary;
  }

  void compare_with_demand(const Topology& told) {
    const bool is_surface = dimensions(mesh_.cells.kind) == 2;
    const bool is_plane = is_surface && mesh_.space() == 2;
    const bool wants_disk = rules_.demand == Demand::disk || (rules_.demand == Demand::automatic && is_plane);
    if (told.components > 1)
      tell(rules_.demand == Demand::any ? Severity::note : Severity::fault, "components",
           "components {}: the mesh is in {} pieces", told.components, told.components);
    if ((is_surface && (told.is_disk() || !told.is_manifold())) || (!is_surface && !wants_disk)) return;
    tell(wants_disk ? Severity::fault : Severity::note, "not_a_disk",
         "not_a_disk: {} boundary loops (loops={} chi={}): it is a {}", told.boundary_loops, told.boundary_loops,
         told.euler, kind_text(told, mesh_.cells.kind));
  }

  MeshSample& sample_;
  Mesh& mesh_;
  const CheckRules& rules_;
  Checked& checked_;
  BoundingBox box_;
  Index collapsed_ = 0;
};

/// Fields that models of one number a node cannot learn, with what they are.
std::map<std::string, std::string> odd_fields(const MeshSample& sample) {
  std::map<std::string, std::string> odd;
  for (const MeshField& field : sample.cell_fields) odd[field.name] = "lies on cells";
  for (const MeshField& field : sample.point_fields)
    if (field.values.shape()[1] != 1) odd[field.name] = fmt::format("has {} components", field.values.shape()[1]);
  return odd;
}

}  // namespace

Checked check_and_repair(MeshSample& sample, const CheckRules& rules) {
  Checked checked;
  MeshReport& report = checked.report;
  report.id = sample.id;
  report.kind = sample.mesh.cells.kind;
  report.scalars = sample.scalars;
  for (const auto* fields : {&sample.point_fields, &sample.cell_fields})
    for (const MeshField& field : *fields) report.fields.push_back(field.name);
  report.odd_fields = odd_fields(sample);
  const std::vector<Finding> about_fields = check_fields(sample);
  Checker(sample, rules, checked).run();
  for (const std::vector<Finding>* more : {&std::as_const(sample.notes), &about_fields})
    report.findings.insert(report.findings.end(), more->begin(), more->end());
  report.space = sample.mesh.space();
  report.nodes = sample.mesh.nodes();
  report.cells = sample.mesh.cells.count();
  for (const auto& [name, part] : sample.mesh.parts) report.parts[name] = part.count();
  for (const auto& [name, members] : sample.mesh.tags) report.tags[name] = std::ssize(members);
  return checked;
}

void require_sound(const MeshReport& report, const std::string& file) {
  const auto fault = std::ranges::find(report.findings, Severity::fault, &Finding::severity);
  if (fault != report.findings.end()) fail(Fault::data, "{}, sample '{}': {}", file, report.id, fault->sentence);
}

}  // namespace mercer
