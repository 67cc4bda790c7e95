// Evaluation: arrays and single points have the same bits, wherever a point stands and however many there are.
#include "config/expression_support.hpp"
#include <mercer/config/expression.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <thread>

namespace {

using namespace mercer;
using namespace mercer::testing;

using Columns = std::vector<std::vector<double>>;

Columns random_columns(std::size_t count) {
  Columns columns(3, std::vector<double>(count));
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t i = 0; i < count; ++i) columns[k][i] = Random(5, k).uniform(i);
  return columns;
}

std::vector<double> evaluated(const Expression& formula, const Columns& columns, std::size_t count) {
  std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  std::vector<double> out(count);
  formula.evaluate(spans, out);
  return out;
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

}  // namespace

BOOST_AUTO_TEST_SUITE(expression_program)

BOOST_AUTO_TEST_CASE(arrays_and_points_have_the_same_bits) {
  std::vector<std::string> texts = smooth_formulas;
  const Random random(13);
  for (std::uint64_t i = 0, index = 0; i < 50; ++i) texts.push_back(random_formula(random, index, 5));
  for (const std::size_t count : {1U, 2U, 7U, 512U, 1031U}) {
    const Columns columns = random_columns(count);
    for (const std::string& text : texts) {
      const Expression formula = Expression::parse(text, xyz);
      const std::vector<double> out = evaluated(formula, columns, count);
      std::size_t different = 0;
      for (std::size_t i = 0; i < count; ++i)
        different += !same_bits(out[i], formula(std::array{columns[0][i], columns[1][i], columns[2][i]}));
      BOOST_TEST(different == 0U, text << " differs at " << different << " of " << count << " points");
    }
  }
}

BOOST_AUTO_TEST_CASE(columns_of_one_entry_stand_for_all_points) {
  const std::size_t count = 777;
  const Columns columns = random_columns(count);
  for (unsigned which = 0; which < 8; ++which) {
    Columns some = columns, all = columns;
    for (std::size_t k = 0; k < 3; ++k)
      if (which >> k & 1) some[k].resize(1), all[k].assign(count, columns[k][0]);
    for (const std::string& text : smooth_formulas) {
      const Expression formula = Expression::parse(text, xyz);
      BOOST_TEST(evaluated(formula, some, count) == evaluated(formula, all, count), text << ", scalars " << which);
    }
  }
}

