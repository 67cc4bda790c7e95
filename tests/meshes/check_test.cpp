// Every finding of a mesh by a mesh that earns it, repairs, and what kinds of objects meshes are.
#include "meshes.hpp"
#include "support/failure.hpp"
#include <mercer/meshes/check/check_mesh.hpp>

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace mercer;
using test::values;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// The codes of the findings, each behind the first letter of its severity.
std::vector<std::string> codes(const MeshReport& report) {
  std::vector<std::string> found;
  for (const Finding& finding : report.findings)
    found.push_back(std::string(1, name(finding.severity)[0]) + " " + finding.code);
  return found;
}

std::vector<std::string> codes_of(MeshSample sample, const CheckRules& rules = {}) {
  return codes(check_and_repair(sample, rules).report);
}

using Codes = std::vector<std::string>;

void append(MeshSample& sample, const std::vector<double>& points, const std::vector<Index>& cells) {
  std::vector<double> all = values(sample.mesh.points);
  std::vector<Index> nodes = values(sample.mesh.cells.nodes);
  all.insert(all.end(), points.begin(), points.end());
  nodes.insert(nodes.end(), cells.begin(), cells.end());
  sample.mesh.points = test::table(sample.mesh.space(), all);
  sample.mesh.cells.nodes = test::table(corners(sample.mesh.cells.kind), nodes);
}

Topology topology_of(MeshSample sample) { return *check_and_repair(sample, {.demand = Demand::any}).report.topology; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_good_mesh_has_no_findings_and_stays_as_it_is) {
  MeshSample sample = test::square(5);
  const std::vector<double> before = values(sample.mesh.points);
  const Checked checked = check_and_repair(sample);
  BOOST_TEST(checked.report.findings.empty());
  BOOST_TEST((values(sample.mesh.points) == before));
  BOOST_TEST(checked.report.topology->is_disk());
  BOOST_TEST(checked.node_now.back() == 24);
}

BOOST_AUTO_TEST_CASE(empty_and_non_finite_meshes_come_before_everything_else) {
  BOOST_TEST((codes_of(test::sample(2, {}, CellKind::triangle, {})) == Codes{"f empty_mesh"}));
  BOOST_TEST((codes_of(test::sample(2, {0, 0}, CellKind::triangle, {})) == Codes{"f empty_mesh"}));
  MeshSample sample = test::square(3);
  sample.mesh.points(4, 1) = missing;
  sample.mesh.cells.nodes(0, 0) = 77;
  BOOST_TEST((codes_of(std::move(sample)) == Codes{"f nonfinite_coordinates"}));
}

BOOST_AUTO_TEST_CASE(indices_out_of_range_are_found_in_cells_parts_and_tags) {
  for (const Index index : {Index{9}, Index{-1}, std::numeric_limits<Index>::max()}) {
    MeshSample cells = test::square(3), parts = test::square(3), tags = test::square(3);
    cells.mesh.cells.nodes(2, 1) = index;
    parts.mesh.parts["side"] = {CellKind::edge, test::table<Index>(2, {0, index})};
    tags.mesh.tags["corner"] = {index};
    for (MeshSample* sample : {&cells, &parts, &tags})
      BOOST_TEST((codes_of(std::move(*sample)) == Codes{"f index_out_of_range"}));
  }
}

BOOST_AUTO_TEST_CASE(a_corner_that_is_there_twice_is_a_fault_and_leaves_a_hole) {
  MeshSample sample = test::square(5);
  sample.mesh.cells.nodes(12, 1) = sample.mesh.cells.nodes(12, 0);
  BOOST_TEST((codes_of(std::move(sample)) == Codes{"f degenerate_triangle_indices", "f not_a_disk"}));
}

BOOST_AUTO_TEST_CASE(third_coordinates_that_are_zero_are_dropped_unless_they_are_to_be_kept) {
  const auto raised = [](double height) {
    MeshSample sample = test::square(3);
    std::vector<double> points;
    for (Index node = 0; node < 9; ++node)
      points.insert(points.end(), {sample.mesh.points(node, 0), sample.mesh.points(node, 1), node == 4 ? height : 0});
    sample.mesh.points = test::table(3, points);
    return sample;
  };
  MeshSample flat = raised(0);
  const MeshReport report = check_and_repair(flat).report;
  BOOST_TEST((codes(report) == Codes{"n flat_mesh"}));
  BOOST_TEST(report.space == 2);
  BOOST_TEST((values(flat.mesh.points) == values(test::square(3).mesh.points)));
  BOOST_TEST(report.outline.has_value());
  MeshSample kept = raised(0), bent = raised(1e-9);
  BOOST_TEST(check_and_repair(kept, {.flat = Flat::kept}).report.findings.empty());
  BOOST_TEST(check_and_repair(bent).report.findings.empty());
  BOOST_TEST(kept.mesh.space() == 3);
  BOOST_TEST(bent.mesh.space() == 3);
}

