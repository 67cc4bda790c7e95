// One mesh over several ranks against the same mesh on one.
#include "support/failure.hpp"
#include "support/made_meshes.hpp"
#include <mercer/base/random.hpp>
#include <mercer/meshes/geometry/distributed_locator.hpp>
#include <mercer/meshes/geometry/distributed_map.hpp>
#include <mercer/meshes/geometry/locator.hpp>
#include <mercer/meshes/geometry/radial.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace mercer;

namespace {

Mesh plate() { return test::notched_plate(24, 0.2, 0.3, 0.2); }

/// A distributed mesh with its boundary and landmarks.
struct Spread {
  explicit Spread(const Comm& comm, const Mesh& whole)
      : mesh(distribute(comm, part_of(whole, comm))),
        boundary(boundary_curve(comm, mesh)),
        loop(with_corners(boundary.curve, disk_boundary(boundary.curve))) {}
  DistributedMesh mesh;
  BoundaryCurve boundary;
  MarkedLoop loop;
};

Tensor<double> random_points(const Comm& comm, Index count, Index dimension, double low, double high) {
  const Range mine = block(count, comm.rank(), comm.size());
  Tensor<double> points({mine.count(), dimension}, Rows::dense);
  for (Index i = 0; i < points.count(); ++i)
    points.data()[i] = low + (high - low) * Random(5).uniform(static_cast<std::uint64_t>(mine.begin * dimension + i));
  return points;
}

std::vector<double> own_values(const DistributedMesh& mesh) {
  std::vector<double> values;
  for (Index i = 0; i < mesh.owned.count(); ++i)
    values.push_back(Random(9).normal(static_cast<std::uint64_t>(mesh.original[static_cast<std::size_t>(i)])));
  return values;
}

/// Largest difference from the interpolation of one rank.
double gap_from_one_rank(const Comm& comm, const Mesh& whole, View<const double> targets) {
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  const auto spread = interpolation(comm, mesh, mesh.local.points.view(), targets);
  const SparseMatrix alone = Locator(whole.points.view(), whole.cells).interpolation(targets);
  std::vector<double> all, found(static_cast<std::size_t>(targets.shape()[0])), expected(found.size());
  for (Index i = 0; i < whole.nodes(); ++i) all.push_back(Random(9).normal(static_cast<std::uint64_t>(i)));
  spread->apply(own_values(mesh), found);
  alone.apply(all, expected);
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, std::abs(found[i] - expected[i]));
  return largest(comm, worst);
}

/// Points of a solid as thin plates take them from the unit cube to one that is twisted by `angle` at its top.
Tensor<double> twisted(View<const double> points, double angle) {
  const Tensor<double> controls = test::cube(3).points;
  Tensor<double> targets({controls.shape()[0], 3}, Rows::dense);
  for (Index i = 0; i < controls.shape()[0]; ++i) {
    const double x = controls(i, 0) - 0.5, y = controls(i, 1) - 0.5, turn = angle * controls(i, 2);
    targets(i, 0) = x * std::cos(turn) - y * std::sin(turn);
    targets(i, 1) = x * std::sin(turn) + y * std::cos(turn);
    targets(i, 2) = controls(i, 2);
  }
  return radial_map(points, controls.view(), targets.view());
}

