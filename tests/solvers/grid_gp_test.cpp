// The solver grid_gp by cases: against dense algebra, on axes of its own, learned, and refused.
#include "solvers/solve_case.hpp"
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/base/random.hpp>
#include <mercer/io/output_file.hpp>
#include <mercer/linalg/cholesky.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace mercer;
using mercer::test::failure;
using mercer::test::gathered;
using mercer::test::solve_case;
using mercer::test::Solved;

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

double truth(double x, double y) { return std::sin(5 * x) * std::cos(3 * y) + 0.5 * x; }

/// Readings of `truth` on [0, 2] x [0, 1] with both ends, some missing.
std::vector<double> readings(Index rows, Index columns, double noise, double missing) {
  const Random errors(21), lost(22);
  std::vector<double> values;
  for (Index i = 0; i < rows * columns; ++i) {
    const double x = 2 * static_cast<double>(i % columns) / static_cast<double>(columns - 1);
    const double y = static_cast<double>(i / columns) / static_cast<double>(rows - 1);
    const auto point = static_cast<std::uint64_t>(i);
    values.push_back(lost.uniform(point) < missing ? gap : truth(x, y) + noise * errors.normal(point));
  }
  return values;
}

/// A file with one array, in a folder that all ranks know.
class Stored {
 public:
  Stored(const Comm& comm, const Shape& shape, const std::vector<double>& values) : scratch_(comm) {
    const Comm alone = Comm::self();
    together(comm, [&] {
      if (!comm.is_root()) return;
      OutputFile file(alone, scratch_ / "data.h5", Existing::replace);
      file.write<double>("readings", shape, values);
      file.commit();
    });
  }
  std::filesystem::path folder() const { return (scratch_ / "data.h5").parent_path(); }

 private:
  test::SharedScratch scratch_;
};

std::string plane_case(const std::string& data, const std::string& options, const std::string& more = "") {
  return "solver: grid_gp\nproblem: {domain: {x: [0, 2], y: [0, 1]}, exact: sin(5*x)*cos(3*y) + 0.5*x}\n"
         "data: {file: data.h5, values: readings, " +
         data + "}\noptions: {" + options + "}\n" + more;
}

const std::string given = "parameters: {x: {length: [0.4], variance: [1.5]}, y: {length: [0.3]}}, mean: zero";

struct Dense {
  std::vector<double> mean, deviation;
};

/// What `given` means, by matrices.
Dense dense(Index rows, Index columns, const std::vector<double>& values, double noise) {
  const auto k = [&](Index i, Index j) {
    const double x = 2 * static_cast<double>(i % columns - j % columns) / static_cast<double>(columns - 1) / 0.4;
    const double y = static_cast<double>(i / columns - j / columns) / static_cast<double>(rows - 1) / 0.3;
    return 1.5 * std::exp(-0.5 * (x * x + y * y));
  };
  std::vector<Index> seen;
  for (Index i = 0; i < rows * columns; ++i)
    if (!std::isnan(values[static_cast<std::size_t>(i)])) seen.push_back(i);
  const auto count = static_cast<Index>(seen.size());
  Matrix a(count, count), cross(count, rows * columns), y(count, 1);
  for (Index i = 0; i < count; ++i) {
    const Index at = seen[static_cast<std::size_t>(i)];
    y(i, 0) = values[static_cast<std::size_t>(at)];
    for (Index j = 0; j < count; ++j) a(i, j) = k(at, seen[static_cast<std::size_t>(j)]) + (i == j ? noise * noise : 0);
    for (Index j = 0; j < rows * columns; ++j) cross(i, j) = k(at, j);
  }
  const Cholesky factor = Cholesky::of(std::move(a)).value();
  factor.divide(cross);
  factor.divide(y);
  Dense result;
  for (Index j = 0; j < rows * columns; ++j) {
    result.mean.push_back(cross.col(j).dot(y.col(0)));
    result.deviation.push_back(std::sqrt(1.5 - cross.col(j).squaredNorm()));
  }
  return result;
}

double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

double number(const Solved& solved, const char* name) { return std::get<double>(*solved.solution.record.find(name)); }

}  // namespace

