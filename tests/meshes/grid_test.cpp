// Axes and grids: coordinates, names, refusals.
#include "support/failure.hpp"
#include <mercer/meshes/grid.hpp>

#include <boost/test/unit_test.hpp>
#include <limits>
#include <vector>

using namespace mercer;

namespace {

Axis axis(const std::string& name, Index points, Placement placement, double begin = 0, double end = 1) {
  return {name, begin, end, points, placement, false};
}

}  // namespace

BOOST_AUTO_TEST_CASE(points_sit_where_their_placement_says) {
  const Grid grid(
      {axis("z", 3, Placement::nodes, -1, 1), axis("y", 4, Placement::left), axis("x", 2, Placement::cells)});
  BOOST_TEST(grid.coordinates(0) == std::vector<double>({-1, 0, 1}), boost::test_tools::per_element());
  BOOST_TEST(grid.coordinates(1) == std::vector<double>({0, 0.25, 0.5, 0.75}), boost::test_tools::per_element());
  BOOST_TEST(grid.coordinates(2) == std::vector<double>({0.25, 0.75}), boost::test_tools::per_element());
  BOOST_TEST(grid.axis(0).spacing() == 1);
  BOOST_TEST(grid.axis(1).spacing() == 0.25);
  BOOST_TEST(grid.axis(2).spacing() == 0.5);
}

BOOST_AUTO_TEST_CASE(the_last_node_is_the_end_without_rounding) {
  for (Index points = 2; points < 200; ++points)
    BOOST_TEST(axis("x", points, Placement::nodes, 0.1, 0.7).coordinate(points - 1) == 0.7);
}

BOOST_AUTO_TEST_CASE(position_is_the_inverse_of_coordinate) {
  for (const Placement placement : {Placement::nodes, Placement::left, Placement::cells}) {
    const Axis x = axis("x", 7, placement, -2, 5);
    for (Index i = 0; i < 7; ++i)
      BOOST_TEST(x.position(x.coordinate(i)) + 1 == static_cast<double>(i + 1), boost::test_tools::tolerance(1e-14));
    BOOST_TEST(x.position(x.coordinate(2) + 0.5 * x.spacing()) == 2.5, boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(a_grid_knows_its_axes_by_name_and_order) {
  const Grid grid({axis("t", 5, Placement::nodes), axis("y", 4, Placement::left), axis("x", 2, Placement::cells)});
  BOOST_TEST((grid.shape() == Shape({5, 4, 2})));
  BOOST_TEST(grid.axes_text() == "t,y,x");
  BOOST_TEST(grid.axis_number("y") == 1);
  BOOST_TEST(grid.symbols() == std::vector<std::string>({"x", "y", "t"}), boost::test_tools::per_element());
  BOOST_CHECK_EXCEPTION(grid.axis_number("z"), Error, failure(Fault::config, "no axis 'z'; there is t, y, x"));
}

BOOST_AUTO_TEST_CASE(grids_are_equal_when_all_of_their_axes_are) {
  const Axis x = axis("x", 4, Placement::left);
  Axis other = x;
  other.periodic = true;
  BOOST_TEST((Grid({x}) == Grid({x})));
  BOOST_TEST(!(Grid({x}) == Grid({other})));
  BOOST_TEST(!(Grid({x}) == Grid({axis("y", 3, Placement::left), x})));
}

BOOST_AUTO_TEST_CASE(grids_that_make_no_sense_are_refused) {
  const auto make = [](std::vector<Axis> axes) { return Grid(std::move(axes)); };
  const Axis x = axis("x", 4, Placement::nodes);
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_CHECK_EXCEPTION(make({}), Error, failure(Fault::config, "1 to 3 axes, not 0"));
  BOOST_CHECK_EXCEPTION(make({x, x}), Error, failure(Fault::config, "two axes are named 'x'"));
  BOOST_CHECK_EXCEPTION(make({axis("", 4, Placement::left)}), Error, failure(Fault::config, "needs a name"));
  BOOST_CHECK_EXCEPTION(make({axis("x", 4, Placement::left, 1, 1)}), Error, failure(Fault::config, "from 1 to 1"));
  BOOST_CHECK_EXCEPTION(make({axis("x", 4, Placement::left, 0, infinity)}), Error, failure(Fault::config, "to inf"));
  BOOST_CHECK_EXCEPTION(make({axis("x", 1, Placement::nodes)}), Error, failure(Fault::config, "at least 2 points"));
  BOOST_CHECK_EXCEPTION(make({axis("x", 0, Placement::cells)}), Error,
                        failure(Fault::config, "at least 1 point, not 0"));
}