/// Largest error of linear interpolation on a twisted cube of n^3 cells, at points inside of it.
double error_in_twisted_cube(const Comm& comm, Index n) {
  const auto wave = [](const double* p) { return std::sin(3 * p[0]) * std::cos(2 * p[1]) * std::exp(p[2]); };
  const DistributedMesh mesh = distribute(comm, part_of(test::cube(n), comm));
  const Tensor<double> moved = twisted(mesh.local.points.view(), 0.6);
  BOOST_TEST(folding(comm, mesh, moved.view()).folded == 0);
  const Tensor<double> targets = twisted(random_points(comm, 400, 3, 0.1, 0.9).view(), 0.6);
  std::vector<double> values, found(static_cast<std::size_t>(targets.shape()[0]));
  for (Index i = 0; i < mesh.owned.count(); ++i) values.push_back(wave(&moved(i, 0)));
  interpolation(comm, mesh, moved.view(), targets.view())->apply(values, found);
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, std::abs(found[i] - wave(&targets(i, 0))));
  return largest(comm, worst);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_node_is_owned_once_with_all_cells_around_it) {
  const Comm comm;
  const Mesh whole = plate();
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  BOOST_TEST(mesh.nodes == whole.nodes());
  BOOST_TEST(sum(comm, mesh.owned.count()) == whole.nodes());
  BOOST_TEST(mesh.cells_in_all == whole.cells.count());
  std::vector<Index> expected(static_cast<std::size_t>(whole.nodes()), 0), found(mesh.number.size(), 0);
  for (const Index node : whole.cells.nodes.span()) ++expected[static_cast<std::size_t>(node)];
  for (const Index node : mesh.local.cells.nodes.span()) ++found[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < mesh.number.size(); ++i) {
    const Index original = mesh.original[i];
    for (int axis = 0; axis < 2; ++axis) BOOST_TEST(mesh.local.points(i, axis) == whole.points(original, axis));
    if (mesh.is_owned(static_cast<Local>(i))) BOOST_TEST(found[i] == expected[static_cast<std::size_t>(original)]);
  }
  const Index least = smallest(comm, mesh.owned.count());
  BOOST_TEST(least * comm.size() > whole.nodes() / 2);
}

BOOST_AUTO_TEST_CASE(ghosts_get_the_values_of_their_owners) {
  const Comm comm;
  const DistributedMesh mesh = distribute(comm, part_of(plate(), comm));
  Tensor<double> values({static_cast<Index>(mesh.number.size()), 2}, Rows::dense);
  for (Index i = 0; i < mesh.owned.count(); ++i)
    for (int c = 0; c < 2; ++c) values(i, c) = static_cast<double>(10 * mesh.number[static_cast<std::size_t>(i)] + c);
  fill_ghosts(comm, mesh, values.view());
  for (std::size_t i = 0; i < mesh.number.size(); ++i)
    for (int c = 0; c < 2; ++c) BOOST_TEST(values(i, c) == static_cast<double>(10 * mesh.number[i] + c));
}

BOOST_AUTO_TEST_CASE(the_topology_is_that_of_the_whole_mesh) {
  const Comm comm;
  for (const Mesh& whole : {plate(), test::ring(30, 4)}) {
    const Connectivity expected = topology(whole.cells, whole.nodes(), facets(whole.cells, whole.nodes()));
    const Connectivity found = topology(comm, distribute(comm, part_of(whole, comm)));
    BOOST_TEST(found.nodes == expected.nodes);
    BOOST_TEST(found.euler == expected.euler);
    BOOST_TEST(found.components == expected.components);
    BOOST_TEST(found.branched == 0);
  }
}

BOOST_AUTO_TEST_CASE(two_parts_of_a_mesh_are_told_apart) {
  const Comm comm;
  const Mesh one = test::square(6);
  std::vector<double> points;
  std::vector<Index> nodes;
  for (const double shift : {0.0, 3.0})
    for (Index i = 0; i < one.nodes(); ++i) points.insert(points.end(), {one.points(i, 0) + shift, one.points(i, 1)});
  for (const Index shift : {Index{0}, one.nodes()})
    for (const Index node : one.cells.nodes.span()) nodes.push_back(node + shift);
  const Mesh two = test::mesh_of(2, points, CellKind::triangle, nodes);
  BOOST_TEST(topology(comm, distribute(comm, part_of(two, comm))).components == 2);
}

BOOST_AUTO_TEST_CASE(the_boundary_is_the_same_on_every_number_of_ranks) {
  const Comm comm;
  const Mesh whole = plate();
  const Spread spread(comm, whole);
  const MarkedLoop expected = with_corners(whole, disk_boundary(whole));
  BOOST_TEST(spread.loop.nodes.size() == expected.nodes.size());
  BOOST_TEST(spread.loop.marks == expected.marks);
  BOOST_TEST(spread.loop.arclength == expected.arclength);
}

