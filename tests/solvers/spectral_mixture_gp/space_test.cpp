// Lifted boundary data on the faces themselves, and samples of functions.
#include "solvers/spectral_mixture_gp/problems.hpp"
#include "support/failure.hpp"
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::smgp;

namespace {

/// Largest defect of the conditions that `lift` met, relative to the largest value of the data, off the nodes.
double defect(const Statement& statement) {
  const Comm comm = Comm::self();
  const ConditionLists conditions = select_conditions(statement);
  const BandLists bands(statement.axes.size(), {{0, 40}});
  const Space space(comm, statement, bands, conditions);
  const Array lifted = lift(space, statement);
  double worst = 0, scale = 0;
  for (std::size_t axis = 0; axis < statement.axes.size(); ++axis)
    for (const Condition& condition : conditions[axis]) {
      Coordinates face;
      for (const AxisStatement& other : statement.axes)
        face.push_back({other.interval.global(-0.83), other.interval.global(0.31), other.interval.global(0.9)});
      const Interval& interval = statement.axes[axis].interval;
      face[axis] = {condition.at_end ? interval.end : interval.begin};
      Orders orders{};
      orders[axis] = condition.kind == Side::Kind::derivative ? 1 : 0;
      const double outward = condition.kind == Side::Kind::derivative && !condition.at_end ? -1 : 1;
      const Array values = std::move(evaluate(space, lifted, face, std::span(&orders, 1)).front());
      const Array data = sample(statement.axes[axis].sides[condition.at_end].data, face, "the data");
      for (Index i = 0; i < data.count(); ++i) {
        worst = std::max(worst, std::abs(outward * values.data()[i] - data.data()[i]));
        scale = std::max(scale, std::abs(data.data()[i]));
      }
    }
  return worst / scale;
}

Statement boundary_of(const std::string& exact, const std::vector<std::string>& axes) {
  std::string equation;
  for (const std::string& axis : axes) equation += (equation.empty() ? "u_" : " + u_") + axis + axis;
  return test::statement_of({"", equation + " = f", exact, 1, axes});
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_on_all_faces_are_met) {
  BOOST_TEST(defect(boundary_of("exp(x) - 3", {"x"})) < 1e-13);
  BOOST_TEST(defect(boundary_of("exp(x)*cos(3*y) + x*y", {"y", "x"})) < 1e-13);
  BOOST_TEST(defect(boundary_of("exp(x)*cos(3*y)*(z + 1)^2 + x*y", {"z", "y", "x"})) < 1e-13);
}

BOOST_AUTO_TEST_CASE(derivatives_on_some_faces_are_met) {
  const std::vector<std::string> names{"y", "x"};
  const Expression exact = Expression::parse("exp(x)*cos(3*y) + x*y", names);
  test::NamedProblem problem{"", "u_xx + u_yy = f", "exp(x)*cos(3*y) + x*y", 1, names};
  std::vector<NamedAxis> axes = test::axes_of(problem, exact);
  axes[1].ends[0] = {Side::Kind::derivative, -exact.derivative("x")};
  axes[0].ends[1] = {Side::Kind::derivative, exact.derivative("y")};
  const Statement statement = translate(axes, Equation::parse(problem.equation, names, "u"), "f", Expression());
  BOOST_TEST(defect(statement) < 1e-12);  // slopes of series of degree 40 lose a digit at the ends
}

BOOST_AUTO_TEST_CASE(a_first_order_axis_is_met_at_its_inflow) {
  const test::NamedProblem heat{"", "u_t - u_xx = f", "exp(-t)*sin(3*x) + x", 1, {"t", "x"}};
  const ConditionLists conditions = select_conditions(test::statement_of(heat));
  BOOST_TEST(conditions[0].size() == 1);
  BOOST_TEST(!conditions[0][0].at_end);
  BOOST_TEST(defect(test::statement_of(heat)) < 1e-13);
  const ConditionLists backwards = select_conditions(test::statement_of({"", "-u_t + u_xx = f", "x", 1, {"t", "x"}}));
  BOOST_TEST(!backwards[0][0].at_end);  // the same equation
}

BOOST_AUTO_TEST_CASE(functions_that_are_not_finite_are_refused_with_their_place) {
  const PointFunction bad =
      function_of(Expression::parse("log(x - 0.5)*y", std::vector<std::string>{"x", "y"}), {"y", "x"});
  BOOST_TEST(test::failure([&] {
               sample(bad, {{1, 2}, {0.75, 0.25}}, "the source");
             }).is(Fault::numerics, "the source is not finite at (1, 0.25)"));
}
