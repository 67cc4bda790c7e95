// Equations as text taken apart into terms, reaction and source.
#include <mercer/solvers/spectral_mixture_gp/features/translate.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::smgp;

namespace {

const std::vector<std::string> names{"y", "x"};

Statement statement(const std::string& equation, const std::string& source) {
  std::vector<NamedAxis> axes;
  for (const std::string& name : names) axes.push_back({name, {0, 1}, {}});
  return translate(axes, Equation::parse(equation, names, "u"), "f", Expression::parse(source, names));
}

double at(const PointFunction& function, const std::vector<double>& values) {
  std::vector<std::span<const double>> columns;
  for (const double& value : values) columns.emplace_back(&value, 1);
  double out = 0;
  function(columns, {&out, 1});
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_linear_equation_becomes_terms_and_a_source) {
  const Statement linear = statement("3*u_xx + (1 + x)*u_y = f + 2", "x*y");
  BOOST_REQUIRE(linear.terms.size() == 2);
  BOOST_TEST(!linear.reaction.has_value());
  for (const Term& term : linear.terms) {
    if (term.orders == Orders{1, 0, 0}) BOOST_TEST(at(term.coefficient, {5, 0.5}) == 1.5);
    if (term.orders == Orders{0, 2, 0}) BOOST_TEST(term.constant == 3);
  }
  BOOST_TEST(at(linear.source, {0.5, 4}) == 4);
}

BOOST_AUTO_TEST_CASE(what_is_not_linear_becomes_the_reaction) {
  const Statement nonlinear = statement("u_xx + u_yy + u*(u^2 - 1) = f", "x + y");
  BOOST_REQUIRE(nonlinear.reaction.has_value());
  BOOST_REQUIRE(nonlinear.terms.size() == 3);
  for (std::size_t term = 0; term < 3; ++term) {
    const bool is_unknown = nonlinear.terms[term].orders == Orders{};
    BOOST_TEST((nonlinear.reaction->slopes[term] != nullptr) == is_unknown);
    std::vector<double> values{0, 0, 0, 0, 0};
    values[2 + term] = 2;
    BOOST_TEST(at(nonlinear.reaction->value, values) == (is_unknown ? 6 : 0));
    if (is_unknown) BOOST_TEST(at(nonlinear.reaction->slopes[term], values) == 11);
  }
  BOOST_TEST(at(nonlinear.source, {0.25, 0.5}) == 0.75);
}

BOOST_AUTO_TEST_CASE(a_source_that_is_added_is_no_part_of_the_reaction) {
  const Statement added = statement("u_xx + u^2 = 3*f", "exp(x)"), inside = statement("u_xx + (u + f)^2 = 0", "x + y");
  BOOST_TEST(at(added.reaction->value, {0, 1e4, 2, 0}) == 4);  // where the source is infinite
  BOOST_TEST(at(added.source, {0, 0}) == 3);
  BOOST_TEST(at(inside.reaction->value, {3, 1, 2, 0}) == 36 - 16);
  BOOST_TEST(at(inside.source, {3, 1}) == -16);
}
