// Edges and faces of meshes, and the loops that bound them.
#include "support/failure.hpp"
#include "support/made_meshes.hpp"
#include <mercer/meshes/geometry/facets.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;

namespace {

double enclosed(const Mesh& mesh, const Loop& loop) {
  double twice = 0;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    const Index a = loop[i], b = loop[(i + 1) % loop.size()];
    twice += mesh.points(a, 0) * mesh.points(b, 1) - mesh.points(b, 0) * mesh.points(a, 1);
  }
  return twice / 2;
}

}  // namespace

BOOST_AUTO_TEST_CASE(facets_are_counted_once) {
  const Mesh square = test::square(4), cube = test::cube(2);
  const std::vector<Facet> edges = facets(square.cells, square.nodes()), faces = facets(cube.cells, cube.nodes());
  BOOST_TEST(edges.size() == 56u);  // 25 nodes + 32 triangles - 1
  BOOST_TEST(boundary_facets(edges).size() == 16u);
  BOOST_TEST(faces.size() == 120u);  // 48 * 4 faces, of which 48 are on the outside
  BOOST_TEST(boundary_facets(faces).size() == 48u);
}

BOOST_AUTO_TEST_CASE(the_boundary_of_a_square_is_one_loop_counter_clockwise) {
  const Mesh mesh = test::square(5, 0.2);
  const Loop loop = disk_boundary(mesh);
  BOOST_TEST(loop.size() == 20u);
  BOOST_TEST(loop.front() == 0);
  BOOST_TEST(std::abs(enclosed(mesh, loop) - 1) < 1e-14);
}

BOOST_AUTO_TEST_CASE(loops_do_not_depend_on_how_triangles_are_turned) {
  Mesh mesh = test::square(5, 0.2);
  const Loop loop = disk_boundary(mesh);
  for (Index cell = 0; cell < mesh.cells.count(); cell += 3)
    std::swap(mesh.cells.nodes(cell, 0), mesh.cells.nodes(cell, 1));
  BOOST_TEST(disk_boundary(mesh) == loop);
}

BOOST_AUTO_TEST_CASE(a_ring_has_an_outer_loop_and_a_hole) {
  const Mesh mesh = test::ring(24, 3);
  const std::vector<Facet> edges = facets(mesh.cells, mesh.nodes());
  const std::vector<Loop> loops = boundary_loops(mesh, edges);
  BOOST_REQUIRE(loops.size() == 2u);
  BOOST_TEST(enclosed(mesh, loops[0]) > 3);
  BOOST_TEST(enclosed(mesh, loops[1]) < 0);
  BOOST_TEST(topology(mesh.cells, mesh.nodes(), edges).euler == 0);
  BOOST_CHECK_EXCEPTION(disk_boundary(mesh), Error, failure(Fault::data, "not a disk: 2 boundary loops"));
}

BOOST_AUTO_TEST_CASE(loops_in_space_follow_the_triangles) {
  Mesh flat = test::square(3);
  Mesh mesh;
  mesh.points = Tensor<double>({flat.nodes(), 3}, Rows::dense);
  for (Index i = 0; i < flat.nodes(); ++i)
    for (int axis = 0; axis < 2; ++axis) mesh.points(i, axis) = flat.points(i, axis);
  const Loop loop = disk_boundary(flat);
  mesh.cells = std::move(flat.cells);
  BOOST_TEST(disk_boundary(mesh) == loop);
}

BOOST_AUTO_TEST_CASE(a_closed_curve_is_its_own_loop) {
  const Mesh mesh = test::closed_curve(9, [](double t) {
    return std::array{std::cos(2 * std::numbers::pi * t), -std::sin(2 * std::numbers::pi * t)};
  });
  const Loop loop = disk_boundary(mesh);
  BOOST_TEST(loop.size() == 9u);
  BOOST_TEST(enclosed(mesh, loop) > 0);
}

BOOST_AUTO_TEST_CASE(parts_and_branches_are_counted) {
  const Mesh two = test::mesh_of(2, {0, 0, 1, 0, 0, 1, 3, 0, 4, 0, 3, 1}, CellKind::triangle, {0, 1, 2, 3, 4, 5});
  BOOST_TEST(topology(two.cells, 6, facets(two.cells, 6)).components == 2);
  const Mesh fan =
      test::mesh_of(3, {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1}, CellKind::triangle, {0, 1, 2, 0, 1, 3, 0, 1, 4});
  BOOST_TEST(topology(fan.cells, 5, facets(fan.cells, 5)).branched == 1);
  BOOST_CHECK_EXCEPTION(disk_boundary(two), Error, failure(Fault::data, "2 parts"));
}

BOOST_AUTO_TEST_CASE(meshes_without_loops_are_refused_with_the_reason) {
  const Mesh bow = test::mesh_of(2, {0, 0, 1, 0, 1, 1, -1, 0, -1, -1}, CellKind::triangle, {0, 1, 2, 0, 3, 4});
  BOOST_CHECK_EXCEPTION(disk_boundary(bow), Error, failure(Fault::data, "touch in a point"));
  const Mesh open = test::mesh_of(2, {0, 0, 1, 0, 2, 0}, CellKind::edge, {0, 1, 1, 2});
  BOOST_CHECK_EXCEPTION(disk_boundary(open), Error, failure(Fault::data, "end of a curve"));
  const Mesh twice = test::mesh_of(2, {0, 0, 1, 0, 2, 0}, CellKind::triangle, {0, 1, 1});
  BOOST_CHECK_EXCEPTION(facets(twice.cells, 3), Error, failure(Fault::data, "node 1 twice"));
  BOOST_CHECK_EXCEPTION(facets(twice.cells, 1), Error, failure(Fault::data, "has node 1"));
  const Mesh quad = test::mesh_of(2, {0, 0, 1, 0, 1, 1, 0, 1}, CellKind::quadrilateral, {0, 1, 2, 3});
  BOOST_CHECK_EXCEPTION(facets(quad.cells, 4), Error, failure(Fault::unavailable, "split"));
}