BOOST_AUTO_TEST_CASE(mean_and_deviation_are_those_of_dense_algebra) {
  const Comm comm;
  const auto values = readings(9, 14, 0.1, 0.2);
  const Stored stored(comm, {9, 14}, values);
  const Solved solved =
      solve_case(comm, plane_case("noise: 0.1", given + ", tolerance: 1e-12, draws: 200"), stored.folder());
  const Dense expected = dense(9, 14, values, 0.1);
  BOOST_TEST(difference(gathered(comm, solved.solution.fields[0]), expected.mean) < 1e-9);
  const std::vector<double> deviation = gathered(comm, solved.solution.fields[1]);
  // what is sampled of a variance has a relative error of a tenth
  for (std::size_t i = 0; i < deviation.size(); ++i)
    BOOST_TEST(std::abs(deviation[i] / expected.deviation[i] - 1) < 0.2);
  BOOST_TEST(solved.solution.fields[1].name() == "u_std");
  BOOST_TEST(std::abs(number(solved, "noise") - 0.1) < 1e-15);
}

BOOST_AUTO_TEST_CASE(the_answer_has_the_grid_of_the_data) {
  const Comm comm;
  const Stored stored(comm, {8, 10}, readings(8, 10, 0.1, 0.1));
  const auto axis_of = [&](const char* placement) {
    return solve_case(comm, plane_case(fmt::format("noise: 0.1, grid: {}", placement), given), stored.folder())
        .solution.fields[0]
        .grid()
        .axis(1);
  };
  BOOST_TEST(axis_of("nodes").coordinate(9) == 2);
  BOOST_TEST(axis_of("left").coordinate(9) == 1.8);
  BOOST_TEST(axis_of("cells").coordinate(0) == 0.1);
  BOOST_TEST(axis_of("cells").name == "x");
}

BOOST_AUTO_TEST_CASE(everything_is_learned_and_the_deviation_tells_the_error) {
  const Comm comm;
  const Stored stored(comm, {40, 60}, readings(40, 60, 0.2, 0.2));
  for (const char* covariance : {"squared_exponential", "matern52"}) {
    const Solved solved =
        solve_case(comm, plane_case("noise: estimate", fmt::format("covariance: {}, probes: 4, draws: 8", covariance)),
                   stored.folder());
    BOOST_TEST(std::get<bool>(*solved.solution.record.find("converged")));
    BOOST_TEST(std::abs(number(solved, "noise") - 0.2) < 0.015);
    const auto mean = gathered(comm, solved.solution.fields[0]), deviation = gathered(comm, solved.solution.fields[1]);
    double squares = 0;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      const double x = 2 * static_cast<double>(i % 60) / 59, y = static_cast<double>(i / 60) / 39;
      squares += std::pow((mean[i] - truth(x, y)) / deviation[i], 2) / static_cast<double>(mean.size());
    }
    BOOST_TEST(squares > 0.4);
    BOOST_TEST(squares < 1.6);
  }
}

BOOST_AUTO_TEST_CASE(a_spectral_mixture_finds_a_frequency_and_fills_a_hole_with_it) {
  const Comm comm;
  std::vector<double> values;
  const Random errors(31);
  for (int i = 0; i < 200; ++i)
    values.push_back(i >= 90 && i < 110
                         ? gap
                         : std::sin(2 * M_PI * 4 * i / 199.0) + 0.05 * errors.normal(static_cast<std::uint64_t>(i)));
  const Stored stored(comm, {200}, values);
  const Solved solved = solve_case(comm,
                                   "solver: grid_gp\nproblem: {domain: {x: [0, 1]}, exact: sin(8*pi*x)}\n"
                                   "data: {file: data.h5, values: readings, noise: estimate}\n"
                                   "options: {covariance: gaussian_mixture, components: 1, draws: 4, probes: 4}\n",
                                   stored.folder());
  const auto& frequency = std::get<std::vector<double>>(*solved.solution.record.find("parameters.x.frequency"));
  BOOST_TEST(std::abs(frequency[0] - 4) < 0.3);
  BOOST_TEST(test::exact_error(comm, solved) < 0.05);
}

BOOST_AUTO_TEST_CASE(boxes_are_solved_too) {
  const Comm comm;
  std::vector<double> values;
  for (int i = 0; i < 6 * 7 * 8; ++i) values.push_back(i % 5 == 0 ? gap : std::sin(0.3 * (i % 8)) + 0.1 * (i / 56));
  const Stored stored(comm, {6, 7, 8}, values);
  const Solved solved = solve_case(
      comm,
      "solver: grid_gp\nproblem: {domain: {x: [0, 7], y: [0, 6], z: [0, 5]}, exact: sin(0.3*x) + 0.1*z}\n"
      "data: {file: data.h5, values: readings, noise: 0.001}\noptions: {draws: 1, parameters: {x: {variance: [1], "
      "length: [3]}, y: {length: [3]}, z: {length: [3]}}}\n",
      stored.folder());
  BOOST_TEST(test::exact_error(comm, solved) < 0.01);
}

