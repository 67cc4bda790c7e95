// The backends as cases choose them: the same problem by each, noisy data through the file, and what each refuses.
#include "solvers/solve_case.hpp"
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/base/random.hpp>
#include <mercer/io/output_file.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

using namespace mercer;

namespace {

std::string case_of(const std::string& problem, const std::string& options, const std::string& points = "x: 201",
                    const std::string& more = "") {
  return fmt::format("solver: spectral_mixture_gp\nproblem: {{{}}}\noptions: {}\noutput: {{points: {{{}}}}}\n{}",
                     problem, options, points, more);
}

const std::string reaction =
    "domain: {x: [0, 1]}, equation: u_xx + u*(u^2 - 1) = f, exact: sin(20*x) + x, boundary: exact";
const std::string plane =
    "domain: {x: [0, 1], y: [0, 2]}, equation: u_xx + 2*u_yy = f, exact: sin(9*x)*cos(5*y) + x*y, boundary: exact";

template <class T>
T recorded(const test::Solved& solved, const char* name) {
  return std::get<T>(*solved.solution.record.find(name));
}

double tones(double x) { return std::sin(x + 0.5) + 0.1 * std::sin(20 * x + 1); }
double tones_source(double x) { return -std::sin(x + 0.5) - 40 * std::sin(20 * x + 1); }

/// Noisy samples of a source, and noisy readings of the solution that is exact in `noisy_case`.
std::string noisy_file(const Comm& comm, const test::SharedScratch& scratch, double source_noise,
                       double reading_noise) {
  const std::string path = (scratch / "data.h5").string();
  const Random random(7, 0);
  std::vector<double> source, places, readings;
  for (std::uint64_t i = 0; i < 200; ++i)
    source.push_back(tones_source(2 * std::numbers::pi * static_cast<double>(i) / 199) +
                     source_noise * random.normal(i));
  for (std::uint64_t i = 0; i < 20; ++i) {
    places.push_back(2 * std::numbers::pi * random.uniform(1000 + i));
    readings.push_back(tones(places.back()) + reading_noise * random.normal(2000 + i));
  }
  OutputFile file(comm, path, Existing::replace);
  file.write<double>("f", Shape{200}, source);
  file.write<double>("places", Shape{20, 1}, places);
  file.write<double>("readings", Shape{20}, readings);
  file.commit();
  return path;
}

std::string noisy_case(const std::string& file, const std::string& source, const std::string& noise) {
  const std::string data =
      noise.empty() ? ""
                    : fmt::format("data: {{file: {}, points: places, values: readings, noise: {}}}\n", file, noise);
  return case_of(fmt::format("domain: {{x: [0, 2*pi]}}, equation: u_xx = f, source: {}, exact: sin(x + 0.5) + "
                             "0.1*sin(20*x + 1), boundary: exact",
                             source),
                 "{}", "x: 301", data);
}

std::string array_in(const std::string& file) { return fmt::format("{{file: {}, dataset: f}}", file); }

/// Share of the answer's points whose interval of 95 % holds the truth.
double coverage(const Comm& comm, const test::Solved& solved, std::size_t deviation) {
  const std::vector<double> u = test::gathered(comm, solved.solution.fields[0]),
                            s = test::gathered(comm, solved.solution.fields[deviation]);
  double inside = 0;
  for (std::size_t i = 0; i < u.size(); ++i)
    inside += std::abs(u[i] - tones(2 * std::numbers::pi * static_cast<double>(i) / 300)) <= 1.96 * s[i] + 1e-12;
  return inside / static_cast<double>(u.size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_closed_form_solves_cases_on_a_line_and_in_the_plane) {
  const Comm comm;
  const std::string options = "{backend: kernel_map, kernel_map: {nodes: 60, evaluations: 20}}";
  const test::Solved line = test::solve_case(comm, case_of(reaction, options));
  BOOST_TEST(test::exact_error(comm, line) < 1e-4);
  BOOST_TEST(recorded<Index>(line, "newton_iterations") > 0);
  BOOST_TEST(test::exact_error(comm, test::solve_case(comm, case_of(plane, options, "x: 33, y: 17"))) < 1e-4);
}

BOOST_AUTO_TEST_CASE(the_published_algorithm_descends_on_cases) {
  const Comm comm;
  const auto error_after = [&](int iterations, const std::string& problem, const std::string& points) {
    const std::string options = fmt::format(
        "{{backend: adam_joint, adam_joint: {{nodes: 40, iterations: {}, highest_frequency: 3}}}}", iterations);
    return test::exact_error(comm, test::solve_case(comm, case_of(problem, options, points)));
  };
  const std::string line = "domain: {x: [0, 2*pi]}, equation: u_xx + u*(u^2 - 1) = f, exact: sin(6*x), boundary: exact";
  const std::string square =
      "domain: {x: [0, 2*pi], y: [0, 2*pi]}, equation: u_xx + u_yy = f, exact: sin(6*x)*sin(4*y), boundary: exact";
  BOOST_TEST(error_after(300, line, "x: 201") < 0.5 * error_after(1, line, "x: 201"));
  BOOST_TEST(error_after(100, square, "x: 33, y: 17") < 0.5 * error_after(1, square, "x: 33, y: 17"));
}

BOOST_AUTO_TEST_CASE(noisy_sources_and_readings_are_assimilated) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const std::string file = noisy_file(comm, scratch, 0.3, 0.01);
  const auto solved = [&](const std::string& noise) {
    return test::solve_case(comm, noisy_case(file, array_in(file), noise));
  };
  const test::Solved alone = solved(""), known = solved("0.01"), estimated = solved("estimate");
  BOOST_TEST(test::exact_error(comm, known) < 0.02);
  BOOST_TEST(test::exact_error(comm, known) < 0.5 * test::exact_error(comm, alone));
  BOOST_TEST(test::exact_error(comm, estimated) < 0.02);
  BOOST_TEST(known.solution.fields[1].name() == "u_std");
  BOOST_TEST(coverage(comm, known, 1) > 0.85);
  BOOST_TEST(coverage(comm, known, 2) > 0.85);
  BOOST_TEST(recorded<double>(known, "noise") == 0.3, boost::test_tools::tolerance(0.15));
  BOOST_TEST(recorded<double>(estimated, "reading_noise") == 0.01, boost::test_tools::tolerance(0.6));
}

BOOST_AUTO_TEST_CASE(noise_on_samples_of_a_plane_is_found_and_estimated) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const std::string file = (scratch / "plane.h5").string();
  const Index rows = 24, columns = 64;
  const Random random(5, 0);
  std::vector<double> source;
  for (Index i = 0; i < rows * columns; ++i) {
    const double y = static_cast<double>(i / columns) / (rows - 1),
                 x = static_cast<double>(i % columns) / (columns - 1);
    source.push_back(-1609 * std::sin(40 * x + 0.3) * std::sin(3 * y + 0.2) - 5 * std::cos(2 * x + y) +
                     0.1 * random.normal(static_cast<std::uint64_t>(i)));
  }
  OutputFile output(comm, file, Existing::replace);
  output.write<double>("f", Shape{rows, columns}, source);
  output.commit();
  const std::string problem = fmt::format(
      "domain: {{x: [0, 1], y: [0, 1]}}, equation: u_xx + u_yy = f, source: {}, boundary: exact, exact: "
      "sin(40*x + 0.3)*sin(3*y + 0.2) + cos(2*x + y)",
      array_in(file));
  const test::Solved solved = test::solve_case(comm, case_of(problem, "{}", "x: 33, y: 17"));
  BOOST_TEST(test::exact_error(comm, solved) < 4e-4);
  BOOST_TEST(recorded<double>(solved, "noise") == 0.1, boost::test_tools::tolerance(0.1));
  BOOST_TEST(solved.solution.fields.size() == 3U);
  const test::Solved exact = test::solve_case(comm, case_of(problem, "{noise: none}", "x: 33, y: 17"));
  BOOST_TEST(recorded<std::string>(exact, "certified") == "no");
  BOOST_TEST(exact.solution.fields.size() == 2U);
}

