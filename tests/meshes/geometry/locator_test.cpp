// Finding points in meshes, interpolating between them.
#include "support/failure.hpp"
#include "support/made_meshes.hpp"
#include <mercer/base/random.hpp>
#include <mercer/meshes/geometry/locator.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>

using namespace mercer;

namespace {

Tensor<double> random_points(Index count, Index dimension, double low, double high) {
  Tensor<double> points({count, dimension}, Rows::dense);
  for (Index i = 0; i < points.count(); ++i)
    points.data()[i] = low + (high - low) * Random(11).uniform(static_cast<std::uint64_t>(i));
  return points;
}

double linear(std::span<const double> point) {
  double value = 0.3;
  for (std::size_t axis = 0; axis < point.size(); ++axis) value += (1.5 - static_cast<double>(axis)) * point[axis];
  return value;
}

std::vector<double> linear_at(View<const double> points) {
  std::vector<double> values;
  for (Index i = 0; i < points.shape()[0]; ++i) values.push_back(linear(points.row(i)));
  return values;
}

double worst_linear(const Mesh& mesh, View<const double> targets) {
  const SparseMatrix p = Locator(mesh.points.view(), mesh.cells).interpolation(targets);
  const std::vector<double> values = linear_at(mesh.points.view()), expected = linear_at(targets);
  std::vector<double> found(expected.size());
  p.apply(values, found);
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, std::abs(found[i] - expected[i]));
  return worst;
}

/// The nearest place on any boundary facet, by trying all.
double plain_squared_distance(const Mesh& mesh, const double* point) {
  const int dimension = static_cast<int>(mesh.space());
  double best = std::numeric_limits<double>::infinity();
  for (const Facet& facet : boundary_facets(facets(mesh.cells, mesh.nodes()))) {
    std::array<Corner, 3> ends{};
    Corner here{};
    for (int axis = 0; axis < dimension; ++axis) {
      here[static_cast<std::size_t>(axis)] = point[axis];
      for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k)
        ends[k][static_cast<std::size_t>(axis)] = mesh.points(facet.nodes[k], axis);
    }
    best = std::min(best, nearest_on_simplex(ends.data(), dimension, here).squared_distance);
  }
  return best;
}

}  // namespace

BOOST_AUTO_TEST_CASE(linear_functions_are_interpolated_exactly_inside) {
  BOOST_TEST(worst_linear(test::square(13, 0.3), random_points(500, 2, 0, 1).view()) < 1e-13);
  BOOST_TEST(worst_linear(test::cube(5), random_points(500, 3, 0, 1).view()) < 1e-13);
}

BOOST_AUTO_TEST_CASE(nodes_of_the_mesh_get_their_own_values) {
  const Mesh mesh = test::notched_plate(20, 0.2, 0.3, 0.2);
  BOOST_TEST(worst_linear(mesh, mesh.points.view()) < 1e-13);
}

