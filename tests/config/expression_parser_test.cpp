// The grammar of formulas: what texts mean, what is said of wrong ones, and that text comes back.
#include "config/expression_support.hpp"
#include <mercer/config/expression.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace {

using namespace mercer;
using namespace mercer::testing;

const std::array<double, 3> point{0.7, -1.3, 2.9};

double value(const std::string& text) { return Expression::parse(text, xyz)(point); }
std::string complaint_of(const std::string& text) {
  return complaint([&] { Expression::parse(text, xyz); });
}

std::string repeated(const std::string& part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(expression_parser)

BOOST_AUTO_TEST_CASE(texts_mean_what_mathematics_says) {
  const auto [x, y, z] = point;
  const double pi = std::numbers::pi;
  const std::vector<std::pair<std::string, double>> table{{"1 + 2*3", 7},
                                                          {"(1 + 2)*3", 9},
                                                          {"8/4/2", 1},
                                                          {"8 - 4 - 2", 2},
                                                          {"2^3^2", 512},
                                                          {"-2^2", -4},
                                                          {"(-2)^2", 4},
                                                          {"2^-1", 0.5},
                                                          {"2^-2^2", 0.0625},
                                                          {"--3", 3},
                                                          {"-+-3", 3},
                                                          {"2*-3", -6},
                                                          {"1 - -1", 2},
                                                          {" 1\t+\n2 ", 3},
                                                          {".5", 0.5},
                                                          {"5.", 5},
                                                          {"1e3", 1000},
                                                          {"1.5E-2", 0.015},
                                                          {"-x^2", -(x * x)},
                                                          {"x^2*y", x * x * y},
                                                          {"x/y*z", x / y * z},
                                                          {"x - y + z", x - y + z},
                                                          {"x^0", 1},
                                                          {"2*pi", 2 * pi},
                                                          {"e", std::numbers::e},
                                                          {"pow(x, 3)", x * x * x},
                                                          {"x^0.5", std::sqrt(x)},
                                                          {"x^-2", 1 / (x * x)},
                                                          {"x^1.5", x * std::sqrt(x)},
                                                          {"sin(x)", std::sin(x)},
                                                          {"cos(x)", std::cos(x)},
                                                          {"tan(x)", std::tan(x)},
                                                          {"asin(x)", std::asin(x)},
                                                          {"acos(x)", std::acos(x)},
                                                          {"atan(y)", std::atan(y)},
                                                          {"atan2(x, y)", std::atan2(x, y)},
                                                          {"sinh(x)", std::sinh(x)},
                                                          {"cosh(x)", std::cosh(x)},
                                                          {"tanh(x)", std::tanh(x)},
                                                          {"exp(y)", std::exp(y)},
                                                          {"log(z)", std::log(z)},
                                                          {"sqrt(z)", std::sqrt(z)},
                                                          {"abs(y)", 1.3},
                                                          {"erf(x)", std::erf(x)},
                                                          {"sign(y)", -1},
                                                          {"sign(0*x)", 0},
                                                          {"step(y)", 0},
                                                          {"step(x)", 1},
                                                          {"step(0)", 0.5},
                                                          {"min(x, y)", y},
                                                          {"max(x, y)", x},
                                                          {"x^y^0", x},
                                                          {"0*x + 1*y", y},
                                                          {"x - 0", x},
                                                          {"x/1", x},
                                                          {"-(-x)", x},
                                                          {"x + -y", x - y},
                                                          {"x*y + z", x * y + z},
                                                          {"z + x*y", z + x * y},
                                                          {"x*y - z", x * y - z},
                                                          {"z - x*y", z - x * y},
                                                          {"x*y - y*z", x * y - y * z},
                                                          {"x*y*z - x^4", x * y * z - x * x * (x * x)},
                                                          {"x*(y*z)", x * (y * z)},
                                                          {"x*y + x*y", 2 * (x * y)},
                                                          {"(x*y)^2 - x*y", x * y * (x * y) - x * y},
                                                          {"x^3 + x^2", x * x * x + x * x}};
  for (const auto& [text, expected] : table)  // compilers fold functions of constants with other last bits
    BOOST_TEST(std::fabs(value(text) - expected) <= 4e-16 * std::fabs(expected), text << " gives " << value(text));
}

BOOST_AUTO_TEST_CASE(text_reads_back_as_the_same_formula) {
  std::vector<std::string> texts = smooth_formulas;
  for (const char* more : {"x - (y - z)", "x - (y + z)",  "x/(y*z)", "x/(y/z)", "(x^y)^z", "x^y^z",     "(-x)^2",
                           "-x^2",        "(-2)^(x - x)", "x^(-y)",  "x*(-y)",  "-(x*y)",  "-(x + y)",  "2^-x",
                           "x*(y + z)",   "0.1 + x",      "1e-7*x",  "x - -2",  "(x*y)^2", "-(-x + y)", "5e-324 + x"})
    texts.push_back(more);
  const Random random(7);
  for (std::uint64_t i = 0, index = 0; i < 200; ++i) texts.push_back(random_formula(random, index, 4));
  for (const std::string& text : texts) {
    const Expression formula = Expression::parse(text, xyz), again = Expression::parse(formula.text(), xyz);
    BOOST_TEST(again.text() == formula.text(), text << " became " << formula.text() << " and then " << again.text());
    const std::array<double, 3> at{0.3, 0.6, 0.9};
    BOOST_TEST(again(at) == formula(at), text << " became " << formula.text());
  }
}

BOOST_AUTO_TEST_CASE(text_keeps_needless_parentheses_out) {
  BOOST_TEST(Expression::parse("((x)+((y*z)))-(1)", xyz).text() == "x + y*z - 1");
  BOOST_TEST(Expression::parse("-(x^2)", xyz).text() == "-x^2");
}

BOOST_AUTO_TEST_CASE(complaints_show_the_place) {
  const std::vector<std::array<std::string, 3>> table{{"x + sinn(x)", "column 5", "did you mean 'sin'"},
                                                      {"x + ", "column 5", "not the end"},
                                                      {"x y", "column 3", "expected an operator"},
                                                      {"2x", "column 2", "expected an operator"},
                                                      {"(x", "column 3", "expected ')' for the '(' in column 1"},
                                                      {"x)", "column 2", "not ')'"},
                                                      {"sin x", "column 5", "expected '(' after the function 'sin'"},
                                                      {"atan2(x)", "column 8", "expected ','"},
                                                      {"sin(x, y)", "column 6", "after the one argument of 'sin'"},
                                                      {"min(x, y, z)", "column 9", "after the two arguments"},
                                                      {"x**2", "column 3", "not '*'"},
                                                      {"x = 1", "column 3", "not '='"},
                                                      {"1/0", "column 2", "divisor other than zero"},
                                                      {"x/(1 - 1)", "column 2", "divisor other than zero"},
                                                      {"x + log(0)", "column 5", "finite"},
                                                      {"sqrt(-1)", "column 1", "finite"},
                                                      {"1 + 1e999", "column 5", "range of double"},
                                                      {".", "column 1", "expected a number"},
                                                      {"1e200*1e200", "column 6", "finite"},
                                                      {"x + w", "column 5", "unknown name 'w'"},
                                                      {"1.2.3", "column 4", "expected an operator"},
                                                      {"", "column 1", "not the end"}};
  for (const auto& [text, column, words] : table) {
    const std::string said = complaint_of(text);
    BOOST_TEST(contains(said, column + " of the formula"), "'" << text << "': " << said);
    BOOST_TEST(contains(said, words), "'" << text << "': " << said);
  }
}

BOOST_AUTO_TEST_CASE(a_caret_stands_below_the_place) {
  BOOST_TEST(contains(complaint_of("x + sinn(x)"), "\n  x + sinn(x)\n      ^"));
}

BOOST_AUTO_TEST_CASE(hostile_texts_end_in_a_complaint) {
  const std::vector<std::pair<std::string, std::string>> table{
      {repeated("(", 10000), "levels of nesting"},
      {repeated("-", 10000) + "x", "levels of nesting"},
      {repeated("sin(", 10000), "levels of nesting"},
      {repeated("x^", 10000) + "x", "levels of nesting"},
      {"9^(9^(9^9))", "finite"},
      {repeated("x+", 40000) + "x", "at most 65536 characters"},
      {std::string("x\0+y", 4), "0x00"},
      {std::string(1, '\0'), "0x00"},
      {"x\xc2\xb2", "0xc2"},
      {"\xff", "0xff"},
      {std::string(60000, 'q'), "unknown name 'qqq"},
      {"   ", "not the end"},
      {"x;y", "not ';'"},
      {"`ls`", "not '`'"},
      {repeated("9", 400), "range of double"}};
  for (const auto& [text, words] : table) {
    const std::string said = complaint_of(text);
    BOOST_TEST(contains(said, words), said);
    BOOST_TEST(said.size() < 600U, said);
  }
}

BOOST_AUTO_TEST_CASE(long_and_deep_texts_within_the_bounds_are_taken) {
  BOOST_TEST(value(repeated("x+", 32000) + "0") == [] {
    double sum = 0;
    for (int i = 0; i < 32000; ++i) sum += point[0];
    return sum;
  }());
  BOOST_TEST(value(repeated("(", 150) + "y" + repeated(")", 150)) == point[1]);
}

BOOST_AUTO_TEST_CASE(symbols_must_be_names_of_their_own) {
  for (const std::vector<std::string>& symbols :
       {std::vector<std::string>{"2x"}, {""}, {"x", "x"}, {"sin"}, {"pi"}, {"a b"}, {"\xc3\xa9"}})
    complaint([&] { Expression::parse("1", symbols); });
}

BOOST_AUTO_TEST_CASE(numbers_may_be_formulas) {
  BOOST_TEST(parse_number("2*pi") == 2 * std::numbers::pi);
  BOOST_TEST(parse_number("-1e-3") == -1e-3);
  BOOST_TEST(contains(complaint([] { parse_number("2*x"); }), "unknown name 'x'"));
  complaint([] { Expression::constant(std::numeric_limits<double>::infinity()); });
}

BOOST_AUTO_TEST_CASE(substitution_unites_the_symbols) {
  const Expression formula = Expression::parse("x^2 + y", xyz);
  const std::vector<std::string> others{"a", "z"};
  const Expression result = formula.substitute("x", Expression::parse("a + z", others));
  BOOST_TEST(result.symbols() == (std::vector<std::string>{"y", "z", "a"}), boost::test_tools::per_element());
  BOOST_TEST(result(std::array{3.0, 2.0, 1.0}) == 12.0);
  BOOST_TEST(formula.substitute("x", Expression::parse("x + 1", xyz))(std::array{1.0, 3.0, 0.0}) == 7.0);
  BOOST_TEST(contains(complaint([&] { formula.substitute("w", formula); }), "no symbol 'w'"));
}

BOOST_AUTO_TEST_CASE(growth_by_substitution_is_bounded) {
  const std::vector<std::string> x{"x"};
  Expression formula = Expression::parse("x*sin(x)", x);
  const std::string said = complaint([&] {
    for (int i = 0; i < 64; ++i) formula = formula.substitute("x", formula);
  });
  BOOST_TEST(contains(said, "operations"), said);
}

BOOST_AUTO_TEST_SUITE_END()
