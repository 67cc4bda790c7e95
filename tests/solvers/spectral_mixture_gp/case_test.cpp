// Cases as users write them, through the plugin: every kind of face, sources of every kind, and what is refused.
#include "solvers/solve_case.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include <mercer/io/output_file.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

std::string case_of(const std::string& problem, const std::string& points, const std::string& options = "{}") {
  return fmt::format("solver: spectral_mixture_gp\nproblem: {{{}}}\noptions: {}\noutput: {{points: {{{}}}}}\n", problem,
                     options, points);
}

const std::string plane =
    "domain: {x: [0, 1], y: [0, 2]}, equation: u_xx + u_yy = f, exact: sin(60*x)*cos(40*y) + x*y, boundary: exact";

template <class T>
T recorded(const test::Solved& solved, const char* name) {
  return std::get<T>(*solved.solution.record.find(name));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_case_is_solved_to_rounding_and_certified) {
  const Comm comm;
  const test::Solved solved = test::solve_case(comm, case_of(plane, "x: 65, y: 129"));
  BOOST_TEST(test::exact_error(comm, solved) < 1e-11);
  BOOST_TEST(recorded<std::string>(solved, "certified") == "yes");
  BOOST_TEST(recorded<double>(solved, "residual") < 1e-9);
  BOOST_TEST(recorded<Index>(solved, "loops") == 1);
  BOOST_TEST(recorded<Index>(solved, "bands.x") == 2);
  BOOST_TEST(recorded<double>(solved, "condition") > 0);
}

BOOST_AUTO_TEST_CASE(the_answer_comes_with_a_deviation_that_the_seed_and_not_the_ranks_decide) {
  const Comm comm;
  const test::Solved solved = test::solve_case(comm, case_of(plane, "x: 17, y: 9"));
  const Field& deviation = solved.solution.fields.at(1);
  BOOST_TEST(deviation.name() == "u_std");
  const std::vector<double> all = test::gathered(comm, deviation);
  BOOST_TEST(*std::ranges::max_element(all) > 0);
  BOOST_TEST(*std::ranges::max_element(all) < 1e-8);
  BOOST_TEST(std::abs(all.front()) < 1e-18);  // values on faces are exact
  BOOST_TEST(test::solve_case(comm, case_of(plane, "x: 17, y: 9", "{draws: 0}")).solution.fields.size() == 1U);
}

BOOST_AUTO_TEST_CASE(time_is_an_axis_with_a_free_end) {
  const Comm comm;
  const test::Solved solved = test::solve_case(
      comm, case_of("domain: {x: [0, 1], t: [0, 1]}, equation: u_t - u_xx = f, exact: exp(-t)*sin(80*x) + x, "
                    "boundary: {x_min: exact, x_max: {derivative: exact}, t_min: exact, t_max: free}",
                    "x: 33, t: 17"));
  BOOST_TEST(test::exact_error(comm, solved) < 1e-9);
}

BOOST_AUTO_TEST_CASE(faces_may_be_periodic_in_a_case) {
  const Comm comm;
  const test::Solved solved = test::solve_case(
      comm, case_of("domain: {x: [0, 2*pi], t: [0, 1]}, equation: u_t + 5*u_x = 0, exact: sin(9*(x - 5*t)), "
                    "boundary: {x_min: periodic, x_max: periodic, t_min: exact, t_max: free}",
                    "x: 33, t: 17"));
  BOOST_TEST(test::exact_error(comm, solved) < 1e-11);
}

BOOST_AUTO_TEST_CASE(formulas_in_the_case_may_be_nonlinear) {
  const Comm comm;
  const test::Solved solved =
      test::solve_case(comm, case_of("domain: {x: [0, 1], y: [0, 1]}, equation: u_xx + u_yy + u*(u^2 - 1) = f, "
                                     "exact: sin(30*x)*cos(20*y), boundary: exact",
                                     "x: 33, y: 33", "{tolerance: 1e-8}"));
  BOOST_TEST(test::exact_error(comm, solved) < 1e-10);
  BOOST_TEST(recorded<Index>(solved, "newton_iterations") > 0);
}

BOOST_AUTO_TEST_CASE(an_array_may_be_the_source_wherever_its_points_sit) {
  const Comm comm;
  const test::Scratch scratch;
  const std::string path = broadcast(comm, (scratch / "source.h5").string());
  for (const auto& [name, placement] :
       {std::pair{"nodes", Placement::nodes}, {"left", Placement::left}, {"cells", Placement::cells}}) {
    const auto grid =
        std::make_shared<const Grid>(std::vector<Axis>{{"y", 0, 2, 180, placement}, {"x", 0, 1, 120, placement}});
    const std::vector<std::string> names{"x", "y"};
    const Field f = evaluate(comm, Expression::parse("2600*sin(60*x)*cos(40*y)", names), "f", grid,
                             Decomposition(grid->shape(), comm, Split::slabs));
    OutputFile file(comm, path, Existing::replace);
    file.write<double>("f", grid->shape(), Slab::box({f.box().ranges[0].begin, 0}, f.box().shape()), f.values());
    file.commit();
    const test::Solved solved =
        test::solve_case(comm, case_of(fmt::format("domain: {{x: [0, 1], y: [0, 2]}}, equation: -u_xx - u_yy = 2*f, "
                                                   "source: {{file: {}, dataset: f, grid: {}}}, "
                                                   "exact: sin(60*x)*cos(40*y) + x*y, boundary: exact",
                                                   path, name),
                                       "x: 33, y: 41"));
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(test::exact_error(comm, solved) < 1e-9);
      BOOST_TEST(recorded<std::string>(solved, "certified") == "yes");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_case_lacks_is_told_before_any_work) {
  const Comm comm;
  const auto failing = [&](const std::string& problem, const std::string& points, const std::string& options = "{}") {
    return test::failure([&] { test::solve_case(comm, case_of(problem, points, options)); });
  };
  BOOST_TEST(failing("domain: {x: [0, 1]}, equation: u_xx = f, boundary: {x_min: 0, x_max: free}, source: 1", "x: 9")
                 .is(Fault::config, "axis x has derivatives of order 2 in the equation and needs as many conditions"));
  BOOST_TEST(failing("domain: {x: [0, 1]}, equation: u_xx = f, boundary: {x_min: 0, x_max: 0}", "x: 9")
                 .is(Fault::config, "problem.source"));
  BOOST_TEST(failing(plane, "x: 9, y: 9", "{loops: 0}").is(Fault::config, "options.loops"));
}