BOOST_AUTO_TEST_CASE(no_point_of_a_triangle_is_nearer_than_the_one_that_is_found) {
  const Tensor<double> random = random_points(400, 3, -1, 1);
  for (Index i = 0; i + 4 <= 400; i += 4) {
    std::array<Corner, 4> x{};
    for (Index k = 0; k < 4; ++k)
      for (Index axis = 0; axis < 3; ++axis)
        x[static_cast<std::size_t>(k)][static_cast<std::size_t>(axis)] = random(i + k, axis);
    const Nearest found = nearest_on_simplex(x.data(), 3, x[3]);
    const auto squared_distance = [&](const std::array<double, 3>& weights) {
      double square = 0;
      for (std::size_t axis = 0; axis < 3; ++axis)
        square += std::pow(weights[0] * x[0][axis] + weights[1] * x[1][axis] + weights[2] * x[2][axis] - x[3][axis], 2);
      return square;
    };
    BOOST_TEST(std::abs(squared_distance(found.weights) - found.squared_distance) < 1e-14);
    for (int a = 0; a <= 20; ++a)
      for (int b = 0; a + b <= 20; ++b)
        BOOST_TEST(squared_distance({a / 20.0, b / 20.0, (20 - a - b) / 20.0}) >= found.squared_distance - 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(points_outside_get_the_value_of_the_nearest_point_of_the_boundary) {
  for (int dimension = 2; dimension <= 3; ++dimension) {
    const Mesh mesh = dimension == 2 ? test::notched_plate(20, 0.2, 0.3, 0.2) : test::cube(3);
    const Locator locator(mesh.points.view(), mesh.cells);
    const Tensor<double> points = random_points(300, dimension, -2, 2);
    Index outside = 0;
    for (Index i = 0; i < 300; ++i) {
      const Location found = locator.locate(&points(i, 0));
      double total = 0, square = 0;
      std::array<double, 3> place{};
      for (std::size_t k = 0; k < 4; ++k) {
        total += found.weights[k];
        for (int axis = 0; axis < dimension && found.nodes[k] >= 0; ++axis)
          place[static_cast<std::size_t>(axis)] += found.weights[k] * mesh.points(found.nodes[k], axis);
      }
      for (int axis = 0; axis < dimension; ++axis)
        square += std::pow(place[static_cast<std::size_t>(axis)] - points(i, axis), 2);
      BOOST_TEST(std::abs(total - 1) < 1e-13);
      BOOST_TEST(std::abs(square - found.squared_distance) < 1e-13);
      if (found.squared_distance == 0) continue;
      ++outside;
      BOOST_TEST(std::abs(found.squared_distance - plain_squared_distance(mesh, &points(i, 0))) < 1e-13);
    }
    BOOST_TEST(outside > 50);
  }
}

BOOST_AUTO_TEST_CASE(points_come_to_the_nearest_place_of_a_curve_and_of_a_surface) {
  const Mesh curve = test::closed_curve(50, [](double t) {
    return std::array{std::cos(2 * std::numbers::pi * t), std::sin(2 * std::numbers::pi * t)};
  });
  const std::array<double, 2> point{1.5, 1.5};
  const Location found = Locator(curve.points.view(), curve.cells).locate(point.data());
  BOOST_TEST(std::abs(std::sqrt(found.squared_distance) - (1.5 * std::numbers::sqrt2 - 1)) < 3e-3);
  const Mesh surface = test::mesh_of(3, {0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1}, CellKind::triangle, {0, 1, 2, 1, 3, 2});
  const std::array<double, 3> above{0.25, 0.25, 0.1};
  const Location below = Locator(surface.points.view(), surface.cells).locate(above.data());
  BOOST_TEST(below.cell == 0);
  BOOST_TEST(std::abs(below.squared_distance - 0.01) < 1e-14);
}

BOOST_AUTO_TEST_CASE(an_interpolation_has_an_exact_adjoint) {
  const Mesh mesh = test::square(9, 0.3);
  const SparseMatrix p = Locator(mesh.points.view(), mesh.cells).interpolation(random_points(77, 2, -0.1, 1.1).view());
  BOOST_TEST(p.rows() == 77);
  BOOST_TEST(p.columns() == 100);
  BOOST_TEST(adjoint_gap(Comm::self(), p) < 1e-15);
}

BOOST_AUTO_TEST_CASE(interpolation_is_of_second_order) {
  for (const int dimension : {2, 3}) {
    const Tensor<double> targets = random_points(400, dimension, 0, 1);
    const auto wave = [&](const double* p) {
      return std::sin(3 * p[0]) * std::cos(2 * p[1]) * (dimension == 3 ? std::exp(p[2]) : 1);
    };
    std::vector<double> errors;
    for (const Index n : {5, 10, 20}) {
      const Mesh mesh = dimension == 2 ? test::square(2 * n, 0.2) : test::cube(n);
      std::vector<double> values(static_cast<std::size_t>(mesh.nodes())), found(400);
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = wave(&mesh.points(i, 0));
      Locator(mesh.points.view(), mesh.cells).interpolation(targets.view()).apply(values, found);
      double worst = 0;
      for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, std::abs(found[i] - wave(&targets(i, 0))));
      errors.push_back(worst);
    }
    for (std::size_t i = 1; i < errors.size(); ++i)
      BOOST_TEST(std::abs(std::log2(errors[i - 1] / errors[i]) - 2) < 0.45, "in " << dimension << " dimensions");
  }
}

BOOST_AUTO_TEST_CASE(along_a_closed_curve_the_ends_are_joined) {
  const std::vector<double> from{0.1, 0.4, 0.8}, to{0.0, 0.25, 0.9, 0.1}, values{1, 2, 5};
  std::vector<double> found(4);
  interpolation_around(from, to).apply(values, found);
  const std::vector<double> expected{5 - 4 * 2 / 3.0, 1.5, 5 - 4 / 3.0, 1};
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(std::abs(found[i] - expected[i]) < 1e-14);
  BOOST_CHECK_EXCEPTION(interpolation_around(std::vector{0.2, 0.2}, to), Error, failure(Fault::data, "ascend"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_searched_is_refused) {
  const Mesh mesh = test::square(3), none = test::mesh_of(2, {0, 0}, CellKind::triangle, {});
  Tensor<double> lost({1, 2}, Rows::dense);
  lost(0, 1) = std::numeric_limits<double>::quiet_NaN();
  const Locator locator(mesh.points.view(), mesh.cells);
  BOOST_CHECK_EXCEPTION(locator.interpolation(lost.view()), Error, failure(Fault::data, "not finite"));
  BOOST_CHECK_EXCEPTION(locator.interpolation(random_points(2, 3, 0, 1).view()), Error,
                        failure(Fault::internal, "targets in 2 dimensions"));
  BOOST_CHECK_EXCEPTION(Locator(none.points.view(), none.cells), Error, failure(Fault::data, "without cells"));
}
