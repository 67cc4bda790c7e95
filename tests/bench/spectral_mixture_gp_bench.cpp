// The features backend against the published algorithm, against numpy, against its own calls of BLAS and LAPACK, and
// two ranks against one. Run on two ranks; takes some minutes, most of them for the published algorithm.
#include "bench/bench.hpp"
#include "bench/blas_tape.hpp"
#include "solvers/spectral_mixture_gp/grid_cases.hpp"
#include "solvers/spectral_mixture_gp/problems.hpp"
#include "support/process.hpp"
#include <mercer/solvers/spectral_mixture_gp/adam_joint/adam_joint.hpp>

#include <numbers>
#include <sstream>

namespace {

using namespace mercer;
using namespace mercer::smgp;
using bench::Comparison;
using mercer::test::NamedProblem;
namespace grid = smgp::test;

constexpr double two_pi = 2 * std::numbers::pi;
constexpr Index compared_iterations = 1000;

/// A problem of the paper as its algorithm takes it.
struct PaperProblem {
  std::string name;
  grid::GridCase on_grid;
  double highest_frequency;
  double least;  ///< time of its iterations by that of ours
  double boundary_weight = 200;
};

std::vector<PaperProblem> paper_problems() {
  const auto exact = [](const char* name) { return mercer::test::problem(name).exact; };
  return {{"p1", grid::poisson_1d(exact("p1"), two_pi, 400), 20, 620},
          {"p2", grid::poisson_1d(exact("p2"), two_pi, 400), 20, 300},
          {"p3", grid::poisson_1d(exact("p3"), two_pi, 900), 50, 500},
          {"p4", grid::poisson_1d(exact("p4"), 1, 900), 30, 500},
          {"p5", grid::poisson_1d(exact("p5"), 1, 400), 100, 500},
          {"p6", grid::allen_cahn_1d(exact("p6"), two_pi, 400), 20, 300},
          {"p7", grid::allen_cahn_1d(exact("p7"), two_pi, 400), 20, 300},
          {"q1", grid::poisson_2d(exact("q1"), two_pi, 400), 20, 1000},
          {"q2", grid::poisson_2d(exact("q2"), two_pi, 200), 20, 285},
          {"q3", grid::allen_cahn_2d(exact("q3"), 1, 400), 30, 300},
          {"q4", grid::advection(exact("q4"), 200, 200), 40, 300, 500}};
}

AdamJoint adam_of(const PaperProblem& paper) {
  const AxisCovariance start = published_start(Mixture::student, 30, paper.highest_frequency);
  return {
      paper.on_grid.problem, {paper.on_grid.problem.axes.size(), start}, {.boundary_weight = paper.boundary_weight}};
}

/// A row for the time of one step of the peer, as that of many.
void count_steps(Comparison& row, Index steps) {
  const auto factor = static_cast<double>(steps);
  row.peer_seconds *= factor;
  row.ratio *= factor;
  row.spread *= factor;
}

Comparison against_adam(const PaperProblem& paper) {
  const NamedProblem& problem = mercer::test::problem(paper.name);
  const Statement statement = mercer::test::statement_of(problem);
  const Comm comm = Comm::self();
  AdamJoint adam = adam_of(paper);
  std::optional<FeatureResult> result;
  Comparison row = bench::compare(
      problem.name, fmt::format("adam_joint, {} iterations", compared_iterations),
      [&] { result = solve_features(comm, statement, {}); }, [&] { adam.step(); }, 30);
  count_steps(row, compared_iterations);
  row.least = paper.least;
  while (adam.steps() < compared_iterations) adam.step();
  row.figures = {{"error", mercer::test::error_of(problem, result->solution), problem.error},
                 {"peer_error", paper.on_grid.error(adam.predict(paper.on_grid.uniform(300)), 300)}};
  return row;
}

struct PeerRun {
  double seconds, error;
};
/// The median of so many solves in a process of its own.
PeerRun run_python(const std::string& problem, int solves) {
  const std::string script = mercer::test::setting("MERCER_SOURCE") + "/tests/bench/spectral_mixture_gp_peer.py";
  const mercer::test::Outcome outcome =
      mercer::test::shell(fmt::format("OPENBLAS_NUM_THREADS=1 " MERCER_PYTHON " '{}' {} {}", script, problem, solves));
  require(outcome.code == 0, Fault::unavailable, "the peer in Python ended with code {}: {}", outcome.code,
          outcome.error);
  PeerRun run{};
  std::istringstream(outcome.out) >> run.seconds >> run.error;
  require(run.seconds > 0, Fault::data, "the peer in Python says '{}'; seconds and an error were expected",
          outcome.out);
  return run;
}

Comparison against_python(const NamedProblem& problem) {
  constexpr int rounds = 3, solves = 11;
  const Statement statement = mercer::test::statement_of(problem);
  const Comm comm = Comm::self();
  std::vector<double> ours, theirs;
  double error = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> seconds;
    for (int solve = 0; solve <= solves; ++solve) {
      const double begin = bench::processor_seconds();
      solve_features(comm, statement, {});
      if (solve > 0) seconds.push_back(bench::processor_seconds() - begin);
    }
    ours.push_back(bench::median(std::move(seconds)));
    const PeerRun run = run_python(problem.name, solves);
    theirs.push_back(run.seconds);
    error = run.error;
  }
  Comparison row = bench::summary(problem.name, "numpy and scipy", ours, theirs);
  row.least = 2;
  row.figures = {{"peer_error", error}};
  return row;
}

