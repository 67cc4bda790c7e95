#include "solvers/elastic_meshes.hpp"
#include "solvers/solve_case.hpp"
#include "support/data.hpp"
#include "support/made_meshes.hpp"
#include <mercer/meshes/mesh_dataset.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

namespace {

using namespace mercer;
using test::gathered;
using test::SharedScratch;
using test::solve_case;
using test::Solved;

/// @collective
Solved solved_on(const Comm& comm, const Mesh& mesh, const std::string& problem, int order) {
  const SharedScratch scratch(comm);
  test::write_mesh(comm, scratch, mesh);
  return solve_case(
      comm, fmt::format("solver: elasticity\nproblem:\n  mesh: mesh.msh\n{}options: {{order: {}}}\n", problem, order),
      scratch / "");
}

/// The value of a component at the node nearest to (x, y).
double at_point(const Comm& comm, const Solved& solved, const std::string& field, Index components, Index component,
                double x, double y) {
  const std::vector<double> values = gathered(comm, solved.solution, field);
  const Tensor<double>& points = solved.problem.mesh->part.points;
  Index nearest = 0;
  const auto distance = [&](Index node) { return std::hypot(points(node, 0) - x, points(node, 1) - y); };
  for (Index node = 1; node < points.shape()[0]; ++node)
    if (distance(node) < distance(nearest)) nearest = node;
  return values[static_cast<std::size_t>(nearest * components + component)];
}

/// The tip of Cook's tapered panel for n x n halved cells.
double cook(const Comm& comm, Index n, int order) {
  Mesh mesh = test::mapped_square(n, 0, [](double x, double y) {
    return std::array{48 * x, 44 * x + y * (44 + x * (16 - 44))};
  });
  test::name_sides(mesh, "clamped", [](std::span<const double> x) { return x[0] < 1e-9; });
  test::name_sides(mesh, "loaded", [](std::span<const double> x) { return x[0] > 48 - 1e-9; });
  const Solved solved = solved_on(comm, mesh,
                                  "  model: plane_stress\n  material: {young: 1, poisson: 1/3}\n  faces: {clamped: "
                                  "{displacement: [0, 0]}, loaded: {traction: [0, 1/16]}}\n",
                                  order);
  return at_point(comm, solved, "displacement", 2, 1, 48, 52);
}

double relative_gap(const std::vector<double>& ours, const std::vector<double>& theirs) {
  double gap = 0, size = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    gap += (ours[i] - theirs[i]) * (ours[i] - theirs[i]);
    size += theirs[i] * theirs[i];
  }
  return std::sqrt(gap / size);
}

}  // namespace

// Cook, Malkus & Plesha, Concepts and Applications of Finite Element Analysis, 3rd ed. (1989): a force of 1 on the free
// edge, E = 1, nu = 1/3, plane stress. The deflection in the middle of that edge (48, 52) is 23.96 (Bergan & Felippa
// 1985, Comput. Methods Appl. Mech. Engng 50, quote 23.9 of a fine mesh).
BOOST_AUTO_TEST_CASE(cooks_panel_bends_as_published) {
  const Comm comm;
  const double linear = cook(comm, 32, 1), quadratic = cook(comm, 16, 2);
  fmt::print("Cook's panel: linear {:.4f}, quadratic {:.4f}\n", linear, quadratic);
  BOOST_TEST(std::abs(linear / 23.96 - 1) < 0.015);
  BOOST_TEST(std::abs(quadratic / 23.96 - 1) < 0.002);
}

// Heywood's fit of Howland's solution (1930) for a strip with a central hole, as in Pilkey, Peterson's Stress
// Concentration Factors, 2nd ed., chart 4.1: K = 2 + 0.284 r - 0.6 r^2 + 1.32 r^3 of the stress in the narrowest
// section, r = 1 - diameter / width; here 2.519 / 0.8 of the stress far away.
BOOST_AUTO_TEST_CASE(stress_concentrates_at_a_hole_as_published) {
  const Comm comm;
  const Mesh mesh = test::quarter_with_hole(24, 32);
  const Solved solved = solved_on(comm, mesh,
                                  "  model: plane_stress\n  material: {young: 1, poisson: 0.3}\n  faces: {symmetry_x: "
                                  "{displacement: [0, free]}, symmetry_y: {displacement: [free, 0]}, top: {traction: "
                                  "[0, 1]}}\n",
                                  2);
  const double r = 0.8, published = (2 + 0.284 * r - 0.6 * r * r + 1.32 * r * r * r) / r;
  const double found = at_point(comm, solved, "stress", 6, 1, 1, 0);
  fmt::print("stress at the hole {:.4f}, published {:.4f}\n", found, published);
  BOOST_TEST(std::abs(found / published - 1) < 0.01);
}

// The specimens were computed with quadratic triangles of straight edges, plane strain, nu = 0.3, to a residual of
// 1e-8; the same elements must give the same numbers.
BOOST_AUTO_TEST_CASE(notched_specimens_come_out_as_stored,
                     *boost::unit_test::precondition(test::NeedsData{"tensile/elastic_tt.h5"})) {
  const Comm comm;
  const MeshDataset dataset(comm, test::data("tensile/elastic_tt.h5"));
  for (const Index place : {0, 100, 263}) {
    MeshSample sample = dataset.read(place);
    test::name_sides(sample.mesh, "top", [](std::span<const double> x) { return x[1] > 1 - 1e-9; });
    test::name_sides(sample.mesh, "bottom", [](std::span<const double> x) { return x[1] < -1 + 1e-9; });
    for (Index node = 0; node < sample.mesh.nodes(); ++node)
      if (std::hypot(sample.mesh.points(node, 0) + 1, sample.mesh.points(node, 1) + 1) < 1e-9)
        sample.mesh.tags["corner"] = {node};
    const std::string problem = fmt::format(
        "  material: {{young: {:.17g}, poisson: 0.3}}\n  faces: {{bottom: {{displacement: [free, 0]}}, corner: "
        "{{displacement: [0, free]}}, top: {{traction: [0, {:.17g}]}}}}\n",
        sample.scalars.at("E"), sample.scalars.at("P"));
    std::vector<double> stored;
    const auto field = [&](const std::string& name) -> const Tensor<double>& {
      for (const MeshField& each : sample.point_fields)
        if (each.name == name) return each.values;
      fail(Fault::internal, "there is no field {}", name);
    };
    for (Index node = 0; node < sample.mesh.nodes(); ++node)
      stored.insert(stored.end(), {field("U1")(node, 0), field("U2")(node, 0)});
    const double linear =
        relative_gap(gathered(comm, solved_on(comm, sample.mesh, problem, 1).solution, "displacement"), stored);
    const double quadratic =
        relative_gap(gathered(comm, solved_on(comm, sample.mesh, problem, 2).solution, "displacement"), stored);
    fmt::print("specimen {}: linear {:.2e}, quadratic {:.2e}\n", sample.id, linear, quadratic);
    BOOST_TEST(linear < 0.01);
    BOOST_TEST(quadratic < 1e-7);
  }
}