BOOST_AUTO_TEST_CASE(a_distributed_map_is_that_of_one_rank) {
  const Comm comm;
  const Mesh whole = plate();
  const Spread spread(comm, whole);
  const MarkedLoop loop = with_corners(whole, disk_boundary(whole));
  const CommonShape disk = circle(fractions(loop));
  for (const Weights weights : {Weights::mean_value, Weights::uniform}) {
    const Morph expected = morph(whole, loop, disk, weights);
    const Morph found = unfolded_morph(comm, spread.mesh, spread.boundary, spread.loop, disk, weights);
    double worst = 0;
    for (std::size_t i = 0; i < spread.mesh.number.size(); ++i)
      for (int axis = 0; axis < 2; ++axis)
        worst = std::max(worst, std::abs(found.points(i, axis) - expected.points(spread.mesh.original[i], axis)));
    BOOST_TEST(worst < 1e-9);  // a Krylov method with a tolerance of 1e-10
    BOOST_TEST(found.folding.folded == 0);
    BOOST_TEST(std::abs(found.folding.smallest - expected.folding.smallest) < 1e-7);
  }
}

BOOST_AUTO_TEST_CASE(folded_cells_of_all_ranks_are_counted) {
  const Comm comm;
  Mesh whole = test::square(12);
  for (const Index node : {Index{20}, Index{84}, Index{130}}) whole.points(node, 0) += 0.15;
  const Folding expected = folding(whole.points.view(), whole.cells);
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  const Folding found = folding(comm, mesh, mesh.local.points.view());
  BOOST_TEST(expected.folded > 0);
  BOOST_TEST(found.folded == expected.folded);
  BOOST_TEST(found.smallest == expected.smallest);
}

BOOST_AUTO_TEST_CASE(triangles_without_area_bring_uniform_weights_on_all_ranks) {
  const Comm comm;
  Mesh whole = test::square(12);
  whole.points(44, 0) = whole.points(45, 0), whole.points(44, 1) = whole.points(45, 1);
  const Spread spread(comm, whole);
  const Morph found = unfolded_morph(comm, spread.mesh, spread.boundary, spread.loop, circle(fractions(spread.loop)),
                                     Weights::mean_value);
  BOOST_TEST(found.replaced.find("uniform weights took their place") != std::string::npos, found.replaced);
  BOOST_TEST(found.replaced.find("not finite") != std::string::npos, found.replaced);
  BOOST_TEST(found.folding.folded == 0);
}

BOOST_AUTO_TEST_CASE(interpolation_finds_the_same_cells_on_every_number_of_ranks) {
  const Comm comm;
  BOOST_TEST(gap_from_one_rank(comm, plate(), random_points(comm, 700, 2, -1, 1).view()) < 1e-11);
  BOOST_TEST(gap_from_one_rank(comm, test::cube(4), random_points(comm, 700, 3, 0, 1).view()) < 1e-11);
}

BOOST_AUTO_TEST_CASE(points_outside_go_to_the_nearest_boundary_of_all_ranks) {
  const Comm comm;
  BOOST_TEST(gap_from_one_rank(comm, plate(), random_points(comm, 700, 2, -2, 2).view()) < 1e-11);
}

BOOST_AUTO_TEST_CASE(every_edge_of_the_boundary_is_found_however_the_mesh_is_cut) {
  const Comm comm;
  for (const Index n : {2, 3, 5, 6, 8, 9, 10, 12, 13, 16})
    BOOST_TEST(gap_from_one_rank(comm, test::square(n, 0.2), random_points(comm, 400, 2, -0.2, 1.2).view()) < 1e-11);
}

BOOST_AUTO_TEST_CASE(a_distributed_interpolation_has_an_exact_adjoint) {
  const Comm comm;
  const DistributedMesh mesh = distribute(comm, part_of(plate(), comm));
  const Tensor<double> targets = random_points(comm, 300, 2, -1, 1);
  BOOST_TEST(adjoint_gap(comm, *interpolation(comm, mesh, mesh.local.points.view(), targets.view())) < 1e-14);
}

