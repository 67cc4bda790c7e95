// Which conditions an axis takes, and the split of coefficients into what they fix and what they leave free.
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/features/conditions.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;
using Kind = Side::Kind;

namespace {

const Basis& basis() {
  static const Basis shared({-1, 2}, {{0, 20}, {40, 8}});
  return shared;
}

std::array<Side, 2> sides(Kind begin, Kind end) { return {Side{begin, {}}, Side{end, {}}}; }

void expect_a_split(const std::vector<Condition>& conditions) {
  const ConditionSpace space = condition_space(basis(), conditions);
  const auto count = static_cast<Index>(conditions.size());
  const double scale = space.rows.norm();
  BOOST_TEST(space.null.cols() == basis().size() - count);
  BOOST_TEST((space.rows * space.null).norm() <= 1e-13 * scale);
  BOOST_TEST((space.rows * space.inverse - Matrix::Identity(count, count)).norm() < 1e-13);
  BOOST_TEST((space.null.transpose() * space.null - Matrix::Identity(space.null.cols(), space.null.cols())).norm() <
             1e-13);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_condition_splits_the_coefficients) {
  expect_a_split(select_conditions(sides(Kind::value, Kind::value), 2, 0, "x"));
  expect_a_split(select_conditions(sides(Kind::derivative, Kind::derivative), 2, 0, "x"));
  expect_a_split(select_conditions(sides(Kind::value, Kind::derivative), 2, 0, "x"));
  expect_a_split(select_conditions(sides(Kind::periodic, Kind::periodic), 2, 0, "x"));
  expect_a_split(select_conditions(sides(Kind::periodic, Kind::periodic), 1, 0, "x"));
  expect_a_split(select_conditions(sides(Kind::value, Kind::free), 1, 1, "x"));
  expect_a_split({});
}

BOOST_AUTO_TEST_CASE(like_conditions_keep_even_and_odd_functions_apart) {
  for (const Kind kind : {Kind::value, Kind::derivative, Kind::periodic}) {
    const ConditionSpace space = condition_space(basis(), select_conditions(sides(kind, kind), 2, 0, "x"));
    BOOST_TEST(space.has_parity);
    BOOST_TEST(space.null.topRightCorner(basis().even(), space.null.cols() - space.even).norm() == 0);
    BOOST_TEST(space.null.bottomLeftCorner(basis().size() - basis().even(), space.even).norm() == 0);
  }
  BOOST_TEST(!condition_space(basis(), select_conditions(sides(Kind::value, Kind::derivative), 2, 0, "x")).has_parity);
}

BOOST_AUTO_TEST_CASE(derivatives_point_outwards) {
  const ConditionSpace space =
      condition_space(basis(), select_conditions(sides(Kind::derivative, Kind::derivative), 2, 0, "x"));
  const std::vector<double> ends{-1, 2};
  const Matrix slopes = basis().at(ends, 1)[1];
  BOOST_TEST((space.rows.row(0) + slopes.row(0)).norm() < 1e-12 * slopes.norm());
  BOOST_TEST((space.rows.row(1) - slopes.row(1)).norm() < 1e-12 * slopes.norm());
}

BOOST_AUTO_TEST_CASE(a_first_order_axis_takes_the_condition_at_its_inflow) {
  const auto both = sides(Kind::value, Kind::value);
  BOOST_TEST(!select_conditions(both, 1, 3, "x").at(0).at_end);
  BOOST_TEST(select_conditions(both, 1, -3, "x").at(0).at_end);
  BOOST_TEST(select_conditions(sides(Kind::free, Kind::value), 1, 3, "x").at(0).at_end);
  BOOST_TEST(select_conditions(both, 0, 0, "x").empty());
}

BOOST_AUTO_TEST_CASE(missing_conditions_are_a_mistake_of_the_case) {
  const auto failing = [](Kind begin, Kind end, int order) {
    return test::failure([&] { select_conditions(sides(begin, end), order, 1, "y"); });
  };
  BOOST_TEST(failing(Kind::value, Kind::free, 2).is(Fault::config, "as many conditions, but has 1"));
  BOOST_TEST(failing(Kind::free, Kind::free, 1).is(Fault::config, "but has 0"));
  BOOST_TEST(failing(Kind::periodic, Kind::value, 2).is(Fault::config, "periodic at one end only"));
}
