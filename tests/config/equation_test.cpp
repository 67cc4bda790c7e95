// Equations: what is read from a text, its linearisation, complaints, and sources that make a given formula a solution.
#include "config/expression_support.hpp"
#include <mercer/config/equation.hpp>

#include <cmath>
#include <numbers>

namespace {

using namespace mercer;
using namespace mercer::testing;

const std::vector<std::string> xy{"x", "y"}, xt{"x", "t"};

std::vector<std::string> names(const Equation& equation) {
  std::vector<std::string> result;
  for (const Equation::Term& term : equation.terms()) result.push_back(term.name);
  return result;
}
std::string complaint_of(const std::string& text) {
  return complaint([&] { Equation::parse(text, xy, "u"); });
}
void check_equal(const Expression& found, const Expression& expected, double tolerance) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    const std::array<double, 2> at{Random(1).uniform(i), Random(2).uniform(i)};
    BOOST_TEST(std::fabs(found(at) - expected(at)) <= tolerance * (1 + std::fabs(expected(at))),
               found.text() << " is " << found(at) << ", not " << expected(at));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(equation)

BOOST_AUTO_TEST_CASE(the_residual_is_left_minus_right_in_the_derivatives_that_occur) {
  const Equation equation = Equation::parse("u_xx + u_yy + u*(u^2 - 1) = f", xy, "u");
  BOOST_TEST(equation.residual().symbols() == (std::vector<std::string>{"x", "y", "u", "u_xx", "u_yy", "f"}),
             boost::test_tools::per_element());
  BOOST_TEST(equation.residual()(std::array{0.0, 0.0, 2.0, 10.0, 20.0, 1.0}) == 35.0);
  BOOST_TEST(equation.terms()[2].orders == (std::vector<int>{0, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(both_spellings_of_a_mixed_derivative_are_one) {
  const Equation equation = Equation::parse("u_yx + 2*u_xy = u_y", xy, "u");
  BOOST_TEST(names(equation) == (std::vector<std::string>{"u_y", "u_xy"}), boost::test_tools::per_element());
  BOOST_TEST(equation.terms()[1].coefficient.value().value() == 3.0);
}

BOOST_AUTO_TEST_CASE(coefficients_may_vary_in_space) {
  const Equation equation = Equation::parse("(1 + x^2)*u_xx + y*u_x - sin(x)*u = f", xy, "u");
  BOOST_TEST(equation.is_linear());
  BOOST_TEST(names(equation) == (std::vector<std::string>{"u", "u_x", "u_xx"}), boost::test_tools::per_element());
  BOOST_TEST(equation.terms()[2].coefficient(std::array{2.0, 0.0, 0.0, 0.0, 0.0, 0.0}) == 5.0);
}

BOOST_AUTO_TEST_CASE(linear_and_nonlinear_equations_are_told_apart) {
  for (const char* text : {"u_x + u_y = 0", "u_xx = f^2", "(u + 1)^2 - u^2 = u_xx", "0.1*u*u - 0.1*u^2 + u_x = 0"})
    BOOST_TEST(Equation::parse(text, xy, "u").is_linear(), text);
  for (const char* text : {"u*u_x = 0", "u_xx + u^3 = f", "sin(u) = f", "u_xx*u_yy - u_xy^2 = f", "abs(u_x) = 1"})
    BOOST_TEST(!Equation::parse(text, xy, "u").is_linear(), text);
}

BOOST_AUTO_TEST_CASE(newton_coefficients_are_derivatives_of_the_residual) {
  const Equation equation = Equation::parse("u_xx + u_yy + u*(u^2 - 1) = f", xy, "u");
  const double u = 1.7;
  BOOST_TEST(std::fabs(equation.terms()[0].coefficient(std::array{0.0, 0.0, u, 0.0, 0.0, 0.0}) - (3 * u * u - 1)) <
             1e-14);
  BOOST_TEST(equation.terms()[1].coefficient.value().value() == 1.0);
}

BOOST_AUTO_TEST_CASE(wrong_equations_are_complaints) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"u_xx + u_yy", "column 12 of the formula: expected '='"},
      {"u = f = 0", "column 7"},
      {"u == f", "column 4"},
      {"u_xxx = f", "column 1 of the formula: the derivative 'u_xxx' is beyond second order"},
      {"u_xxyy = f", "beyond second order"},
      {"u_xz = f", "no derivative by the axes x, y"},
      {"u_xx = g", "column 8 of the formula: unknown name 'g'"},
      {"x + y = f", "occurs nowhere"},
      {"v_xx = f", "unknown name 'v_xx'; did you mean 'u_xx'"},
      {"", "not the end"},
      {"= f", "column 1"},
      {"u =", "not the end"}};
  for (const auto& [text, words] : table)
    BOOST_TEST(contains(complaint_of(text), words), text << ": " << complaint_of(text));
}

BOOST_AUTO_TEST_CASE(names_that_clash_are_complaints) {
  BOOST_TEST(contains(complaint([] { Equation::parse("x = 0", xy, "x"); }), "given twice"));
  const std::vector<std::string> like_a_derivative{"u_x"}, none, tricky{"x", "xx"};
  complaint([&] { Equation::parse("u = 0", xy, "u", like_a_derivative); });
  complaint([&] { Equation::parse("u = 0", none, "u"); });
  complaint([&] { Equation::parse("u_xx = 0", tricky, "u"); });
}

BOOST_AUTO_TEST_CASE(axes_and_unknowns_may_have_long_names) {
  const std::vector<std::string> axes{"radius", "angle"}, parameters{"nu"};
  const Equation equation =
      Equation::parse("nu*velocity_radiusradius + velocity_angleradius = 0", axes, "velocity", parameters);
  BOOST_TEST(names(equation) == (std::vector<std::string>{"velocity_radiusradius", "velocity_radiusangle"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_source_of_poisson_fits_its_solution) {
  const Expression exact = Expression::parse("sin(pi*x)*sin(2*pi*y)", xy);
  for (const char* text : {"-u_xx - u_yy = f", "u_xx + u_yy + f = 0", "0 = 2*f + 2*(u_yy + u_xx)"}) {
    const Expression source = Equation::parse(text, xy, "u").source_for(exact);
    BOOST_TEST(source.symbols() == xy, boost::test_tools::per_element());
    check_equal(source, Expression::parse("5*pi^2*sin(pi*x)*sin(2*pi*y)", xy), 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(the_source_of_allen_cahn_fits_its_solution) {
  const Equation equation = Equation::parse("u_xx + u_yy + u*(u^2 - 1) = f", xy, "u");
  const Expression source = equation.source_for(Expression::parse("x^2*y + y^3", xy));
  check_equal(source, Expression::parse("2*y + 6*y + (x^2*y + y^3)*((x^2*y + y^3)^2 - 1)", xy), 1e-13);
  const Expression left = equation.residual_of(Expression::parse("x^2*y + y^3", xy)).substitute("f", source);
  check_equal(left, Expression::constant(0).over(xy), 1e-13);
}

BOOST_AUTO_TEST_CASE(the_residual_of_an_exact_heat_solution_vanishes) {
  const Equation equation = Equation::parse("u_t - u_xx = 0", xt, "u");
  check_equal(equation.residual_of(Expression::parse("exp(-pi^2*t)*sin(pi*x)", xt)).over(xt),
              Expression::constant(0).over(xt), 1e-14);
  check_equal(equation.residual_of(Expression::parse("t*x^2", xt)).over(xt), Expression::parse("x^2 - 2*t", xt), 1e-14);
}

BOOST_AUTO_TEST_CASE(sources_may_have_variable_factors_and_parameters) {
  const std::vector<std::string> extra{"f", "nu"}, result{"x", "y", "nu"};
  const Equation equation = Equation::parse("u_x - nu*u_yy = (2 + x)*f", xy, "u", extra);
  const Expression source = equation.source_for(Expression::parse("x*y^2", xy));
  BOOST_TEST(source.symbols() == result, boost::test_tools::per_element());
  BOOST_TEST(std::fabs(source(std::array{0.5, 3.0, 2.0}) - (9 - 2 * 2 * 0.5) / 2.5) < 1e-14);
}

BOOST_AUTO_TEST_CASE(sources_that_cannot_be_found_are_complaints) {
  const Expression exact = Expression::parse("x*y", xy);
  BOOST_TEST(contains(complaint([&] { Equation::parse("u_xx = 0", xy, "u").source_for(exact); }), "no source 'f'"));
  BOOST_TEST(
      contains(complaint([&] { Equation::parse("u_xx = f^2", xy, "u").source_for(exact); }), "linear in the source"));
  BOOST_TEST(contains(complaint([&] { Equation::parse("u_xx = u_yy*f", xy, "u").source_for(exact); }), "drops out"));
  BOOST_TEST(contains(complaint([&] { Equation::parse("u_xx = f", xy, "u").source_for(Expression::symbol("w")); }),
                      "no symbol 'w'"));
}

BOOST_AUTO_TEST_SUITE_END()
