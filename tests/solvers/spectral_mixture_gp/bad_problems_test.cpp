// Problems that cannot be solved well, by the command: an answer that says so, or a refusal that says why.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <hdf5.h>
#include <limits>
#include <string>
#include <vector>

using mercer::test::contains;
using mercer::test::Outcome;
using mercer::test::Scratch;

namespace {

/// `mercer solve` of one problem on `ranks` ranks, with one array of samples that it may name as {samples}.
struct Case {
  std::string problem, points;
  std::vector<double> samples{};
  int ranks = 0;
};

void write_array(const std::string& path, const std::vector<double>& values) {
  const hsize_t size = values.size();
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(1, &size, nullptr);
  const hid_t dataset = H5Dcreate2(file, "f", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(dataset);
  H5Sclose(space);
  H5Fclose(file);
}

Outcome solve(const Case& bad) {
  const Scratch scratch;
  if (!bad.samples.empty()) write_array((scratch / "samples.h5").string(), bad.samples);
  mercer::test::write_file(scratch / "case.yaml", "solver: spectral_mixture_gp\nproblem: {" + bad.problem +
                                                      "}\noutput: {points: {" + bad.points + "}}\n");
  return mercer::test::mercer(
      bad.ranks, "solve " + (scratch / "case.yaml").string() + " --json -o " + (scratch / "out.hdf").string());
}

/// An answer comes, without a certificate and with these words.
void expect_doubt(const Case& bad, const std::string& words) {
  const Outcome outcome = solve(bad);
  BOOST_TEST(outcome.code == 0, outcome.error);
  BOOST_TEST(contains(outcome.out, R"("certified": "no")"), outcome.out);
  BOOST_TEST(contains(outcome.out, words), outcome.out);
  BOOST_TEST(contains(outcome.error, "not certified"), outcome.error);
}

/// No answer comes; the message holds all these words.
void expect_refusal(const Case& bad, int code, const std::vector<std::string>& words) {
  const Outcome outcome = solve(bad);
  BOOST_TEST(outcome.code == code, outcome.error);
  for (const std::string& part : words)
    BOOST_TEST(contains(outcome.error, part), "'" << part << "' is missing in: " << outcome.error);
}

/// f at so many points of [0, length], both ends included.
std::vector<double> sampled(const std::function<double(double)>& f, int points, double length) {
  std::vector<double> values;
  for (int i = 0; i < points; ++i) values.push_back(f(length * i / (points - 1)));
  return values;
}

double fast(double x) { return -1e4 * std::sin(100 * x); }

const std::string line =
    "domain: {x: [0, 2*pi]}, equation: u_xx = f, source: {file: samples.h5, dataset: f}, "
    "boundary: {x_min: 0, x_max: 0}";
const std::string square = "domain: {x: [0, 1], y: [0, 2]}, equation: u_xx + u_yy = f, source: 0, ";
const double length = 2 * std::acos(-1.0);

}  // namespace

BOOST_AUTO_TEST_CASE(samples_below_two_points_a_wave_are_named) {
  expect_doubt({line, "x: 65", sampled(fast, 150, length)}, "under-sampling");
  expect_doubt({line, "x: 65", sampled(fast, 190, length), 2}, "give more samples");
}

BOOST_AUTO_TEST_CASE(a_resonance_is_named) {
  expect_doubt({"domain: {x: [0, 1]}, equation: u_xx + (5*pi)^2*u = f, exact: sin(3*x), boundary: exact", "x: 65"},
               "near a resonance");
  expect_refusal({"domain: {x: [0, 1], y: [0, 1]}, equation: u_xx + u_yy + 2*(5*pi)^2*u = f, exact: sin(3*x)*y, "
                  "boundary: exact",
                  "x: 33, y: 33"},
                 1, {"no unique solution", "resonance"});
}

BOOST_AUTO_TEST_CASE(values_at_both_ends_of_time_are_refused_where_waves_are_left_free) {
  expect_refusal({"domain: {x: [0, 1], t: [0, 1]}, equation: u_tt - u_xx = f, exact: sin(20*x)*cos(20*t) + x*t, "
                  "boundary: exact",
                  "x: 33, t: 33"},
                 1, {"both ends of time"});
}

BOOST_AUTO_TEST_CASE(a_solution_of_finite_smoothness_is_not_certified) {
  const auto source = [](double x) { return 3.75 * std::sqrt(std::abs(x - 0.4)); };
  expect_doubt({"domain: {x: [0, 1]}, equation: u_xx = f, exact: abs(x - 0.4)^2.5, boundary: exact", "x: 65"}, "kinks");
  expect_doubt({"domain: {x: [0, 1]}, equation: u_xx = f, exact: abs(x - 0.4)^2.5, boundary: exact, "
                "source: {file: samples.h5, dataset: f}",
                "x: 65", sampled(source, 400, 1)},
               "kinks");
}

BOOST_AUTO_TEST_CASE(noise_stops_the_refinement_and_is_named) {
  std::vector<double> values = sampled(fast, 400, length);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = 1e4 * std::sin(12.9898 * static_cast<double>(i) + 78.233);
    values[i] += x - std::floor(x) - 0.5;  // 1e-4 of the source, from one point to the next unrelated
  }
  const Outcome outcome = solve({line, "x: 65", values});
  BOOST_TEST(outcome.code == 0, outcome.error);
  BOOST_TEST(contains(outcome.out, "noise"), outcome.out);
  BOOST_TEST(contains(outcome.out, R"("loops": 1)"), outcome.out);
}

BOOST_AUTO_TEST_CASE(values_that_differ_at_a_corner_are_refused_with_faces_place_and_size) {
  for (const int ranks : {0, 2})
    expect_refusal(
        {square + "boundary: {x_min: 0, x_max: 1, y_min: x, y_max: x + 0.3*(1 - x)}", "x: 9, y: 9", {}, ranks}, 78,
        {"x_min", "y_max", "y = 2, x = 0", "0.3", "problem.boundary"});
  BOOST_TEST(solve({square + "boundary: {x_min: 0, x_max: 1, y_min: x, y_max: x}", "x: 9, y: 9"}).code == 0);
  BOOST_TEST(solve({"domain: {x: [0, 2*pi], y: [0, 2*pi]}, equation: u_xx + u_yy = f, source: sin(100*x)*sin(100*y), "
                    "boundary: {x_min: 0, x_max: 0, y_min: sin(100*x), y_max: 0}",
                    "x: 9, y: 9"})
                 .code == 0);
}

BOOST_AUTO_TEST_CASE(samples_that_are_no_numbers_are_refused_with_their_place) {
  std::vector<double> values = sampled(fast, 400, length);
  values[37] = std::numeric_limits<double>::quiet_NaN();
  for (const int ranks : {0, 2})
    expect_refusal({line, "x: 65", values, ranks}, 65, {"samples.h5", "'f'[37]", "finite"});
}
