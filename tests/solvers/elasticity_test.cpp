// Linear elasticity against exact solutions, orders of accuracy, and the same answers on any number of ranks.
#include "solvers/elastic_run.hpp"
#include "support/made_meshes.hpp"
#include <mercer/meshes/read/array.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>
#include <mercer/solvers/output.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

namespace {

using namespace mercer;
using test::case_of;
using test::gathered;
using test::number;
using test::numbers;
using test::SharedScratch;
using test::solve_case;
using test::Solved;
using test::solved_on;

/// Largest difference between a field and one value for each component.
double gap(const std::vector<double>& field, const std::vector<double>& value) {
  double largest = 0;
  for (std::size_t i = 0; i < field.size(); ++i)
    largest = std::max(largest, std::abs(field[i] - value[i % value.size()]));
  return largest;
}

constexpr const char* plane_patch =
    "  material: {young: 3, poisson: 0.25}\n  exact: [0.1 + 0.2*x + 0.3*y, -0.2 + 0.4*x - 0.1*y]\n"
    "  faces: {boundary: {displacement: [exact, exact]}}\n";
constexpr const char* solid_patch =
    "  material: {young: 3, poisson: 0.25}\n  model: solid\n"
    "  exact: [0.1 + 0.2*x + 0.3*y - z, -0.2 + 0.4*x - 0.1*y, x - 2*y + 0.3*z]\n"
    "  faces: {boundary: {displacement: [exact, exact, exact]}}\n";

/// Errors on meshes of ever half the width.
template <class MakeMesh>
std::vector<double> errors(const Comm& comm, const std::vector<Index>& divisions, const MakeMesh& make,
                           const std::string& text) {
  std::vector<double> found;
  for (const Index n : divisions) found.push_back(number(solved_on(comm, make(n), text), "relative_l2_error"));
  for (std::size_t level = 1; comm.is_root() && level < found.size(); ++level)
    fmt::print("error {:.3e} order {:.3f}\n", found[level], std::log2(found[level - 1] / found[level]));
  return found;
}

constexpr const char* plane_wave =
    "  material: {young: 1 + x*y/2, poisson: 0.3}\n  exact: [sin(2*x + y), cos(x)*exp(y)]\n"
    "  faces: {boundary: {displacement: [exact, exact]}}\n";

}  // namespace

