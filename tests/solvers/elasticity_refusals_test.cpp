// What the solver of elasticity refuses, and how it says so.
#include "solvers/elastic_run.hpp"
#include "support/failure.hpp"
#include "support/made_meshes.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace mercer;
using test::case_of;
using test::SharedScratch;
using test::solve_case;
using test::solved_on;

BOOST_AUTO_TEST_CASE(pressure_on_a_side_inside_the_body_is_refused) {
  const Comm comm;
  Mesh mesh = test::mesh_of(2, {0, 0, 1, 0, 1, 1, 0, 1}, CellKind::triangle, {0, 1, 2, 0, 2, 3});
  test::name_box(mesh);
  Cells& inner = mesh.parts["inner"];
  inner.kind = CellKind::edge;
  inner.nodes = Tensor<Index>({1, 2}, Rows::dense);
  inner.nodes(0, 0) = 0, inner.nodes(0, 1) = 2;
  mesh.tags["inner"] = {0, 2};
  const auto told = [&](const std::string& load) {
    return test::failure([&] {
      solved_on(comm, mesh,
                case_of("  material: {young: 1, poisson: 0}\n  faces: {left: {displacement: [0, 0]}, inner: {" + load +
                            "}}\n",
                        1));
    });
  };
  BOOST_TEST(told("pressure: 1").is(Fault::data, "'inner' of the mesh has a side inside the body"));
  BOOST_TEST(!told("traction: [1, 0]").fault);
}

BOOST_AUTO_TEST_CASE(a_wrong_case_is_told_all_that_is_wrong_with_it) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_mesh(comm, scratch, test::crooked_square(2));
  const test::Failure told = test::failure([&] {
    solve_case(comm,
               case_of("  model: solid\n  material: {young: 1 + q, poisson: 0.3}\n  body_force: [0]\n"
                       "  faces: {lfet: {displacement: [0, 0]}, top: {traction: [0, 0, 1]}, right: {}, "
                       "left: {displacement: [exact, 0]}}\n",
                       1),
               scratch / "");
  });
  for (const char* part :
       {"'model: plane_strain'", "young", "expected 2 components (x, y), got 1", "expected 2 components (x, y), got 3",
        "the groups of the mesh are bottom, boundary, left, right, top; did you mean 'left'?",
        "a traction, a pressure or a displace", "'exact' needs problem.exact"})
    BOOST_TEST(told.is(Fault::config, part), part << " is not in " << told.text);
}

BOOST_AUTO_TEST_CASE(motions_that_supports_leave_free_are_named) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::write_mesh(comm, scratch, test::crooked_square(2));
  const auto told = [&](const std::string& faces) {
    return test::failure([&] {
      solve_case(comm, case_of("  material: {young: 1, poisson: 0.3}\n  faces: {" + faces + "}\n", 1), scratch / "");
    });
  };
  BOOST_TEST(told("left: {displacement: [0, free]}").is(Fault::config, "free are translation along y;"));
  const test::Failure loose = told("top: {traction: [0, 1]}");
  for (const char* motion : {"translation along x", "translation along y", "rotation about z"})
    BOOST_TEST(loose.is(Fault::config, motion), motion << " is not in " << loose.text);
  BOOST_TEST(!told("left: {displacement: [0, 0]}").fault);
}

BOOST_AUTO_TEST_CASE(each_part_of_a_mesh_needs_its_own_supports) {
  const Comm comm;
  const SharedScratch scratch(comm);
  Mesh mesh = test::mesh_of(2, {0, 0, 1, 0, 0, 1, 5, 0, 6, 0, 5, 1}, CellKind::triangle, {0, 1, 2, 3, 4, 5});
  test::name_sides(mesh, "first", [](std::span<const double> x) { return x[0] < 1e-9; });
  test::write_mesh(comm, scratch, mesh);
  const test::Failure told = test::failure([&] {
    solve_case(comm, case_of("  material: {young: 1, poisson: 0.3}\n  faces: {first: {displacement: [0, 0]}}\n", 1),
               scratch / "");
  });
  BOOST_TEST(told.is(Fault::config, "rotation about z (part 2 of the 2 that the mesh falls into)"), told.text);
  BOOST_TEST(!told.is(Fault::config, "part 1"), told.text);
}

BOOST_AUTO_TEST_CASE(steps_that_do_not_suffice_are_told) {
  const Comm comm;
  const test::Failure told = test::failure([&] {
    solved_on(comm, test::crooked_square(8),
              "solver: elasticity\nproblem:\n  mesh: mesh.msh\n  material: {young: 1, poisson: 0.3}\n  faces: {left: "
              "{displacement: [0, 0]}, top: {pressure: 1}}\noptions: {iterations: 2, solver: multigrid}\n");
  });
  BOOST_TEST(told.is(Fault::numerics, "stopped without converging after 2 steps"), told.text);
  BOOST_TEST(told.is(Fault::numerics, "raise options.iterations"), told.text);
}

BOOST_AUTO_TEST_CASE(materials_that_are_none_are_refused) {
  const Comm comm;
  const auto told = [&](const std::string& material) {
    return test::failure([&] {
      solved_on(comm, test::crooked_square(2),
                case_of("  material: {" + material + "}\n  faces: {left: {displacement: [0, 0]}}\n", 1));
    });
  };
  BOOST_TEST(told("young: x - 1, poisson: 0.3").is(Fault::data, "Young's modulus must be positive"));
  BOOST_TEST(told("young: 1, poisson: 0.5").is(Fault::config, "problem.material.poisson"));
  BOOST_TEST(told("young: -2, poisson: 0.3").is(Fault::config, "must be positive, but is -2"));
  BOOST_TEST(told("young: 1, poisson: 0.3 + 0.3*x").is(Fault::data, "between -1 and 1/2, but is 0.5"));
  BOOST_TEST(told("young: log(y - 2), poisson: 0.3").is(Fault::data, "nan at ("));
  BOOST_TEST(told("young: 1/(x - x), poisson: 0.3").fault.has_value());
}
