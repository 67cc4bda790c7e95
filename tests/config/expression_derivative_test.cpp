// Derivatives against extrapolated differences, at kinks, within bounds, and the same on every rank.
#include "config/expression_support.hpp"
#include <mercer/config/expression.hpp>
#include <mercer/parallel/comm.hpp>

#include <algorithm>
#include <cmath>

namespace {

using namespace mercer;
using namespace mercer::testing;

/// Central differences, three times extrapolated by Richardson: the error is of order step^8.
double difference(const Expression& formula, std::array<double, 3> at, std::size_t axis) {
  std::array<double, 4> rows{};
  double step = 0.02;
  for (double& row : rows) {
    std::array<double, 3> left = at, right = at;
    left[axis] -= step;
    right[axis] += step;
    row = (formula(right) - formula(left)) / (right[axis] - left[axis]);
    step /= 2;
  }
  double weight = 1;
  for (std::size_t level = 1; level < rows.size(); ++level) {
    weight *= 4;
    for (std::size_t i = 0; i + level < rows.size(); ++i) rows[i] = (weight * rows[i + 1] - rows[i]) / (weight - 1);
  }
  return rows[0];
}

/// Compares all first derivatives of `formula`; the tolerance leaves room for cancellation in the differences.
void check_derivatives(const Expression& formula, const std::string& text) {
  const std::array<double, 3> at{0.37, 0.58, 0.81};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const Expression derivative = formula.derivative(xyz[axis]);
    const double expected = difference(formula, at, axis), found = derivative(at);
    BOOST_TEST(
        std::fabs(found - expected) <= 1e-8 * (1 + std::fabs(expected) + std::fabs(formula(at))),
        "d/d" << xyz[axis] << " of " << text << " is " << derivative.text() << " = " << found << ", not " << expected);
  }
}

Expression parse(const std::string& text) { return Expression::parse(text, xyz); }

}  // namespace

BOOST_AUTO_TEST_SUITE(expression_derivative)

BOOST_AUTO_TEST_CASE(first_derivatives_agree_with_differences) {
  for (const std::string& text : smooth_formulas)
    if (text != "sin(100*x) + exp(-x^2)") check_derivatives(parse(text), text);  // too quick for the step
}

BOOST_AUTO_TEST_CASE(second_and_mixed_derivatives_agree_with_differences) {
  for (const std::string& text : smooth_formulas)
    if (text != "sin(100*x) + exp(-x^2)")
      for (const char* axis : {"x", "y"})
        check_derivatives(parse(text).derivative(axis), "d/d" + std::string(axis) + " of " + text);
}

BOOST_AUTO_TEST_CASE(derivatives_of_random_formulas_agree_with_differences) {
  const Random random(11);
  for (std::uint64_t i = 0, index = 0; i < 60; ++i) {
    const std::string text = random_formula(random, index, 3);
    check_derivatives(parse(text), text);
    check_derivatives(parse(text).derivative("x"), "d/dx of " + text);
  }
}

BOOST_AUTO_TEST_CASE(mixed_derivatives_do_not_depend_on_the_order) {
  const std::array<double, 3> at{0.37, 0.58, 0.81};
  for (const std::string& text : smooth_formulas) {
    const double xy = parse(text).derivative("x").derivative("y")(at),
                 yx = parse(text).derivative("y").derivative("x")(at);
    BOOST_TEST(std::fabs(xy - yx) <= 1e-11 * (1 + std::fabs(xy)), text << ": " << xy << " and " << yx);
  }
}

