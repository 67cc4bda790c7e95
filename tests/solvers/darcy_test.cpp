#include "solvers/solve_case.hpp"
#include "support/process.hpp"
#include <mercer/meshes/dataset.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

namespace {

using namespace mercer;
using mercer::test::exact_error;
using mercer::test::solve_case;
using mercer::test::Solved;

std::string plane_case(const std::string& boundary, int points, const std::string& more = "") {
  return fmt::format(
      "solver: darcy\n"
      "problem:\n"
      "  domain: {{x: [0, 1], y: [0, 2]}}\n"
      "  coefficient: 1.5 + sin(3*x)*cos(y)\n"
      "  exact: sin(2*x + 1)*exp(y/2) + x*y\n"
      "  boundary: {}\n"
      "output: {{points: {{x: {}, y: {}}}}}\n{}",
      boundary, points, points, more);
}

/// Observed orders of the errors of a sequence of halvings.
std::vector<double> orders(const Comm& comm, const std::vector<std::string>& cases) {
  std::vector<double> errors, found;
  for (const std::string& text : cases) errors.push_back(exact_error(comm, solve_case(comm, text)));
  for (std::size_t level = 1; level < errors.size(); ++level)
    found.push_back(std::log2(errors[level - 1] / errors[level]));
  if (comm.is_root())
    for (std::size_t level = 0; level < found.size(); ++level)
      fmt::print("error {:.3e} order {:.3f}\n", errors[level + 1], found[level]);
  return found;
}

void expect_second_order(const Comm& comm, const std::vector<std::string>& cases) {
  for (const double order : orders(comm, cases)) BOOST_TEST(order >= 1.95);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_order_is_two_over_four_refinements_with_values_on_the_faces) {
  const Comm comm;
  std::vector<std::string> cases;
  for (const int points : {17, 33, 65, 129, 257}) cases.push_back(plane_case("exact", points));
  expect_second_order(comm, cases);
}

BOOST_AUTO_TEST_CASE(the_order_is_two_with_derivatives_on_some_faces) {
  const Comm comm;
  const std::string faces = "{x_min: {derivative: exact}, x_max: exact, y_min: exact, y_max: {derivative: exact}}";
  std::vector<std::string> cases;
  for (const int points : {17, 33, 65, 129, 257}) cases.push_back(plane_case(faces, points));
  expect_second_order(comm, cases);
}

BOOST_AUTO_TEST_CASE(the_order_is_two_in_one_dimension) {
  const Comm comm;
  std::vector<std::string> cases;
  for (const int points : {33, 65, 129, 257, 513})
    cases.push_back(
        fmt::format("solver: darcy\nproblem: {{domain: {{x: [0, pi]}}, coefficient: exp(x), exact: sin(3*x), "
                    "boundary: {{x_min: exact, x_max: {{derivative: exact}}}}}}\noutput: {{points: {{x: {}}}}}\n",
                    points));
  expect_second_order(comm, cases);
}

BOOST_AUTO_TEST_CASE(the_order_is_two_in_three_dimensions) {
  const Comm comm;
  std::vector<std::string> cases;
  for (const int points : {9, 17, 33})
    cases.push_back(fmt::format(
        "solver: darcy\nproblem: {{domain: {{x: [0, 1], y: [0, 1], z: [0, 2]}}, coefficient: 1 + x*y + z, "
        "exact: sin(2*x)*cos(y)*exp(z/2), boundary: {{x_min: {{derivative: exact}}, x_max: exact, y_min: exact, "
        "y_max: exact, z_min: exact, z_max: {{derivative: exact}}}}}}\n"
        "output: {{points: {{x: {0}, y: {0}, z: {0}}}}}\n",
        points));
  expect_second_order(comm, cases);
}

BOOST_AUTO_TEST_CASE(nothing_flows_through_closed_faces) {
  const Comm comm;
  const Solved solved =
      solve_case(comm,
                 "solver: darcy\nproblem: {domain: {x: [0, 1], y: [0, 1]}, coefficient: 2, source: 0, exact: 3 - x, "
                 "boundary: {x_min: 3, x_max: 2, y_min: {derivative: 0}, y_max: {derivative: 0}}}\n"
                 "output: {points: {x: 17, y: 9}}\n");
  BOOST_TEST(exact_error(comm, solved) < 1e-12);
}

// Multigrid depends on how the rows are spread, so results agree to the accuracy of the linear solver and not to the
// bit.
BOOST_AUTO_TEST_CASE(ranks_agree_with_a_single_one_to_1e_10) {
  const Comm comm, alone = Comm::self();
  const std::string text = plane_case("exact", 101);
  const std::vector<double> shared = test::gathered(comm, solve_case(comm, text).solution.fields.front());
  const std::vector<double> single = test::gathered(alone, solve_case(alone, text).solution.fields.front());
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < single.size(); ++i) {
    difference = std::max(difference, std::abs(shared[i] - single[i]));
    size = std::max(size, std::abs(single[i]));
  }
  BOOST_TEST(difference <= 1e-10 * size, "difference " << difference / size);
}

BOOST_AUTO_TEST_CASE(iterations_hardly_grow_from_32_to_512) {
  const Comm comm;
  std::vector<Index> iterations;
  for (const int points : {33, 129, 513})
    iterations.push_back(
        std::get<Index>(*solve_case(comm, plane_case("exact", points)).solution.record.find("iterations")));
  if (comm.is_root()) fmt::print("iterations {} {} {}\n", iterations[0], iterations[1], iterations[2]);
  BOOST_TEST(iterations.back() <= iterations.front() + 3);
}

BOOST_AUTO_TEST_CASE(the_published_solutions_are_reproduced) {
  const Comm comm;
  const std::filesystem::path folder = test::setting("MERCER_SOURCE") + "/examples/01_darcy_flow";
  constexpr Index samples = 50, stored = 32, step = 4;
  const Dataset data(comm, folder / "darcy_32.h5");
  const std::vector<Axis> axes{{"y", 0, 1, stored, Placement::left}, {"x", 0, 1, stored, Placement::left}};
  const auto grid = std::make_shared<const Grid>(data.grid("y", true, axes, Placement::left));
  double mean = 0;
  for (Index sample = 0; sample < samples; ++sample) {
    const Solved solved = solve_case(
        comm,
        fmt::format(
            "solver: darcy\nproblem: {{domain: {{x: [0, 1], y: [0, 1]}}, source: 1, boundary: {{x_min: 0, x_max: 0, "
            "y_min: 0, "
            "y_max: 0}}, coefficient: {{file: darcy_32.h5, dataset: x, sample: {}, grid: left, values: 1 + 17.5*v}}}}\n"
            "output: {{points: {{x: 129, y: 129}}}}\n",
            sample),
        folder);
    const std::vector<double> u = test::gathered(comm, solved.solution.fields.front());
    const std::vector<double> published = test::gathered(comm, data.read("y", sample, grid));
    double difference = 0, size = 0;
    for (Index y = 0; y < stored; ++y)
      for (Index x = 0; x < stored; ++x) {
        const double ours = 51.1 * u[static_cast<std::size_t>(y * step * 129 + x * step)],
                     theirs = published[static_cast<std::size_t>(y * stored + x)];
        difference += (ours - theirs) * (ours - theirs);
        size += theirs * theirs;
      }
    mean += std::sqrt(difference / size) / samples;
  }
  if (comm.is_root()) fmt::print("mean relative L2 difference to 50 published solutions {:.4f}\n", mean);
  BOOST_TEST(mean <= 0.035);
}
