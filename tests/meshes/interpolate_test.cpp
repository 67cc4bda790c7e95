// Interpolation between grids: exactness, order, ends of the domain, rank counts.
#include "meshes/support.hpp"
#include "support/failure.hpp"
#include <mercer/meshes/interpolate.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

using namespace mercer;

namespace {

constexpr double turn = 2 * std::numbers::pi;
const std::vector<Placement> placements{Placement::nodes, Placement::left, Placement::cells};

Axis axis(const std::string& name, Index points, Placement placement, bool periodic) {
  return {name, 0, 1, points, placement, periodic};
}

std::shared_ptr<const Grid> cube(int dimensions, Index points, Placement placement, bool periodic) {
  std::vector<Axis> axes;
  for (const char* name : {"z", "y", "x"}) axes.push_back(axis(name, points++, placement, periodic));
  axes.erase(axes.begin(), axes.end() - dimensions);
  return grid_of(axes);
}

double waves(const std::array<double, 3>& x) {
  return std::sin(turn * x[0]) * std::cos(turn * x[1]) + 0.5 * std::cos(turn * (x[2] - x[1]));
}

Field to_grid(const Comm& comm, const Field& source, const std::shared_ptr<const Grid>& target, Split split,
              Interpolation interpolation) {
  return interpolate(comm, source, target, Decomposition(target->shape(), comm, split), interpolation);
}

/// Largest difference of the values from those of a formula.
template <class F>
double error_against(const Comm& comm, const Field& field, const F& formula) {
  const Field exact = made_field(comm, field.shared_grid(), Split::boxes, formula);
  const bool same_owners = exact.decomposition() == field.decomposition();
  BOOST_TEST(same_owners);
  double worst = 0;
  for (std::size_t i = 0; i < field.span().size() && same_owners; ++i)
    worst = std::max(worst, std::abs(field.span()[i] - exact.span()[i]));
  return largest(comm, worst);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_field_on_the_same_grid_is_unchanged) {
  const Comm comm;
  for (const Placement placement : placements)
    for (int dimensions = 1; dimensions <= 3; ++dimensions)
      for (const Interpolation how : {Interpolation::nearest, Interpolation::linear}) {
        const auto grid = cube(dimensions, 5, placement, false);
        const Field source = made_field(comm, grid, Split::slabs, waves);
        BOOST_TEST(error_against(comm, to_grid(comm, source, grid, Split::boxes, how), waves) == 0);
      }
}

BOOST_AUTO_TEST_CASE(linear_interpolation_is_exact_for_multilinear_fields) {
  const Comm comm;
  const auto bilinear = [](const std::array<double, 3>& x) { return (1 + 2 * x[0]) * (3 - x[1]) * (0.5 + x[2]); };
  for (int dimensions = 1; dimensions <= 3; ++dimensions) {
    const Field source = made_field(comm, cube(dimensions, 3, Placement::nodes, false), Split::slabs, bilinear);
    const Field finer =
        to_grid(comm, source, cube(dimensions, 8, Placement::cells, false), Split::boxes, Interpolation::linear);
    BOOST_TEST(error_against(comm, finer, bilinear) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(linear_interpolation_is_of_second_order) {
  const Comm comm;
  for (const Placement placement : placements) {
    std::vector<double> errors;
    for (const Index points : {16, 32, 64}) {
      const Field source = made_field(comm, cube(2, points, placement, true), Split::slabs, waves);
      errors.push_back(error_against(
          comm, to_grid(comm, source, cube(2, 37, Placement::left, false), Split::boxes, Interpolation::linear),
          waves));
    }
    // Points of the target fall differently between those of each source, so the rate is not smooth.
    BOOST_TEST(std::log2(errors[0] / errors[2]) / 2 > 1.85);
    BOOST_TEST(std::log2(errors[0] / errors[2]) / 2 < 2.15);
  }
}

BOOST_AUTO_TEST_CASE(nearest_takes_the_nearest_value) {
  const Comm comm;
  const auto source = made_field(comm, grid_of({axis("x", 4, Placement::cells, false)}), Split::slabs,
                                 [](const auto& x) { return std::floor(4 * x[0]); });
  const auto target = grid_of({axis("x", 12, Placement::cells, false)});
  const Field finer = to_grid(comm, source, target, Split::boxes, Interpolation::nearest);
  BOOST_TEST(error_against(comm, finer, [](const auto& x) { return std::floor(4 * x[0]); }) == 0);
}

BOOST_AUTO_TEST_CASE(values_are_continued_beyond_the_outermost_points) {
  const Comm comm;
  const auto target = grid_of({axis("x", 9, Placement::nodes, false)});
  for (const bool periodic : {false, true}) {
    const auto grid = grid_of({axis("x", 4, Placement::cells, periodic)});
    const Field source = made_field(comm, grid, Split::slabs, [](const auto& x) { return 8 * x[0]; });  // 1, 3, 5, 7
    const Field finer = to_grid(comm, source, target, Split::boxes, Interpolation::linear);
    const auto expected = [&](const std::array<double, 3>& x) {
      return x[0] == 0 || x[0] == 1 ? (periodic ? 4.0 : (x[0] == 0 ? 1.0 : 7.0)) : 8 * x[0];
    };
    BOOST_TEST(error_against(comm, finer, expected) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(periodic_fields_are_known_everywhere) {
  const Comm comm;
  const auto target = grid_of({{"x", -2.25, 3.5, 41, Placement::nodes, false}});
  const auto wave = [](const std::array<double, 3>& x) { return std::sin(turn * x[0]); };
  for (const Placement placement : placements) {
    const Field source = made_field(comm, grid_of({axis("x", 200, placement, true)}), Split::slabs, wave);
    const Field wide = to_grid(comm, source, target, Split::boxes, Interpolation::linear);
    BOOST_TEST(error_against(comm, wide, wave) < 1.3e-4);  // h^2/8 of the second derivative
  }
}

BOOST_AUTO_TEST_CASE(interpolation_has_the_same_bits_on_every_rank_count) {
  const Comm comm, self = Comm::self();
  for (int dimensions = 1; dimensions <= 3; ++dimensions)
    for (const Interpolation how : {Interpolation::nearest, Interpolation::linear})
      for (const bool periodic : {false, true}) {
        const auto grid = cube(dimensions, 6, Placement::left, periodic),
                   target = cube(dimensions, 9, Placement::cells, false);
        const Field whole = to_grid(self, made_field(self, grid, Split::slabs, waves), target, Split::slabs, how);
        const Field part = to_grid(comm, made_field(comm, grid, Split::boxes, waves), target, Split::slabs, how);
        const Index begin = sum_before(comm, part.values().count());
        BOOST_TEST(std::equal(part.span().begin(), part.span().end(), whole.span().begin() + begin));
      }
}

BOOST_AUTO_TEST_CASE(a_source_of_one_point_is_constant) {
  const Comm comm;
  const Field source =
      made_field(comm, grid_of({axis("x", 1, Placement::cells, false)}), Split::slabs, [](auto&) { return 3.0; });
  const Field finer =
      to_grid(comm, source, grid_of({axis("x", 5, Placement::nodes, false)}), Split::boxes, Interpolation::linear);
  BOOST_TEST(error_against(comm, finer, [](auto&) { return 3.0; }) == 0);
}

BOOST_AUTO_TEST_CASE(grids_that_do_not_fit_are_refused_on_all_ranks) {
  const Comm comm;
  const Field source = made_field(comm, cube(2, 4, Placement::nodes, false), Split::slabs, waves);
  const auto try_target = [&](const std::vector<Axis>& axes) {
    to_grid(comm, source, grid_of(axes), Split::slabs, Interpolation::linear);
  };
  const Axis x = axis("x", 4, Placement::nodes, false), y = axis("y", 4, Placement::nodes, false);
  Axis wide = x;
  wide.end = 1.5;
  BOOST_CHECK_EXCEPTION(try_target({x, y}), Error,
                        failure(Fault::config, "axes y,x cannot be interpolated to the axes x,y"));
  BOOST_CHECK_EXCEPTION(try_target({x}), Error, failure(Fault::config, "to the axes x"));
  BOOST_CHECK_EXCEPTION(try_target({y, wide}), Error, failure(Fault::config, "axis 'x' from 0 to 1.5 lie outside"));
}