// The search for parameters makes more of roundings, which in BLAS depend on where memory lies: it stops where a step
// changes the evidence by less than 1e-6.
BOOST_AUTO_TEST_CASE(ranks_agree_with_a_single_one_to_1e_10_and_learned_to_1e_4) {
  const Comm comm, alone = Comm::self();
  const Stored stored(comm, {31, 24}, readings(31, 24, 0.1, 0.3));
  const auto expect = [&](const std::string& text, double tolerance) {
    const Solved shared = solve_case(comm, text, stored.folder()), single = solve_case(alone, text, stored.folder());
    for (std::size_t field = 0; field < 2; ++field)
      BOOST_TEST(difference(gathered(comm, shared.solution.fields[field]),
                            gathered(alone, single.solution.fields[field])) < tolerance);
    BOOST_TEST(std::abs(number(shared, "log_evidence") - number(single, "log_evidence")) <
               tolerance * std::abs(number(single, "log_evidence")));
  };
  expect(plane_case("noise: 0.1", given + ", tolerance: 1e-12, draws: 4"), 1e-10);
  expect(plane_case("noise: estimate", "tolerance: 1e-12, draws: 4, probes: 2, learning_points: 300"), 1e-4);
}

BOOST_AUTO_TEST_CASE(files_that_do_not_fit_are_refused) {
  const Comm comm;
  const auto refusal = [&](const Shape& shape, const std::vector<double>& values,
                           const std::string& data = "noise: 0.1") {
    const Stored stored(comm, shape, values);
    return failure([&] { solve_case(comm, plane_case(data, given), stored.folder()); });
  };
  const std::vector<double> good(12, 1.0), gone(12, gap);
  std::vector<double> infinite(good);
  infinite[7] = std::numeric_limits<double>::infinity();
  BOOST_TEST(refusal({3, 4}, gone).is(Fault::data, "every value of 'readings' is NaN"));
  BOOST_TEST(refusal({3, 4}, infinite).is(Fault::data, "'readings'[1, 3] is inf; finite numbers, or NaN"));
  BOOST_TEST(refusal({12}, good).is(Fault::data, "has 1 dimensions"));
  BOOST_TEST(refusal({3, 4}, good, "noise: 0.1, sample: 0").is(Fault::data, "has 2 dimensions"));
  BOOST_TEST(refusal({3, 2, 2}, good, "noise: 0.1, sample: 3").is(Fault::data, "sample 3 of 'readings'"));
  const Stored stored(comm, {3, 4}, good);
  std::string other = plane_case("noise: 0.1", given);
  other.replace(other.find("values: readings"), 16, "values: reading");
  BOOST_TEST(failure([&] {
               solve_case(comm, other, stored.folder());
             }).is(Fault::data, "there is no array 'reading'; did you mean 'readings'?"));
  BOOST_TEST(failure([&] { solve_case(comm, plane_case("noise: 0.1", given)); }).is(Fault::no_input, "data.h5"));
  const auto constant = [&] { solve_case(comm, plane_case("noise: estimate", ""), stored.folder()); };
  BOOST_TEST(failure(constant).is(Fault::data, "nothing to learn"));
}

BOOST_AUTO_TEST_CASE(cases_that_are_wrong_are_told_all_at_once) {
  const Comm comm;
  const auto refusal = [&](const std::string& text) { return failure([&] { solve_case(comm, text); }); };
  BOOST_TEST(refusal("solver: grid_gp\nproblem: {domain: {x: [0, 1]}}\n").is(Fault::config, "data: missing"));
  BOOST_TEST(
      refusal("solver: grid_gp\nproblem: {domain: {x: [0, 1]}, boundary: exact}\n").is(Fault::config, "boundary"));
  BOOST_TEST(
      refusal(plane_case("noise: 0.1", given, "output: {points: {x: 5}}\n")).is(Fault::config, "points of the data"));
  const auto wrong = refusal(
      plane_case("noise: 0.1", "parameters: {x: {length: [-1], variance: [1, 2], width: [1]}, z: {length: [1]}}"));
  for (const char* piece : {"parameters.x.length", "expected a list of 1 numbers, got 2", "there is no such parameter",
                            "the domain has no such axis", "parameters.y.length: missing"})
    BOOST_TEST(wrong.is(Fault::config, piece), piece);
}