BOOST_AUTO_TEST_CASE(interpolation_in_a_solid_that_thin_plates_have_moved_is_of_second_order) {
  const Comm comm;
  const std::array errors{error_in_twisted_cube(comm, 4), error_in_twisted_cube(comm, 8),
                          error_in_twisted_cube(comm, 16)};
  for (std::size_t i = 1; i < errors.size(); ++i)
    BOOST_TEST(std::abs(std::log2(errors[i - 1] / errors[i]) - 2) < 0.45, errors[i - 1] << " then " << errors[i]);
}

BOOST_AUTO_TEST_CASE(folded_tetrahedra_of_all_ranks_are_those_of_the_whole_solid) {
  const Comm comm;
  const Mesh whole = test::cube(6);
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  const Folding spread = folding(comm, mesh, twisted(mesh.local.points.view(), 5).view());
  const Folding alone = folding(twisted(whole.points.view(), 5).view(), whole.cells);
  BOOST_TEST(spread.folded == alone.folded);
  BOOST_TEST(alone.folded > 0);
}

BOOST_AUTO_TEST_CASE(all_of_a_mesh_may_come_from_one_rank) {
  const Comm comm;
  const Mesh whole = plate();
  MeshPart part;
  if (comm.is_root()) part = part_of(whole, Comm::self());
  const DistributedMesh mesh = distribute(comm, part);
  BOOST_TEST(mesh.nodes == whole.nodes());
  BOOST_TEST(mesh.local.space() == 2);
  BOOST_TEST(topology(comm, mesh).euler == 1);
}

BOOST_AUTO_TEST_CASE(parts_of_a_mesh_come_from_the_rank_that_holds_it) {
  const Comm comm;
  const Mesh whole = plate();
  const MeshPart expected = part_of(whole, comm);
  for (int from = 0; from < comm.size(); ++from) {
    const MeshPart found = part_of(comm.rank() == from ? &whole : nullptr, from, comm);
    BOOST_TEST((found.points.shape() == expected.points.shape()));
    BOOST_TEST(std::ranges::equal(found.points.span(), expected.points.span()));
    BOOST_TEST((found.cells.kind == CellKind::triangle));
    BOOST_TEST(std::ranges::equal(found.cells.nodes.span(), expected.cells.nodes.span()));
  }
}

BOOST_AUTO_TEST_CASE(rows_of_an_interpolation_are_those_of_one_rank) {
  const Comm comm;
  const Mesh whole = plate();
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  const Tensor<double> targets = random_points(comm, 300, 2, -1.5, 1.5);
  const std::vector<NodeMean> rows = interpolation_rows(comm, mesh, mesh.local.points.view(), targets.view());
  const SparseMatrix alone = Locator(whole.points.view(), whole.cells).interpolation(targets.view());
  std::vector<double> values, expected(rows.size());
  for (Index i = 0; i < whole.nodes(); ++i) values.push_back(Random(9).normal(static_cast<std::uint64_t>(i)));
  alone.apply(values, expected);
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double value = 0;
    for (std::size_t k = 0; k < 4 && rows[i].nodes[k] >= 0; ++k)
      value += rows[i].weights[k] * values[static_cast<std::size_t>(rows[i].nodes[k])];
    worst = std::max(worst, std::abs(value - expected[i]));
  }
  BOOST_TEST(worst < 1e-11);
}

BOOST_AUTO_TEST_CASE(wrong_parts_and_targets_are_refused_on_all_ranks) {
  const Comm comm;
  Mesh whole = test::square(5);
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  Tensor<double> targets = random_points(comm, 9, 2, 0, 1);
  if (comm.is_root()) targets(0, 0) = std::numeric_limits<double>::infinity();
  BOOST_CHECK_EXCEPTION(interpolation(comm, mesh, mesh.local.points.view(), targets.view()), Error,
                        failure(Fault::data, "not finite"));
  whole.cells.nodes(3, 1) = 36;
  BOOST_CHECK_EXCEPTION(distribute(comm, part_of(whole, comm)), Error, failure(Fault::data, "has node 36"));
  whole.cells.nodes(3, 1) = whole.cells.nodes(3, 0);
  BOOST_CHECK_EXCEPTION(distribute(comm, part_of(whole, comm)), Error, failure(Fault::data, "twice"));
}
