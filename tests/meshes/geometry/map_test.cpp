// Landmarks, barycentric and radial maps, folding.
#include "support/failure.hpp"
#include "support/made_meshes.hpp"
#include <mercer/meshes/geometry/morph.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <numbers>

using namespace mercer;

namespace {

std::array<double, 2> affine(double x, double y) { return {0.3 + 1.7 * x - 0.4 * y, -1 + 0.6 * x + 0.9 * y}; }

Tensor<double> affine_image(const Mesh& mesh, std::span<const Index> nodes) {
  Tensor<double> image({static_cast<Index>(nodes.size()), 2}, Rows::dense);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto [x, y] = affine(mesh.points(nodes[i], 0), mesh.points(nodes[i], 1));
    image(i, 0) = x, image(i, 1) = y;
  }
  return image;
}

/// Weights (row, column) as sums of tan(angle / 2) / length over the corners of all cells, with the angles themselves.
std::map<std::array<Index, 2>, double> plain_mean_values(const Mesh& mesh) {
  std::map<std::array<Index, 2>, double> weights;
  for (Index node = 0; node < mesh.nodes(); ++node) weights[{node, node}] = 0;
  const auto product = [&](Index i, Index a, Index b) {
    double total = 0;
    for (Index axis = 0; axis < mesh.space(); ++axis)
      total += (mesh.points(a, axis) - mesh.points(i, axis)) * (mesh.points(b, axis) - mesh.points(i, axis));
    return total;
  };
  for (Index cell = 0; cell < mesh.cells.count(); ++cell)
    for (Index corner = 0; corner < 3; ++corner) {
      const Index i = mesh.cells.nodes(cell, corner), j = mesh.cells.nodes(cell, (corner + 1) % 3),
                  k = mesh.cells.nodes(cell, (corner + 2) % 3);
      const double to_j = std::sqrt(product(i, j, j)), to_k = std::sqrt(product(i, k, k));
      const double angle = std::acos(product(i, j, k) / (to_j * to_k));
      weights[{i, j}] += std::tan(angle / 2) / to_j;
      weights[{i, k}] += std::tan(angle / 2) / to_k;
    }
  return weights;
}

double largest_gap_from_affine(const Mesh& mesh, const Tensor<double>& moved) {
  double worst = 0;
  for (Index i = 0; i < mesh.nodes(); ++i) {
    const auto [x, y] = affine(mesh.points(i, 0), mesh.points(i, 1));
    worst = std::max({worst, std::abs(moved(i, 0) - x), std::abs(moved(i, 1) - y)});
  }
  return worst;
}

