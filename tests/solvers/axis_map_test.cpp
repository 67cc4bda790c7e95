// Values of one grid on another: which are taken as they are, and how exact the others are.
#include <mercer/solvers/support/axis_map.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

using namespace mercer;

namespace {

constexpr double pi = std::numbers::pi;

SampleAxis nodes(Index spacings) { return {spacings + 1, spacings, 0}; }
SampleAxis left(Index spacings) { return {spacings, spacings, 0}; }
SampleAxis cells(Index spacings) { return {spacings, spacings, 1}; }

double place(const SampleAxis& axis, Index i) {
  return (static_cast<double>(i) + static_cast<double>(axis.shift) / 2) / static_cast<double>(axis.spacings);
}

using Function = std::function<double(double)>;

/// Largest error of a function taken from one grid to another.
double error(const AxisMap& map, const SampleAxis& from, const SampleAxis& to, const Function& f) {
  double worst = 0;
  for (Index i = 0; i < to.count; ++i) {
    double value = 0;
    for (const AxisMap::Term& term : map.terms(i)) value += term.weight * f(place(from, term.source));
    worst = std::max(worst, std::abs(value - f(place(to, i))));
  }
  return worst;
}

/// The order at which the error of `f` falls as grids of 8, 16, 32 and 64 spacings are taken to thrice as many, the
/// least of the three steps.
double order(const std::function<SampleAxis(Index)>& grid, Index points, Beyond beyond, const Function& f) {
  double least = INFINITY, last = 0;
  for (Index n = 8; n <= 64; n *= 2) {
    const SampleAxis from = grid(n), to = grid(3 * n + (beyond == Beyond::wrap ? 1 : 0));
    const double now = error({from, to, points, beyond}, from, to, f);
    if (last > 0) least = std::min(least, std::log2(last / now));
    last = now;
  }
  return least;
}

}  // namespace

BOOST_AUTO_TEST_CASE(common_points_keep_their_values_and_those_between_come_from_four) {
  const AxisMap map(left(16), left(32), 4, Beyond::odd);
  for (Index i = 0; i < 32; i += 2) {
    BOOST_TEST(map.terms(i).size() == 1u);
    BOOST_TEST(map.terms(i)[0].source == i / 2);
    BOOST_TEST(map.terms(i)[0].weight == 1);
  }
  const std::vector<double> expected{-1.0 / 16, 9.0 / 16, 9.0 / 16, -1.0 / 16};
  for (std::size_t k = 0; k < 4; ++k) {
    BOOST_TEST(map.terms(9)[k].weight == expected[k]);
    BOOST_TEST(map.terms(9)[k].source == static_cast<Index>(3 + k));
  }
}

BOOST_AUTO_TEST_CASE(beyond_ends_where_a_field_vanishes_stands_its_image_with_the_other_sign) {
  const AxisMap map(left(16), left(32), 4, Beyond::odd);
  const auto weight = [&](Index output, Index source) {
    double sum = 0;
    for (const AxisMap::Term& term : map.terms(output)) sum += term.source == source ? term.weight : 0;
    return sum;
  };
  BOOST_TEST(weight(1, 0) == 9.0 / 16);  // between 0 and 1, where -1 is minus 1
  BOOST_TEST(weight(1, 1) == 10.0 / 16);
  BOOST_TEST(weight(31, 15) == 10.0 / 16);  // between 15 and 16, which is zero and no point of the grid
  BOOST_TEST(weight(31, 14) == -1.0 / 16);
}

BOOST_AUTO_TEST_CASE(cubics_are_reproduced_wherever_no_end_is_assumed) {
  const Function cubic = [](double x) { return 1 + x - 3 * x * x + 2 * x * x * x; };
  for (const auto& grid : {nodes, left, cells})
    for (const Index fine : {3, 7, 10, 16, 35}) {
      const AxisMap map(grid(7), grid(fine), 4, Beyond::continued);
      BOOST_TEST(error(map, grid(7), grid(fine), cubic) < 2e-14);
    }
}

BOOST_AUTO_TEST_CASE(four_points_have_the_fourth_order_at_every_kind_of_end) {
  const Function arch = [](double x) { return std::sin(pi * x) + std::sin(3 * pi * x); };
  const Function wave = [](double x) { return std::sin(2 * pi * x + 1); };
  const Function slope = [](double x) { return std::exp(2 * x); };
  BOOST_TEST(order(left, 4, Beyond::odd, arch) > 3.8);
  BOOST_TEST(order(nodes, 4, Beyond::odd, arch) > 3.8);
  BOOST_TEST(order(left, 4, Beyond::wrap, wave) > 3.8);
  BOOST_TEST(order(nodes, 4, Beyond::continued, slope) > 3.7);
  BOOST_TEST(order(cells, 4, Beyond::continued, slope) > 3.7);
}

