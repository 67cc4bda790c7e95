// Sums of sines and cosines against their formulas.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/fft/laplacian_modes.hpp>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

using namespace mercer;

namespace {

double coordinate(const ModeAxis& axis, Index point) {
  const auto i = static_cast<double>(point), n = static_cast<double>(axis.points);
  if (axis.places == AxisPoints::nodes) return axis.length * i / (n - 1);
  return axis.length * (axis.places == AxisPoints::cells ? i + 0.5 : i) / n;
}

/// The eigenfunction that a number stands for, by the words of the header.
double mode(const ModeAxis& axis, Index number, double x) {
  const double flat = 1 / std::sqrt(axis.length), wave = std::sqrt(2.0) * flat, k = static_cast<double>(number);
  const double pi = std::numbers::pi;
  if (axis.ends == AxisEnds::dirichlet) return wave * std::sin(pi * k * x / axis.length);
  if (number == 0) return flat;
  if (axis.ends == AxisEnds::neumann) return wave * std::cos(pi * k * x / axis.length);
  const double frequency = 2 * pi * std::floor((k + 1) / 2) / axis.length;
  return wave * (number % 2 == 1 ? std::cos(frequency * x) : std::sin(frequency * x));
}

double plain_sum(const std::vector<ModeAxis>& axes, const LaplacianModes& modes, std::span<const double> coefficients,
                 Index point) {
  const int dimensions = static_cast<int>(axes.size());
  double sum = 0;
  for (std::size_t k = 0; k < coefficients.size(); ++k) {
    Index rest_mode = static_cast<Index>(k), rest_point = point;
    double product = coefficients[k];
    for (int axis = dimensions - 1; axis >= 0; --axis) {
      const ModeAxis& along = axes[static_cast<std::size_t>(axis)];
      const AxisMode& at = modes.axis_modes(axis)[static_cast<std::size_t>(rest_mode % modes.modes()[axis])];
      product *= mode(along, at.number, coordinate(along, rest_point % along.points));
      rest_mode /= modes.modes()[axis], rest_point /= along.points;
    }
    sum += product;
  }
  return sum;
}

double gap(const std::vector<ModeAxis>& axes) {
  const LaplacianModes modes(axes);
  const Random random(5);
  std::vector<double> coefficients, field(static_cast<std::size_t>(modes.points().count()));
  for (Index k = 0; k < modes.modes().count(); ++k)
    coefficients.push_back(random.normal(static_cast<std::uint64_t>(k)));
  double worst = 0;
  for (int repeat = 0; repeat < 2; ++repeat) modes.synthesise(coefficients, field);
  for (std::size_t i = 0; i < field.size(); ++i)
    worst = std::max(worst, std::abs(field[i] - plain_sum(axes, modes, coefficients, static_cast<Index>(i))));
  return worst;
}

constexpr std::array all_ends{AxisEnds::periodic, AxisEnds::neumann, AxisEnds::dirichlet};
constexpr std::array all_places{AxisPoints::nodes, AxisPoints::left, AxisPoints::cells};

}  // namespace

BOOST_AUTO_TEST_CASE(sums_on_a_line_are_those_of_the_formulas) {
  for (const AxisEnds ends : all_ends)
    for (const AxisPoints places : all_places)
      for (const Index points : {3, 4, 8, 13, 30}) BOOST_TEST(gap({{points, 2.5, places, ends}}) < 1e-12);
}

BOOST_AUTO_TEST_CASE(sums_on_boxes_may_have_other_ends_along_each_axis) {
  for (const AxisEnds first : all_ends)
    for (const AxisEnds last : all_ends) {
      BOOST_TEST(gap({{5, 1.5, AxisPoints::cells, first}, {6, 0.5, AxisPoints::nodes, last}}) < 1e-12);
      BOOST_TEST(gap({{4, 1.5, AxisPoints::cells, first},
                      {3, 1, AxisPoints::left, AxisEnds::neumann},
                      {6, 0.5, AxisPoints::cells, last}}) < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(the_frequency_of_a_mode_belongs_to_its_number) {
  const double pi = std::numbers::pi;
  for (const AxisEnds ends : all_ends) {
    const LaplacianModes modes({{12, 3, AxisPoints::cells, ends}});
    for (const AxisMode& at : modes.axis_modes(0)) {
      const double waves = ends == AxisEnds::periodic ? 2 * std::floor(static_cast<double>(at.number + 1) / 2)
                                                      : static_cast<double>(at.number);
      BOOST_TEST(at.frequency == pi * waves / 3, boost::test_tools::tolerance(1e-14));
    }
  }
}

BOOST_AUTO_TEST_CASE(axes_with_too_few_points_are_refused) {
  const auto made = [](const ModeAxis& axis) { return test::failure([&] { LaplacianModes modes({axis}); }); };
  BOOST_TEST(made({2, 1, AxisPoints::nodes, AxisEnds::dirichlet}).is(Fault::config, "at least 3 points"));
  BOOST_TEST(made({1, 1, AxisPoints::nodes, AxisEnds::neumann}).is(Fault::config, "at least 2 points"));
  BOOST_TEST(made({4, 0, AxisPoints::nodes, AxisEnds::neumann}).is(Fault::config, "positive length"));
  BOOST_TEST(test::failure([] { LaplacianModes modes({}); }).is(Fault::config, "one to three axes"));
  const LaplacianModes modes({{4, 1, AxisPoints::left, AxisEnds::periodic}});
  std::vector<double> few(3), four(4);
  BOOST_TEST(test::failure([&] { modes.synthesise(few, four); }).is(Fault::internal, "given 3 coefficients"));
}