Mesh profile() {
  return test::closed_curve(40, [](double t) {
    const double angle = 2 * std::numbers::pi * (t + 0.3);
    return std::array{0.5 + 0.5 * std::cos(angle), 0.06 * std::sin(angle)};
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(convex_corners_are_marked_and_reentrant_ones_are_not) {
  const Mesh plate = test::notched_plate(40, 0.1, 0.3, 0.2);
  const MarkedLoop loop = with_corners(plate, disk_boundary(plate));
  BOOST_TEST(loop.marks.size() == 8u);
  BOOST_TEST(plate.points(loop.nodes[0], 0) == -1);
  BOOST_TEST(plate.points(loop.nodes[0], 1) == -1);
  const Mesh smooth = test::closed_curve(30, [](double t) {
    return std::array{std::cos(2 * std::numbers::pi * t), std::sin(2 * std::numbers::pi * t)};
  });
  BOOST_CHECK_EXCEPTION(with_corners(smooth, disk_boundary(smooth)), Error, failure(Fault::data, "no corners"));
}

BOOST_AUTO_TEST_CASE(loops_start_where_the_rule_says) {
  const Mesh tilted = test::mapped_square(4, 0, [](double x, double y) {
    return std::array{x + 0.5 * y, y - 0.4 * x};
  });
  const Loop loop = disk_boundary(tilted);
  BOOST_TEST(without_marks(tilted, loop).nodes[0] == 0);
  BOOST_TEST(without_marks(tilted, loop, Start::leftmost).nodes[0] == 0);
  const Mesh square = test::square(4);
  BOOST_TEST(without_marks(square, disk_boundary(square), Start::leftmost).nodes[0] == 0);
}

BOOST_AUTO_TEST_CASE(a_profile_is_marked_at_its_trailing_and_leading_edges) {
  const Mesh mesh = profile();
  const MarkedLoop loop = with_profile_edges(mesh, disk_boundary(mesh));
  BOOST_REQUIRE(loop.marks.size() == 2u);
  BOOST_TEST(mesh.points(loop.nodes[0], 0) > 0.99);
  BOOST_TEST(mesh.points(loop.nodes[static_cast<std::size_t>(loop.marks[1])], 0) < 0.01);
}

BOOST_AUTO_TEST_CASE(a_blunt_trailing_edge_is_marked_at_its_upper_node) {
  for (const double tilt : {-1e-5, 1e-5}) {
    const Mesh mesh = test::mesh_of(2, {1 + tilt, -0.01, 1, 0.01, 0.5, 0.1, 0, 0, 0.5, -0.1}, CellKind::edge,
                                    {0, 1, 1, 2, 2, 3, 3, 4, 4, 0});
    const MarkedLoop loop = with_profile_edges(mesh, disk_boundary(mesh));
    BOOST_TEST(loop.nodes[0] == 1);
    BOOST_TEST(loop.nodes[static_cast<std::size_t>(loop.marks[1])] == 3);
  }
}

BOOST_AUTO_TEST_CASE(landmarks_sit_at_their_fractions_and_arclength_lies_between) {
  const Mesh square = test::mapped_square(4, 0, [](double x, double y) { return std::array{3 * x, y}; });
  const MarkedLoop loop = with_corners(square, disk_boundary(square));
  const std::vector<double> own = fractions(loop), quarters{0, 0.25, 0.5, 0.75, 1};
  BOOST_TEST(own == (std::vector<double>{0, 0.375, 0.5, 0.875, 1}), boost::test_tools::per_element());
  const std::vector<double> at = turns(loop, quarters);
  for (std::size_t i = 0; i < at.size(); ++i) BOOST_TEST(std::abs(at[i] - static_cast<double>(i) / 16) < 1e-15);
}

BOOST_AUTO_TEST_CASE(samples_with_other_numbers_of_landmarks_are_refused_with_both_numbers) {
  const std::vector<std::vector<double>> samples{{0, 0.5, 1}, {0, 0.2, 0.6, 1}};
  BOOST_CHECK_EXCEPTION(mean_fractions(samples), Error,
                        failure(Fault::data, "sample 1 has 3 landmarks and the first one has 2"));
  const Mesh square = test::square(4);
  const MarkedLoop loop = with_corners(square, disk_boundary(square));
  BOOST_CHECK_EXCEPTION(turns(loop, samples[0]), Error,
                        failure(Fault::data, "has 4 landmarks, and the reference has 2"));
}

BOOST_AUTO_TEST_CASE(mean_value_weights_reproduce_affine_maps_and_uniform_ones_do_not) {
  const Mesh mesh = test::square(14, 0.3);
  const Loop loop = disk_boundary(mesh);
  const Tensor<double> image = affine_image(mesh, loop);
  const auto gap = [&](Weights weights) {
    return largest_gap_from_affine(mesh, barycentric_map(barycentric_weights(mesh, weights), loop, image.view()));
  };
  BOOST_TEST(gap(Weights::mean_value) < 1e-12);
  BOOST_TEST(gap(Weights::uniform) > 1e-3);
}

BOOST_AUTO_TEST_CASE(mean_value_weights_are_sums_over_corners_also_in_space_and_where_sheets_branch) {
  Mesh turned = test::square(9, 0.3);
  for (Index cell = 0; cell < turned.cells.count(); cell += 3)
    std::swap(turned.cells.nodes(cell, 0), turned.cells.nodes(cell, 1));
  const Mesh fan = test::mesh_of(3, {0, 0, 0, 1, 0.2, 0, 0, 1, 0.1, 0.3, -1, 0, 0, 0, 1, 5, 5, 5}, CellKind::triangle,
                                 {0, 1, 2, 3, 1, 0, 0, 1, 4});  // the last node belongs to no cell
  for (const Mesh* mesh : std::array<const Mesh*, 2>{&turned, &fan}) {
    const std::map<std::array<Index, 2>, double> expected = plain_mean_values(*mesh);
    const SparseMatrix found = barycentric_weights(*mesh, Weights::mean_value);
    BOOST_TEST(found.entries() == std::ssize(expected));
    auto entry = expected.begin();
    for (Index row = 0; row < found.rows(); ++row)
      for (std::size_t e = 0; e < found.column(row).size() && entry != expected.end(); ++e, ++entry) {
        BOOST_TEST((entry->first == std::array{row, Index{found.column(row)[e]}}));
        BOOST_TEST(std::abs(found.value(row)[e] - entry->second) <= 1e-13 * entry->second);
      }
  }
}

BOOST_AUTO_TEST_CASE(each_inner_node_is_the_weighted_mean_of_its_neighbours) {
  const Mesh mesh = test::notched_plate(16, 0.2, 0.3, 0.2);
  const MarkedLoop loop = with_corners(mesh, disk_boundary(mesh));
  for (const Weights weights : {Weights::mean_value, Weights::uniform}) {
    const Morph disk = morph(mesh, loop, circle(fractions(loop)), weights);
    const SparseMatrix w = barycentric_weights(mesh, weights);
    double worst = 0;
    std::vector<char> is_fixed(static_cast<std::size_t>(mesh.nodes()), 0);
    for (const Index node : loop.nodes) is_fixed[static_cast<std::size_t>(node)] = 1;
    for (Index i = 0; i < mesh.nodes(); ++i)
      for (int axis = 0; axis < 2 && !is_fixed[static_cast<std::size_t>(i)]; ++axis) {
        double mean = 0, total = 0;
        for (std::size_t e = 0; e < w.column(i).size(); ++e) {
          mean += w.value(i)[e] * disk.points(w.column(i)[e], axis);
          total += w.value(i)[e];
        }
        worst = std::max(worst, std::abs(mean / total - disk.points(i, axis)));
      }
    BOOST_TEST(worst < 1e-13);
    BOOST_TEST(disk.folding.folded == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_folded_cell_is_found_whatever_the_orientation_of_the_mesh) {
  for (const double sign : {1.0, -1.0}) {
    Mesh mesh = test::mapped_square(4, 0, [&](double x, double y) { return std::array{sign * x, y}; });
    BOOST_TEST(folding(mesh.points.view(), mesh.cells).folded == 0);
    BOOST_TEST(std::abs(folding(mesh.points.view(), mesh.cells).smallest - 1) < 1e-14);
    mesh.points(6, 0) += sign * 0.6;
    const Folding found = folding(mesh.points.view(), mesh.cells);
    BOOST_TEST(found.folded > 0);
    BOOST_TEST(found.smallest < 0);
  }
}

BOOST_AUTO_TEST_CASE(tetrahedra_turned_over_are_found) {
  Mesh cube = test::cube(2);
  BOOST_TEST(folding(cube.points.view(), cube.cells).folded == 0);
  cube.points(13, 0) += 0.7;  // the node in the middle
  BOOST_TEST(folding(cube.points.view(), cube.cells).folded > 0);
}

BOOST_AUTO_TEST_CASE(thin_plates_reproduce_affine_maps_and_meet_their_targets) {
  const Mesh mesh = test::square(9, 0.2);
  const Loop loop = disk_boundary(mesh);
  Tensor<double> controls({static_cast<Index>(loop.size()), 2}, Rows::dense), targets = affine_image(mesh, loop);
  for (std::size_t i = 0; i < loop.size(); ++i)
    for (int axis = 0; axis < 2; ++axis) controls(i, axis) = mesh.points(loop[i], axis);
  BOOST_TEST(largest_gap_from_affine(mesh, radial_map(mesh.points.view(), controls.view(), targets.view())) < 1e-11);
  for (std::size_t i = 0; i < loop.size(); ++i) targets(i, 1) += 0.1 * std::sin(7 * controls(i, 0));
  for (const RadialOptions& options : {RadialOptions{}, RadialOptions{.kind = RadialFunction::wendland},
                                       RadialOptions{.kind = RadialFunction::wendland, .radius = 0.3, .dense = 4}}) {
    const Tensor<double> moved = radial_map(controls.view(), controls.view(), targets.view(), options);
    double worst = 0;
    for (std::size_t i = 0; i < loop.size(); ++i)
      for (int axis = 0; axis < 2; ++axis) worst = std::max(worst, std::abs(moved(i, axis) - targets(i, axis)));
    BOOST_TEST(worst < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(solids_follow_controls_in_space_and_folds_are_found_by_volumes) {
  const Mesh cube = test::cube(6), controls = test::cube(2);
  const auto target = [&](Index i, int axis, double depth) {  // the face z = 0 comes up and leans
    const double x = controls.points(i, 0), y = controls.points(i, 1), z = controls.points(i, 2);
    return axis == 2 ? z + depth * (1 - z) * (0.5 + x * y) : controls.points(i, axis) + 0.2 * axis * z;
  };
  for (const RadialOptions& options : {RadialOptions{}, RadialOptions{.kind = RadialFunction::wendland},
                                       RadialOptions{.kind = RadialFunction::wendland, .radius = 1.5, .dense = 4}}) {
    for (const double depth : {0.3, 1.2}) {
      Tensor<double> targets({controls.nodes(), 3}, Rows::dense);
      for (Index i = 0; i < controls.nodes(); ++i)
        for (int axis = 0; axis < 3; ++axis) targets(i, axis) = target(i, axis, depth);
      const Tensor<double> met = radial_map(controls.points.view(), controls.points.view(), targets.view(), options);
      for (Index i = 0; i < targets.count(); ++i) BOOST_TEST(std::abs(met.data()[i] - targets.data()[i]) < 1e-8);
      const Tensor<double> moved = radial_map(cube.points.view(), controls.points.view(), targets.view(), options);
      BOOST_TEST(folding(moved.view(), cube.cells).any() == (depth > 1), "depth " << depth);
    }
  }
}

BOOST_AUTO_TEST_CASE(thin_plates_in_space_reproduce_affine_maps) {
  const Mesh cube = test::cube(5), controls = test::cube(2);
  const auto image = [](const Mesh& mesh) {
    Tensor<double> points({mesh.nodes(), 3}, Rows::dense);
    for (Index i = 0; i < mesh.nodes(); ++i) {
      const double x = mesh.points(i, 0), y = mesh.points(i, 1), z = mesh.points(i, 2);
      points(i, 0) = 1 + 2 * x - y, points(i, 1) = x + y + 0.5 * z, points(i, 2) = 0.3 * x - 0.2 * y + 3 * z;
    }
    return points;
  };
  const Tensor<double> targets = image(controls), expected = image(cube);
  const Tensor<double> moved = radial_map(cube.points.view(), controls.points.view(), targets.view());
  for (Index i = 0; i < moved.count(); ++i) BOOST_TEST(std::abs(moved.data()[i] - expected.data()[i]) < 1e-12);
  const std::vector<double> before = signed_sizes(cube.points.view(), cube.cells);
  const std::vector<double> after = signed_sizes(moved.view(), cube.cells);
  const double stretch = 2 * (3 + 0.1) + (3 - 0.15);  // the determinant
  for (std::size_t cell = 0; cell < before.size(); ++cell)
    BOOST_TEST(std::abs(after[cell] - stretch * before[cell]) < 1e-13);
}

BOOST_AUTO_TEST_CASE(controls_that_determine_no_thin_plate_are_refused) {
  Tensor<double> line({5, 2}, Rows::dense);
  for (Index i = 0; i < 5; ++i) line(i, 0) = line(i, 1) = static_cast<double>(i);
  BOOST_CHECK_EXCEPTION(radial_map(line.view(), line.view(), line.view()), Error, failure(Fault::numerics, ""));
  BOOST_CHECK_EXCEPTION(radial_map(line.view(), line.view(), line.view(), {.dense = 4}), Error,
                        failure(Fault::config, "at most 4 are allowed"));
}

BOOST_AUTO_TEST_CASE(a_plate_comes_onto_the_shape_of_another_one) {
  Mesh reference = test::notched_plate(30, 0, 0.25, 0.25);
  const Mesh mesh = test::notched_plate(40, 0.2, 0.35, 0.15);
  MarkedLoop its_loop = with_corners(reference, disk_boundary(reference));
  const MarkedLoop loop = with_corners(mesh, disk_boundary(mesh));
  std::vector<double> parts = fractions(its_loop);
  const CommonShape shape = shape_of(std::move(reference), std::move(its_loop), std::move(parts));
  for (const Method& method : {Method(RadialOptions{}), Method(Weights::mean_value)}) {
    const Morph moved = unfolded_morph(mesh, loop, shape, method);
    BOOST_TEST(moved.folding.folded == 0);
    BOOST_TEST(moved.replaced.empty(), moved.replaced);
    for (std::size_t mark = 0; mark < loop.marks.size(); ++mark)
      for (int axis = 0; axis < 2; ++axis) {
        const Index here = loop.nodes[static_cast<std::size_t>(loop.marks[mark])];
        const Index there = shape.loop.nodes[static_cast<std::size_t>(shape.loop.marks[mark])];
        BOOST_TEST(std::abs(moved.points(here, axis) - shape.mesh->points(there, axis)) < 1e-14);
      }
  }
}

BOOST_AUTO_TEST_CASE(triangles_without_area_bring_uniform_weights_and_a_reason) {
  Mesh mesh = test::square(6);
  mesh.points(8, 0) = mesh.points(9, 0), mesh.points(8, 1) = mesh.points(9, 1);
  const MarkedLoop loop = with_corners(mesh, disk_boundary(mesh));
  const Morph moved = unfolded_morph(mesh, loop, circle(fractions(loop)), Weights::mean_value);
  BOOST_TEST(moved.folding.folded == 0);
  BOOST_TEST(moved.replaced.find("uniform weights took their place") != std::string::npos, moved.replaced);
}

BOOST_AUTO_TEST_CASE(a_map_that_nothing_unfolds_is_refused_with_what_was_tried) {
  Mesh mesh = test::square(6);
  const MarkedLoop loop = with_corners(mesh, disk_boundary(mesh));
  Mesh hook = test::mapped_square(6, 0, [](double x, double y) {
    return std::array{x, y + 3 * std::max(0.0, 0.5 - std::abs(x - 0.5)) * (y > 0.5 ? -1.2 : 0.1)};
  });
  MarkedLoop its_loop = without_marks(hook, disk_boundary(hook));
  its_loop.marks = loop.marks;
  std::vector<double> parts = fractions(its_loop);
  const CommonShape shape = shape_of(std::move(hook), std::move(its_loop), std::move(parts));
  BOOST_CHECK_EXCEPTION(unfolded_morph(mesh, loop, shape, RadialOptions{}), Error,
                        failure(Fault::data, "uniform weights fold"));
}