BOOST_AUTO_TEST_CASE(derivatives_are_simplified) {
  const std::vector<std::array<std::string, 3>> table{{"3*x^2 + 2*x + 1", "x", "6*x + 2"},
                                                      {"x*y", "z", "0"},
                                                      {"x - x + y", "x", "0"},
                                                      {"u", "u", "1"},
                                                      {"sin(2*u)", "u", "2*cos(2*u)"},
                                                      {"exp(x)", "x", "exp(x)"},
                                                      {"u^2 - u*u", "u", "0"},
                                                      {"x^3*y^2", "x", "3*x^2*y^2"},
                                                      {"abs(x)", "x", "sign(x)"},
                                                      {"sign(x) + step(x)", "x", "0"},
                                                      {"max(x, y)", "x", "step(-y + x)"},
                                                      {"min(x, y)", "x", "step(y - x)"}};
  for (const auto& [text, symbol, expected] : table) {
    const std::vector<std::string> symbols{"x", "y", "z", "u"};
    const std::string found = Expression::parse(text, symbols).derivative(symbol).text();
    const std::string same = Expression::parse(expected, symbols).text();
    const Expression gap = Expression::parse(found, symbols) - Expression::parse(same, symbols);
    const std::array<double, 4> at{0.3, 0.5, 0.7, 0.9};
    BOOST_TEST(std::fabs(gap(at)) <= 1e-15, text << " gives " << found);
    BOOST_TEST(found.size() == same.size(), text << " gives " << found << ", not of the length of " << same);
  }
}

BOOST_AUTO_TEST_CASE(kinks_have_the_mean_of_both_sides) {
  const std::array<double, 3> at{0, 0, 1};
  BOOST_TEST(parse("abs(x)").derivative("x")(at) == 0.0);
  BOOST_TEST(parse("max(x, y)").derivative("x")(at) == 0.5);
  BOOST_TEST(parse("min(x, y)").derivative("y")(at) == 0.5);
  BOOST_TEST(parse("abs(x)").derivative("x")(std::array{-2.0, 0.0, 0.0}) == -1.0);
}

BOOST_AUTO_TEST_CASE(every_rank_finds_the_same_formula) {
  const Comm comm;
  for (int i = 0; i < 97 * comm.rank(); ++i) parse("x").derivative("x");  // GiNaC numbers its symbols as they come
  const Random random(3);
  std::string all;
  for (const std::string& text : smooth_formulas) all += parse(text).derivative("x").derivative("y").text() + "\n";
  for (std::uint64_t i = 0, index = 0; i < 40; ++i)
    all += parse(random_formula(random, index, 3)).derivative("x").text() + "\n";
  BOOST_TEST(broadcast(comm, all) == all);
}

BOOST_AUTO_TEST_CASE(hostile_powers_neither_hang_nor_grow) {
  const std::array<double, 3> at{0.5, 0.5, 0.5};
  for (const char* text :
       {"((((((2*x)^64)^64)^64)^64)^64)^64", "2^(1e9 + x - x)", "(2*x)^(64*64*64*64*64)", "9^(9^(9 + 0*x)*x)"})
    BOOST_TEST(parse(text).derivative("x").text().size() < 1000U, text);
  BOOST_TEST(parse("(x^64)^64").derivative("x")(at) == 0.0);
}

BOOST_AUTO_TEST_CASE(growth_by_differentiation_is_bounded) {
  std::string product = "sin(x)";
  for (int i = 2; i < 4000; ++i) product += fmt::format("*sin({}*x)", i);
  const std::string said = complaint([&] { parse(product).derivative("x"); });
  BOOST_TEST(contains(said, "write the formula in a simpler way"), said);
}

BOOST_AUTO_TEST_CASE(long_sums_and_deep_formulas_are_differentiated) {
  std::string sum = "x", nest = "x";
  for (int i = 0; i < 5000; ++i) sum += " + x*y";
  for (int i = 0; i < 90; ++i) nest = "sin(" + nest + "*0.9 + y)";
  BOOST_TEST(parse(sum).derivative("x")(std::array{1.0, 2.0, 3.0}) == 10001.0);
  check_derivatives(parse(nest), nest);
}

BOOST_AUTO_TEST_CASE(a_foreign_symbol_is_a_complaint) {
  BOOST_TEST(contains(complaint([] { parse("x").derivative("w"); }), "no symbol 'w'"));
}

BOOST_AUTO_TEST_SUITE_END()