/// A wide band of frequencies in the plane in the time of a hundred iterations on a grid of 400 x 400.
Comparison wide_band(const PaperProblem& paper) {
  const NamedProblem& problem = mercer::test::problem("radial, fine");
  const Statement statement = mercer::test::statement_of(problem);
  const Comm comm = Comm::self();
  AdamJoint adam = adam_of(paper);
  std::optional<FeatureResult> result;
  Comparison row = bench::compare(
      problem.exact, "100 iterations, 400 x 400 points", [&] { result = solve_features(comm, statement, {}); },
      [&] { adam.step(); }, 7);
  count_steps(row, 100);
  row.least = 1;
  row.figures = {{"error", mercer::test::error_of(problem, result->solution), problem.error}};
  return row;
}

Comparison against_blas(const NamedProblem& problem) {
  const Statement statement = mercer::test::statement_of(problem);
  const Comm comm = Comm::self();
  std::optional<FeatureResult> result;
  const auto solve = [&] { result = solve_features(comm, statement, {}); };
  bench::BlasTape tape(solve);
  Comparison row = bench::compare(
      problem.name, "its BLAS and LAPACK", solve, [&] { tape.replay(); }, 11);
  row.least = 0.5;
  row.figures = {{"error", mercer::test::error_of(problem, result->solution), problem.error},
                 {"calls", static_cast<double>(tape.calls().size())}};
  return row;
}

std::vector<Comparison> measure_alone() {
  const std::vector<PaperProblem> papers = paper_problems();
  std::vector<Comparison> rows;
  for (const PaperProblem& paper : papers) rows.push_back(against_adam(paper));
  for (const PaperProblem& paper : papers) rows.push_back(against_python(mercer::test::problem(paper.name)));
  rows.push_back(wide_band(papers[7]));
  rows.push_back(against_blas(mercer::test::problem("Allen-Cahn in 3-D")));
  return rows;
}

/// @collective
Comparison two_ranks(const Comm& comm) {
  const NamedProblem problem{"3-D, 63^3 features, two ranks",
                             "u_xx + u_yy + u_zz = f",
                             "sin(200*x)*cos(150*y)*sin(200*z)",
                             1,
                             {"z", "y", "x"},
                             1e-11};
  const Statement statement = mercer::test::statement_of(problem);
  std::optional<FeatureResult> result;
  Comparison row = bench::compare_ranks(
      comm, problem.name, [&](const Comm& solving) { result = solve_features(solving, statement, {}); }, 15);
  row.least = 1.5;
  row.figures = {{"error", mercer::test::error_of(problem, result->solution), problem.error}};
  return row;
}

int measure(const Comm& comm, const std::string& path) {
  std::vector<Comparison> rows;
  bench::on_root_alone(comm, [&] { rows = measure_alone(); });
  rows.push_back(two_ranks(comm));
  return bench::conclude(comm, rows, path);
}

}  // namespace

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], measure); }