BOOST_AUTO_TEST_CASE(readings_may_come_with_a_source_by_formula) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const std::string file = noisy_file(comm, scratch, 0, 0.01);
  const test::Solved solved = test::solve_case(comm, noisy_case(file, "-sin(x + 0.5) - 40*sin(20*x + 1)", "0.01"));
  BOOST_TEST(test::exact_error(comm, solved) < 1e-10);
  BOOST_TEST(recorded<std::string>(solved, "certified") == "yes");
}

BOOST_AUTO_TEST_CASE(samples_without_noise_give_the_answer_to_rounding) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const std::string file = noisy_file(comm, scratch, 0, 0.01);
  const test::Solved solved = test::solve_case(comm, noisy_case(file, array_in(file), ""));
  BOOST_TEST(test::exact_error(comm, solved) < 1e-10);
}

BOOST_AUTO_TEST_CASE(what_a_backend_cannot_take_is_told_before_any_work) {
  const Comm comm;
  const auto failing = [&](const std::string& problem, const std::string& options, const std::string& more = "") {
    return test::failure([&] { test::solve_case(comm, case_of(problem, options, "x: 9", more)); });
  };
  const std::string data = "data: {file: a.h5, points: p, values: v, noise: 1}\n";
  const std::string line = "domain: {x: [0, 1]}, exact: x^2, ";
  BOOST_TEST(failing(line + "equation: u_xx = f, boundary: exact", "{backend: best}").is(Fault::config, "kernel_map"));
  BOOST_TEST(failing(line + "equation: x*u_xx = f, boundary: exact", "{backend: adam_joint}")
                 .is(Fault::config, "constant coefficients"));
  BOOST_TEST(failing(line + "equation: u_xx = f, boundary: {x_min: exact, x_max: {derivative: exact}}",
                     "{backend: kernel_map}")
                 .is(Fault::config, "values on faces"));
  BOOST_TEST(failing(line + "equation: u_xx + u*u_x = f, boundary: exact", "{backend: kernel_map}")
                 .is(Fault::config, "on u only"));
  BOOST_TEST(failing(line + "equation: u_xx = f, boundary: exact", "{backend: kernel_map}", data)
                 .is(Fault::config, "takes readings"));
  BOOST_TEST(
      failing(line + "equation: u_xx + u^3 = f, boundary: exact", "{}", data).is(Fault::config, "linear equation"));
  BOOST_TEST(failing(line + "equation: u_xx = f, boundary: exact", "{}", "data: {file: a.h5}\n")
                 .is(Fault::config, "data.points"));
}