BOOST_AUTO_TEST_CASE(linear_displacements_are_exact_on_crooked_triangles) {
  const Comm comm;
  for (const int order : {1, 2}) {
    const Solved solved = solved_on(comm, test::crooked_square(5), case_of(plane_patch, order));
    BOOST_TEST(number(solved, "relative_l2_error") < 1e-10);
    // lambda = mu = 1.2; strains 0.2, -0.1 and a shear of 0.7.
    const std::vector<double> stress{0.6, -0.12, 0.12, 0.84, 0, 0};
    BOOST_TEST(gap(gathered(comm, solved.solution, "stress"), stress) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(linear_displacements_are_exact_on_crooked_tetrahedra) {
  const Comm comm;
  for (const int order : {1, 2}) {
    const Solved solved = solved_on(comm, test::crooked_cube(3), case_of(solid_patch, order));
    BOOST_TEST(number(solved, "relative_l2_error") < 1e-10);
    // lambda = mu = 1.2; strains 0.2, -0.1, 0.3 with a sum of 0.4; shears xy 0.7, yz -2, xz 0.
    const std::vector<double> stress{0.96, 0.24, 1.2, 0.84, -2.4, 0};
    BOOST_TEST(gap(gathered(comm, solved.solution, "stress"), stress) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(a_pull_on_one_side_stretches_evenly_and_is_held_by_the_other) {
  const Comm comm;
  const std::string pull =
      "  model: plane_stress\n  material: {young: 2, poisson: 0.25}\n  exact: [x/2, -y/8]\n"
      "  faces: {left: {displacement: [0, free]}, bottom: {displacement: [free, 0]}, right: {traction: [1, 0]}}\n";
  for (const int order : {1, 2}) {
    const Solved solved = solved_on(comm, test::crooked_square(4), case_of(pull, order));
    BOOST_TEST(number(solved, "relative_l2_error") < 1e-10);
    BOOST_TEST(std::abs(numbers(solved, "reactions.left")[0] + 1) < 1e-10);
    BOOST_TEST(std::abs(numbers(solved, "applied_force")[0] - 1) < 1e-12);
    BOOST_TEST(number(solved, "force_imbalance") < 1e-10);
    BOOST_TEST(gap(gathered(comm, solved.solution, "stress"), {1, 0, 0, 0, 0, 0}) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(a_pull_on_a_side_of_a_solid_stretches_it_evenly) {
  const Comm comm;
  const std::string pull =
      "  model: solid\n  material: {young: 2, poisson: 0.25}\n  exact: [-x/8, -y/8, z/2]\n"
      "  faces: {left: {displacement: [0, free, free]}, bottom: {displacement: [free, 0, free]}, "
      "back: {displacement: [free, free, 0]}, front: {traction: [0, 0, 1]}}\n";
  for (const int order : {1, 2}) {
    const Solved solved = solved_on(comm, test::crooked_cube(2), case_of(pull, order));
    BOOST_TEST(number(solved, "relative_l2_error") < 1e-10);
    BOOST_TEST(std::abs(numbers(solved, "reactions.back")[2] + 1) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(pressure_on_all_sides_squeezes_a_body_evenly) {
  const Comm comm;
  const auto squeezed = [&](const Mesh& mesh, const std::string& problem, int order) {
    return solved_on(comm, mesh, case_of("  material: {young: 2, poisson: 0.25}\n" + problem, order));
  };
  // Strains -(1 + nu)(1 - 2 nu) / E times the pressure in plane strain, -(1 - 2 nu) / E in a solid.
  const std::string plane =
      "  exact: [-0.3125*x, -0.3125*y]\n  faces: {left: {displacement: [0, free]}, bottom: {displacement: [free, 0]}, "
      "boundary: {pressure: 1}}\n";
  const std::string solid =
      "  model: solid\n  exact: [-x/4, -y/4, -z/4]\n  faces: {left: {displacement: [0, free, free]}, bottom: "
      "{displacement: [free, 0, free]}, back: {displacement: [free, free, 0]}, boundary: {pressure: 1}}\n";
  for (const int order : {1, 2}) {
    const Solved flat = squeezed(test::crooked_square(5), plane, order);
    BOOST_TEST(number(flat, "relative_l2_error") < 1e-10);
    BOOST_TEST(std::abs(numbers(flat, "applied_force")[0]) < 1e-12);  // a closed surface
    BOOST_TEST(number(squeezed(test::crooked_cube(2), solid, order), "relative_l2_error") < 1e-10);
  }
}

// Lame's tube: inner radius 1, outer radius 2, pressure p inside, plane strain; u_r = A r + B / r with A = p (1 + nu)
// (1 - 2 nu) / (3 E), B = 4 p (1 + nu) / (3 E). Timoshenko & Goodier, Theory of Elasticity, 3rd ed. (1970), art. 28.
BOOST_AUTO_TEST_CASE(pressure_in_a_tube_widens_it_as_lame_says) {
  const Comm comm;
  std::vector<double> found;
  for (const Index n : {8, 16}) {
    Mesh mesh = test::mapped_square(n, 0, [](double x, double y) {
      return std::array{(1 + x) * std::cos(y * std::acos(0.0)), (1 + x) * std::sin(y * std::acos(0.0))};
    });
    test::name_sides(mesh, "foot", [](std::span<const double> x) { return std::abs(x[1]) < 1e-9; });
    test::name_sides(mesh, "wall", [](std::span<const double> x) { return std::abs(x[0]) < 1e-9; });
    test::name_sides(mesh, "bore", [](std::span<const double> x) { return std::hypot(x[0], x[1]) < 1 + 1e-9; });
    const Solved solved = solved_on(
        comm, mesh,
        case_of("  material: {young: 1, poisson: 0.25}\n  body_force: [0, 0]\n"
                "  exact: [x*(5/24 + 5/3/(x^2 + y^2)), y*(5/24 + 5/3/(x^2 + y^2))]\n"
                "  faces: {foot: {displacement: [free, 0]}, wall: {displacement: [0, free]}, bore: {pressure: 1}}\n",
                2));
    found.push_back(number(solved, "relative_l2_error"));
    BOOST_TEST(std::abs(numbers(solved, "applied_force")[0] - 1) < 1e-12);  // pressure times the height of the bore
  }
  fmt::print("tube: errors {:.2e} {:.2e}\n", found[0], found[1]);
  BOOST_TEST(found[1] < 2e-3);
  BOOST_TEST(found[0] / found[1] > 3.5);  // of order two by the straight sides
}

BOOST_AUTO_TEST_CASE(exact_tractions_make_an_exact_solution) {
  const Comm comm;
  const std::string plane =
      "  material: {young: 1 + x*y/2, poisson: 0.3}\n  exact: [0.1 + 0.2*x + 0.3*y, -0.2 + 0.4*x - 0.1*y]\n"
      "  faces: {left: {displacement: exact}, right: {traction: exact}, top: {traction: [exact, 0]}, "
      "bottom: {traction: exact}}\n";
  const std::string half = "top: {traction: [exact, 0]}", whole = "top: {traction: exact}";
  std::string all = plane;
  all.replace(all.find(half), half.size(), whole);
  for (const int order : {1, 2}) {
    BOOST_TEST(number(solved_on(comm, test::crooked_square(4), case_of(all, order)), "relative_l2_error") < 1e-10);
    BOOST_TEST(number(solved_on(comm, test::crooked_square(4), case_of(plane, order)), "relative_l2_error") > 1e-3);
  }
  const std::string solid =
      "  model: solid\n  material: {young: 3, poisson: 0.25}\n  exact: [x + y, z - y, x - 2*z]\n"
      "  faces: {left: {displacement: exact}, boundary: {traction: exact}}\n";
  BOOST_TEST(number(solved_on(comm, test::crooked_cube(2), case_of(solid, 2)), "relative_l2_error") < 1e-10);
}

BOOST_AUTO_TEST_CASE(bodies_hang_under_their_own_weight) {
  const Comm comm;
  const std::string weight =
      "  model: plane_stress\n  material: {young: 1, poisson: 0}\n  body_force: [0, -1]\n  exact: [0, (1 - y)^2/2 - "
      "(1 - y)]\n  faces: {top: {displacement: [0, 0]}}\n";
  const Solved solved = solved_on(comm, test::crooked_square(4), case_of(weight, 2));
  BOOST_TEST(number(solved, "relative_l2_error") < 1e-10);  // quadratic, and so in the space
  BOOST_TEST(std::abs(numbers(solved, "reactions.top")[1] - 1) < 1e-10);
}

BOOST_AUTO_TEST_CASE(the_order_is_two_with_linear_triangles) {
  const Comm comm;
  const std::vector<double> found = errors(comm, {4, 8, 16, 32, 64}, test::crooked_square, case_of(plane_wave, 1));
  for (std::size_t level = 1; level < found.size(); ++level) BOOST_TEST(found[level - 1] / found[level] > 3.6);
}

BOOST_AUTO_TEST_CASE(the_order_is_three_with_quadratic_triangles) {
  const Comm comm;
  const std::vector<double> found = errors(comm, {2, 4, 8, 16, 32}, test::crooked_square, case_of(plane_wave, 2));
  for (std::size_t level = 1; level < found.size(); ++level) BOOST_TEST(found[level - 1] / found[level] > 6.8);
}

BOOST_AUTO_TEST_CASE(the_orders_are_two_and_three_with_tetrahedra) {
  const Comm comm;
  const std::string wave =
      "  model: solid\n  material: {young: 2, poisson: 0.3}\n  exact: [sin(x + y), cos(y + z), x*exp(z)]\n"
      "  faces: {boundary: {displacement: [exact, exact, exact]}}\n";
  const auto plain_cube = [](Index n) {
    Mesh mesh = test::cube(n);
    test::name_box(mesh);
    return mesh;
  };
  const std::vector<double> linear = errors(comm, {2, 4, 8}, plain_cube, case_of(wave, 1));
  const std::vector<double> quadratic = errors(comm, {1, 2, 4}, plain_cube, case_of(wave, 2));
  BOOST_TEST(linear[1] / linear[2] > 3.6);
  BOOST_TEST(quadratic[1] / quadratic[2] > 7.2);
}

// Multigrid depends on how the rows are spread, so results agree to the accuracy of the linear solver and not to the
// bit.
BOOST_AUTO_TEST_CASE(ranks_agree_with_a_single_one_to_1e_9) {
  const Comm comm, alone = Comm::self();
  const std::string bend =
      "  material: {young: 1 + x, poisson: 0.4}\n  body_force: [0, -x]\n"
      "  faces: {left: {displacement: [0, y^2/10]}, top: {traction: [x, -1]}, right: {pressure: 1 + y}}\n";
  for (const int order : {1, 2}) {
    const Solved shared = solved_on(comm, test::crooked_square(12), case_of(bend, order));
    const Solved single = solved_on(alone, test::crooked_square(12), case_of(bend, order));
    for (const char* field : {"displacement", "stress", "von_mises"}) {
      const auto all = gathered(comm, shared.solution, field), one = gathered(alone, single.solution, field);
      BOOST_REQUIRE(all.size() == one.size());
      double difference = 0, size = 0;
      for (std::size_t i = 0; i < one.size(); ++i) {
        difference = std::max(difference, std::abs(all[i] - one[i]));
        size = std::max(size, std::abs(one[i]));
      }
      BOOST_TEST(difference <= 1e-9 * size, field << " differs by " << difference / size);
    }
  }
}

BOOST_AUTO_TEST_CASE(factorisation_and_multigrid_agree) {
  const Comm comm;
  const auto displacement = [&](const std::string& solver) {
    const Solved solved = solved_on(
        comm, test::crooked_square(12),
        "solver: elasticity\nproblem:\n  mesh: mesh.msh\n  material: {young: 1, poisson: 0.4}\n  faces: {left: "
        "{displacement: [0, 0]}, top: {pressure: 1 + x}}\noptions: {tolerance: 1e-14, solver: " +
            solver + "}\n");
    return gathered(comm, solved.solution, "displacement");
  };
  const std::vector<double> direct = displacement("direct"), multigrid = displacement("multigrid");
  BOOST_REQUIRE(direct.size() == multigrid.size());
  for (std::size_t i = 0; i < direct.size(); ++i) BOOST_TEST(std::abs(direct[i] - multigrid[i]) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_sample_of_a_dataset_is_loaded_on_its_tags) {
  const Comm comm;
  const SharedScratch scratch(comm);
  {
    MeshDatasetWriter writer(comm, scratch / "set.h5", Existing::refuse, {});
    for (const Index n : {2, 4}) {
      MeshSample sample;
      sample.mesh = test::crooked_square(n);
      sample.mesh.parts.clear();
      writer.write(0, comm.is_root() ? &sample : nullptr);
    }
    writer.commit();
  }
  const Solved solved = solve_case(comm,
                                   "solver: elasticity\nproblem: {mesh: set.h5, sample: '000001', material: {young: 1, "
                                   "poisson: 0}, faces: {bottom: {displacement: [0, 0]}, top: {traction: [0, 2]}}}\n",
                                   scratch / "");
  BOOST_TEST(solved.problem.mesh->nodes == 25);
  BOOST_TEST(std::abs(numbers(solved, "applied_force")[1] - 2) < 1e-12);
  BOOST_TEST(gap(gathered(comm, solved.solution, "stress"), {0, 2, 0, 0, 0, 0}) < 1e-9);
}

BOOST_AUTO_TEST_CASE(nodes_without_cells_stay_where_they_are) {
  const Comm comm;
  const std::string pull =
      "  model: plane_stress\n  material: {young: 1, poisson: 0}\n  exact: [x, 0]\n"
      "  faces: {left: {displacement: [0, 0]}, right: {traction: [1, 0]}}\n";
  Mesh mesh = test::mesh_of(2, {0, 0, 7, 7, 1, 0, 1, 1, 0, 1}, CellKind::triangle, {0, 2, 3, 0, 3, 4});
  test::name_box(mesh);
  for (const int order : {1, 2}) {
    const Solved solved = solved_on(comm, mesh, case_of(pull, order));
    BOOST_TEST(number(solved, "relative_l2_error") < 1e-12);
    const std::vector<double> u = gathered(comm, solved.solution, "displacement");
    BOOST_TEST(u[2] == 0);
    BOOST_TEST(std::abs(u[4] - 1) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(the_file_of_an_answer_is_laid_out_alike_on_all_ranks) {
  const Comm comm, alone = Comm::self();
  const SharedScratch together(comm), single(alone);
  const std::string text = case_of(plane_patch, 1);
  const auto written = [&](const Comm& by, const SharedScratch& folder) {
    const Solved solved = solved_on(by, test::crooked_square(6), text);
    write_solution(by, folder / "out.hdf", Existing::refuse, {}, solved.solution, {});
    return gathered(by, solved.solution, "displacement");
  };
  const std::vector<double> u = written(comm, together);
  written(alone, single);
  const InputFile ours(comm, together / "out.hdf"), one(alone, single / "out.hdf");
  const auto here = ours.datasets(), there = one.datasets();
  BOOST_REQUIRE(here.size() == there.size());
  for (std::size_t i = 0; i < here.size(); ++i)
    BOOST_TEST((here[i].name == there[i].name && here[i].shape == there[i].shape && here[i].type == there[i].type));
  BOOST_TEST(read_array<Index>(ours, "mesh/triangles") == read_array<Index>(one, "mesh/triangles"));
  BOOST_TEST(read_array<double>(ours, "mesh/points") == read_array<double>(one, "mesh/points"));
  BOOST_TEST(read_array<double>(ours, "fields/displacement") == u);
  const std::vector<double> arrows = read_array<double>(ours, "VTKHDF/PointData/displacement");
  BOOST_REQUIRE(2 * arrows.size() == 3 * u.size());
  BOOST_TEST((arrows[3] == u[2] && arrows[4] == u[3] && arrows[5] == 0));
}