BOOST_AUTO_TEST_CASE(two_points_have_the_second_order) {
  BOOST_TEST(order(nodes, 2, Beyond::nearest, [](double x) { return std::exp(x); }) > 1.9);
}

BOOST_AUTO_TEST_CASE(values_are_thinned_out_where_the_coarse_points_are_fine_ones) {
  for (const auto& [from, to] : {std::pair{left(32), left(16)}, {nodes(30), nodes(10)}, {cells(15), cells(5)}}) {
    const AxisMap map(from, to, 2, Beyond::nearest);
    for (Index i = 0; i < to.count; ++i) BOOST_TEST(map.terms(i).size() == 1u);
  }
  const AxisMap map(cells(8), cells(4), 2, Beyond::nearest);  // centres between two centres
  BOOST_TEST(map.terms(1).size() == 2u);
  BOOST_TEST(map.terms(1)[0].source == 2);
  BOOST_TEST(map.terms(1)[0].weight == 0.5);
}

BOOST_AUTO_TEST_CASE(the_end_that_is_missing_repeats_the_last_value_or_is_zero) {
  const AxisMap inputs(left(5), nodes(5), 2, Beyond::nearest), outputs(left(5), nodes(5), 2, Beyond::odd);
  BOOST_TEST(inputs.terms(5)[0].source == 4);
  BOOST_TEST(inputs.terms(5)[0].weight == 1);
  BOOST_TEST(outputs.terms(5).empty());
}

BOOST_AUTO_TEST_CASE(short_grids_have_polynomials_of_fewer_points) {
  const SampleAxis two = nodes(1), three = nodes(2);
  BOOST_TEST(error({two, nodes(4), 4, Beyond::continued}, two, nodes(4), [](double x) { return 2 - x; }) < 1e-15);
  BOOST_TEST(error({three, nodes(7), 4, Beyond::continued}, three, nodes(7), [](double x) { return x * x; }) < 1e-15);
  const AxisMap point({}, {}, 4, Beyond::odd);
  BOOST_TEST(point.is_identity());
  BOOST_TEST(error({two, nodes(2), 4, Beyond::odd}, two, nodes(2), [](double) { return 0; }) == 0);
}

BOOST_AUTO_TEST_CASE(fields_are_mapped_along_both_axes_and_channel_by_channel) {
  const auto value = [](Index c, double y, double x) {
    return (1 + y + y * y * y) * (2 - x * x) * static_cast<double>(c + 1);
  };
  Tensor<float> coarse({2, 5, 2, 7}), fine({2, 9, 2, 13});
  const auto fill = [&](Tensor<float>& fields, const SampleAxis& y, const SampleAxis& x) {
    for (Index j = 0; j < y.count; ++j)
      for (Index c = 0; c < 2; ++c)
        for (Index i = 0; i < x.count; ++i) fields(1, j, c, i) = static_cast<float>(value(c, place(y, j), place(x, i)));
  };
  fill(coarse, nodes(4), nodes(6));
  const FieldMap map{{nodes(4), nodes(8), 4, Beyond::continued}, {nodes(6), nodes(12), 4, Beyond::continued}};
  map.apply(std::as_const(coarse).view(), fine.view());
  Tensor<float> expected({2, 9, 2, 13});
  fill(expected, nodes(8), nodes(12));
  for (Index row = 0; row < expected.view().rows(); ++row)
    for (std::size_t i = 0; i < 13; ++i)
      BOOST_TEST(std::abs(fine.view().row(row)[i] - expected.view().row(row)[i]) < 2e-6);
  BOOST_CHECK_THROW(map.apply(std::as_const(fine).view(), coarse.view()), Error);
}

BOOST_AUTO_TEST_CASE(a_map_is_the_identity_on_its_own_grid_alone) {
  BOOST_TEST(AxisMap(cells(6), cells(6), 4, Beyond::continued).is_identity());
  BOOST_TEST(!AxisMap(left(6), nodes(6), 4, Beyond::odd).is_identity());
  BOOST_TEST(!AxisMap(left(6), cells(6), 4, Beyond::odd).is_identity());
}
