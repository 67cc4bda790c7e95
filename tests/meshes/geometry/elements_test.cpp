// Mass matrices and Laplacians of linear functions.
#include "support/made_meshes.hpp"
#include <mercer/meshes/geometry/elements.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

using namespace mercer;

namespace {

std::vector<double> values_of(const Mesh& mesh, double constant, double slope) {
  std::vector<double> values;
  for (Index i = 0; i < mesh.nodes(); ++i) {
    values.push_back(constant);
    for (Index axis = 0; axis < mesh.space(); ++axis)
      values.back() += slope * static_cast<double>(axis + 1) * mesh.points(i, axis);
  }
  return values;
}

double energy(const SparseMatrix& a, const std::vector<double>& u) {
  std::vector<double> image(u.size());
  a.apply(u, image);
  return std::inner_product(u.begin(), u.end(), image.begin(), 0.0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_mass_matrix_integrates_squares_of_linear_functions) {
  // Integral of (1 + x + 2 y)^2 over the square, and of (1 + x + 2 y + 3 z)^2 over the cube.
  const Mesh square = test::square(7, 0.3), cube = test::cube(3);
  BOOST_TEST(std::abs(energy(mass_matrix(square.points.view(), square.cells), values_of(square, 1, 1)) - 20.0 / 3) <
             1e-13);
  BOOST_TEST(std::abs(energy(mass_matrix(cube.points.view(), cube.cells), values_of(cube, 1, 1)) - (16 + 14 / 12.0)) <
             1e-12);
}

BOOST_AUTO_TEST_CASE(lumped_masses_are_the_row_sums) {
  const Mesh mesh = test::square(7, 0.3);
  const SparseMatrix mass = mass_matrix(mesh.points.view(), mesh.cells);
  const std::vector<double> lumped = lumped_mass(mesh.points.view(), mesh.cells), ones(lumped.size(), 1.0);
  std::vector<double> sums(lumped.size());
  mass.apply(ones, sums);
  for (std::size_t i = 0; i < sums.size(); ++i) BOOST_TEST(std::abs(sums[i] - lumped[i]) < 1e-15);
  BOOST_TEST(std::abs(std::accumulate(lumped.begin(), lumped.end(), 0.0) - 1) < 1e-13);
}

BOOST_AUTO_TEST_CASE(the_laplacian_gives_the_energy_of_linear_functions_and_none_of_constants) {
  const Mesh square = test::square(7, 0.3), cube = test::cube(3);
  const SparseMatrix flat = stiffness_matrix(square.points.view(), square.cells),
                     solid = stiffness_matrix(cube.points.view(), cube.cells);
  BOOST_TEST(std::abs(energy(flat, values_of(square, 1, 1)) - 5) < 1e-12);
  BOOST_TEST(std::abs(energy(solid, values_of(cube, 1, 1)) - 14) < 1e-12);
  BOOST_TEST(std::abs(energy(flat, values_of(square, 1, 0))) < 1e-13);
}

BOOST_AUTO_TEST_CASE(the_laplacian_of_a_triangle_has_half_cotangents_off_the_diagonal) {
  const Mesh mesh = test::mesh_of(2, {0, 0, 2, 0, 0, 1}, CellKind::triangle, {0, 1, 2});
  const SparseMatrix a = stiffness_matrix(mesh.points.view(), mesh.cells);
  BOOST_TEST(std::abs(a.value(1)[2] - 0) < 1e-15);          // opposite to the right angle
  BOOST_TEST(std::abs(a.value(0)[1] + 0.5 * 0.5) < 1e-15);  // cotangent 1/2 at the upper corner
  BOOST_TEST(std::abs(a.value(0)[2] + 0.5 * 2) < 1e-15);
}

BOOST_AUTO_TEST_CASE(cells_in_a_space_of_higher_dimension_have_their_own_size) {
  const Mesh surface = test::mesh_of(3, {0, 0, 0, 1, 0, 0, 0, 1, 1}, CellKind::triangle, {0, 1, 2});
  BOOST_TEST(std::abs(cell_sizes(surface.points.view(), surface.cells)[0] - std::sqrt(2.0) / 2) < 1e-15);
  const Mesh curve = test::closed_curve(4, [](double t) {
    return t < 0.25   ? std::array{0.0, 0.0}
           : t < 0.5  ? std::array{2.0, 0.0}
           : t < 0.75 ? std::array{2.0, 1.0}
                      : std::array{0.0, 1.0};
  });
  const std::vector<double> lumped = lumped_mass(curve.points.view(), curve.cells);
  BOOST_TEST(std::accumulate(lumped.begin(), lumped.end(), 0.0) == 6.0);
}