BOOST_AUTO_TEST_CASE(unused_nodes_are_dropped_with_their_values_and_tags) {
  MeshSample sample = test::square(3);
  append(sample, {7, 7}, {});
  std::vector<double> numbers(10);
  for (std::size_t i = 0; i < 10; ++i) numbers[i] = static_cast<double>(i);
  sample.point_fields.push_back(test::field("u", numbers));
  sample.mesh.tags["all"] = {8, 9};
  const Checked checked = check_and_repair(sample);
  BOOST_TEST((codes(checked.report) == Codes{"n unused_nodes"}));
  BOOST_TEST(sample.mesh.nodes() == 9);
  BOOST_TEST(sample.point_fields.front().values.count() == 9);
  BOOST_TEST((sample.mesh.tags.at("all") == std::vector<Index>{8}));
  BOOST_TEST(checked.node_now[9] == -1);
}

BOOST_AUTO_TEST_CASE(nodes_at_one_place_are_merged_and_jumps_of_fields_are_told) {
  MeshSample sample = test::square(3);
  append(sample, {0.5, 0.5 + 1e-12}, {});
  sample.mesh.cells.nodes(0, 2) = 9;  // corner 4, a second time
  sample.point_fields.push_back(test::field("same", {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
  sample.point_fields.push_back(test::field("jump", {0, 0, 0, 0, 1, 0, 0, 0, 0, 2}));
  const Checked checked = check_and_repair(sample);
  BOOST_TEST((codes(checked.report) == Codes{"n duplicate_nodes", "w field_jump"}));
  BOOST_TEST(sample.mesh.nodes() == 9);
  BOOST_TEST(sample.mesh.cells.nodes(0, 2) == 4);
  BOOST_TEST(checked.node_now[9] == 4);
  BOOST_TEST(sample.point_fields[1].values(4, 0) == 1.0);
}

BOOST_AUTO_TEST_CASE(grids_of_many_points_in_line_are_searched_fast) {
  BOOST_TEST(codes_of(test::square(200)).empty());
}

BOOST_AUTO_TEST_CASE(triangles_that_are_turned_over_are_turned_back) {
  for (const Index every : {Index{1}, Index{3}}) {
    MeshSample sample = test::square(4);
    for (Index cell = 0; cell < sample.mesh.cells.count(); cell += every) turn(sample.mesh.cells, cell);
    BOOST_TEST((codes(check_and_repair(sample).report) == Codes{"n negative_orientation"}));
    for (Index cell = 0; cell < sample.mesh.cells.count(); ++cell) BOOST_TEST(measure(sample.mesh, cell) > 0);
  }
}

BOOST_AUTO_TEST_CASE(surfaces_are_oriented_by_their_neighbours_and_closed_ones_face_outwards) {
  MeshSample sample = test::tetrahedron_surface();
  BOOST_TEST((codes_of(test::tetrahedron_surface()) == Codes{"n not_a_disk"}));
  const std::vector<Index> outwards = values(sample.mesh.cells.nodes);
  for (const Index cell : {0, 1, 3}) turn(sample.mesh.cells, cell);
  BOOST_TEST((codes(check_and_repair(sample).report) == Codes{"n negative_orientation", "n not_a_disk"}));
  BOOST_TEST((values(sample.mesh.cells.nodes) == outwards));
  BOOST_TEST((codes_of(test::moebius()) == Codes{"f not_orientable", "n not_a_disk"}));
}

BOOST_AUTO_TEST_CASE(flat_cells_are_faults_and_quadrilaterals_with_a_dent_are_told) {
  BOOST_TEST((codes_of(test::sample(2, {0, 0, 1, 0, 2, 0, 1, 1}, CellKind::triangle, {0, 1, 2, 0, 2, 3})) ==
              Codes{"f zero_area_elements"}));
  BOOST_TEST((codes_of(test::sample(2, {0, 0, 1, 0, 0.1, 0.1, 0, 1}, CellKind::quadrilateral, {0, 1, 2, 3})) ==
              Codes{"w dented_quads"}));
  BOOST_TEST(codes_of(test::sample(2, {0, 0, 1, 0, 1, 1, 0, 1}, CellKind::quadrilateral, {0, 1, 2, 3})).empty());
}

BOOST_AUTO_TEST_CASE(crowded_edges_and_pinched_nodes_are_faults) {
  const std::vector<double> book{0, 0, 0, 1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1};
  BOOST_TEST((codes_of(test::sample(3, book, CellKind::triangle, {0, 1, 2, 1, 0, 3, 0, 1, 4})) ==
              Codes{"f nonmanifold_edges"}));
  const std::vector<double> tie{0, 0, 1, 0, 0, 1, -1, 0, 0, -1};
  BOOST_TEST((codes_of(test::sample(2, tie, CellKind::triangle, {0, 1, 2, 0, 3, 4})) ==
              Codes{"f nonmanifold_boundary_vertices"}));
  const std::vector<double> star{0, 0, 1, 0, -1, 0, 0, 1};
  const Codes branching = codes_of(test::sample(2, star, CellKind::edge, {1, 0, 0, 2, 0, 3}));
  BOOST_TEST((std::ranges::find(branching, "f nonmanifold_nodes") != branching.end()));
}

BOOST_AUTO_TEST_CASE(two_closed_surfaces_that_touch_at_a_node_are_pinched) {
  MeshSample sample = test::tetrahedron_surface();
  append(sample, {-1, 0, 0, 0, -1, 0, 0, 0, -1}, {0, 5, 4, 0, 4, 6, 4, 5, 6, 0, 6, 5});
  BOOST_TEST(topology_of(std::move(sample)).pinched_nodes == 1);
}

BOOST_AUTO_TEST_CASE(pieces_and_holes_are_faults_in_the_plane_unless_any_mesh_will_do) {
  BOOST_TEST((codes_of(test::annulus()) == Codes{"f not_a_disk"}));
  BOOST_TEST((codes_of(test::annulus(), {.demand = Demand::any}) == Codes{"n not_a_disk"}));
  MeshSample two = test::square(2);
  append(two, {5, 5, 6, 5, 6, 6}, {4, 5, 6});
  BOOST_TEST((codes_of(std::move(two)) == Codes{"f components", "f not_a_disk"}));
  BOOST_TEST((codes_of(test::torus()) == Codes{"n not_a_disk"}));
  BOOST_TEST((codes_of(test::torus(), {.demand = Demand::disk}) == Codes{"f not_a_disk"}));
}

BOOST_AUTO_TEST_CASE(topology_is_that_of_well_known_objects) {
  const auto facts = [](const Topology& t) {
    return std::vector<Index>{t.components, t.boundary_loops, t.euler, t.genus, t.is_orientable};
  };
  using Facts = std::vector<Index>;
  BOOST_TEST((facts(topology_of(test::square(6))) == Facts{1, 1, 1, 0, 1}));
  BOOST_TEST((facts(topology_of(test::annulus())) == Facts{1, 2, 0, 0, 1}));
  BOOST_TEST((facts(topology_of(test::torus())) == Facts{1, 0, 0, 1, 1}));
  BOOST_TEST((facts(topology_of(test::tetrahedron_surface())) == Facts{1, 0, 2, 0, 1}));
  BOOST_TEST((facts(topology_of(test::moebius())) == Facts{1, 1, 0, -1, 0}));
  const std::vector<double> corners{0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1};
  BOOST_TEST((facts(topology_of(test::sample(3, corners, CellKind::tetrahedron, {0, 1, 2, 3, 1, 2, 3, 4}))) ==
              Facts{1, 1, 1, -1, 1}));
  const std::vector<double> ring{0, 0, 1, 0, 1, 1, 0, 1};
  BOOST_TEST(
      (facts(topology_of(test::sample(2, ring, CellKind::edge, {0, 1, 1, 2, 2, 3, 3, 0}))) == Facts{1, 0, 0, -1, 1}));
  BOOST_TEST((facts(topology_of(test::sample(2, ring, CellKind::edge, {0, 1, 1, 2}))) == Facts{1, 2, 1, -1, 1}));
}

BOOST_AUTO_TEST_CASE(fields_and_scalars_are_checked_whatever_the_mesh_is) {
  MeshSample sample = test::square(3);
  sample.point_fields.push_back(test::field("short", {1, 2}));
  sample.point_fields.push_back(test::field("nan", {1, 2, 3, missing, 5, 6, 7, 8, 9}));
  sample.cell_fields.push_back(test::field("zero", std::vector<double>(8, 0.0)));
  sample.scalars["P"] = std::numeric_limits<double>::infinity();
  BOOST_TEST((codes_of(std::move(sample)) ==
              Codes{"f field_length", "f nonfinite_field", "w zero_field", "f nonfinite_scalar"}));
  MeshSample empty = test::sample(2, {}, CellKind::triangle, {});
  empty.point_fields.push_back(test::field("u", {1}));
  BOOST_TEST((codes_of(std::move(empty)) == Codes{"f empty_mesh", "f field_length"}));
}

BOOST_AUTO_TEST_CASE(a_fault_can_be_thrown_with_file_and_sample) {
  MeshSample sample = test::annulus();
  const MeshReport report = check_and_repair(sample).report;
  BOOST_CHECK_EXCEPTION(require_sound(report, "set.h5"), Error,
                        failure(Fault::data, "set.h5, sample 'made': not_a_disk"));
}