BOOST_AUTO_TEST_CASE(grids_have_the_same_bits_as_their_points) {
  std::vector<std::string> texts = smooth_formulas;
  texts.insert(texts.end(), {"3", "x", "y", "z", "sin(x)", "sin(z)", "x*y", "sin(x)*sin(y)*sin(z) + sin(z)"});
  const Random random(17);
  for (std::uint64_t i = 0, index = 0; i < 50; ++i) texts.push_back(random_formula(random, index, 5));
  for (const auto& [slow, middle, fast, axes] :
       {std::array{2U, 3U, 700U, 3U}, {3U, 1U, 5U, 3U}, {1U, 2U, 1U, 3U}, {4U, 33U, 1U, 2U}, {64U, 1U, 1U, 1U}}) {
    Columns grid{random_columns(slow)[0], random_columns(middle)[1], random_columns(fast)[2]}, points(3);
    for (const double x : grid[0])
      for (const double y : grid[1])
        for (const double z : grid[2]) points[0].push_back(x), points[1].push_back(y), points[2].push_back(z);
    const std::size_t count = points[0].size();
    for (std::size_t field = axes; field < 3; ++field) {  // the same everywhere for axis 1, else not
      grid[field] = random_columns(field == 1 ? 1 : count)[field];
      points[field] = field == 1 ? std::vector<double>(count, grid[field][0]) : grid[field];
    }
    const std::vector<std::span<const double>> spans(grid.begin(), grid.end());
    for (const std::string& text : texts) {
      const Expression formula = Expression::parse(text, xyz);
      std::vector<double> out(count);
      formula.evaluate_on_grid(std::span(spans).first(axes), std::span(spans).subspan(axes), out);
      const std::vector<double> expected = evaluated(formula, points, count);
      BOOST_TEST(std::equal(out.begin(), out.end(), expected.begin(), same_bits),
                 text << " on " << slow << " x " << middle << " x " << fast << " points, " << axes << " axes");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_result_may_replace_a_column) {
  Columns columns = random_columns(1000);
  const Expression formula = Expression::parse("x*y + sin(x) - z*x", xyz);
  const std::vector<double> expected = evaluated(formula, columns, 1000);
  std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  formula.evaluate(spans, columns[0]);
  BOOST_TEST(columns[0] == expected);
}

BOOST_AUTO_TEST_CASE(arrays_without_points_are_taken) {
  BOOST_TEST(evaluated(Expression::parse("x + 1", xyz), Columns(3), 0).empty());
}

BOOST_AUTO_TEST_CASE(formulas_with_many_living_values_are_right) {
  std::string left, right;
  for (int i = 1; i <= 150; ++i) {
    left += fmt::format("(x + {})*(", i);
    right += fmt::format(" + sin({}*x))", i);
  }
  const Expression formula = Expression::parse(left + "1" + right, xyz);
  const Columns columns = random_columns(700);
  const std::vector<double> out = evaluated(formula, columns, 700);
  const double x = columns[0][650];
  double expected = 1;
  for (int i = 1; i <= 150; ++i) expected = (x + (151 - i)) * (expected + std::sin(i * x));
  BOOST_TEST(std::fabs(out[650] / expected - 1) < 1e-12);
}

BOOST_AUTO_TEST_CASE(powers_agree_with_the_library) {
  for (int twice = -140; twice <= 140; ++twice) {
    const double exponent = 0.5 * twice, base = 1.37;
    const double found = Expression::parse(fmt::format("x^({})", exponent), xyz)(std::array{base, 0.0, 0.0});
    BOOST_TEST(std::fabs(found / std::pow(base, exponent) - 1) < 1e-14, exponent);
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_value_goes_through) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* text :
       {"sign(x)", "step(x)", "min(x, y)", "min(y, x)", "max(x, y)", "max(y, x)", "abs(x)", "log(-y)"})
    BOOST_TEST(std::isnan(Expression::parse(text, xyz)(std::array{nan, 1.0, 1.0})), text);
}

BOOST_AUTO_TEST_CASE(threads_may_share_a_formula) {
  const Expression formula = Expression::parse("sin(x)*y + z^3", xyz);
  const Columns columns = random_columns(5000);
  const std::vector<double> expected = evaluated(formula, columns, 5000);
  std::array<bool, 4> agrees{};
  {
    std::vector<std::jthread> threads;
    for (bool& result : agrees)
      threads.emplace_back([&] {
        const Expression slope = formula.derivative("x");
        result = evaluated(formula, columns, 5000) == expected && slope.text() == formula.derivative("x").text();
      });
  }
  for (const bool result : agrees) BOOST_TEST(result);
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_are_refused) {
  const Expression formula = Expression::parse("x", xyz);
  const auto fault_of = [](auto&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.fault();
    }
    return Fault::numerics;
  };
  BOOST_TEST((fault_of([&] { formula(std::array{1.0}); }) == Fault::internal));
  BOOST_TEST((fault_of([&] { evaluated(formula, Columns(2), 0); }) == Fault::internal));
  BOOST_TEST((fault_of([&] { evaluated(formula, random_columns(3), 4); }) == Fault::internal));
  const Columns columns = random_columns(2);
  const std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  const auto on_grid = [&](std::size_t axes, std::size_t fields, std::size_t points) {
    std::vector<double> out(points);
    formula.evaluate_on_grid(std::span(spans).first(axes), std::span(spans).first(fields), out);
  };
  BOOST_TEST((fault_of([&] { on_grid(2, 0, 4); }) == Fault::internal));
  BOOST_TEST((fault_of([&] { on_grid(0, 3, 2); }) == Fault::internal));
  BOOST_TEST((fault_of([&] { on_grid(3, 0, 4); }) == Fault::internal));
  BOOST_TEST((fault_of([&] { on_grid(2, 1, 4); }) == Fault::internal));
}

BOOST_AUTO_TEST_SUITE_END()
