// Darcy flow on 1025 x 1025 nodes by two ranks together, against one of two single ranks that work at the same time:
// both keep two cores and the memory busy, so the ratio is what the distribution gains. Run on two ranks.
#include "bench/bench.hpp"
#include "solvers/solve_case.hpp"
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/session.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace mercer;

const std::string text =
    "solver: darcy\n"
    "problem: {domain: {x: [0, 1], y: [0, 1]}, coefficient: 1.5 + sin(3*x)*cos(y), exact: sin(2*x + 1)*exp(y/2), "
    "boundary: exact}\n"
    "output: {points: {x: 1025, y: 1025}}\n";

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// @collective Seconds of the slowest rank.
double seconds(const Comm& all, const Comm& solving) {
  check_mpi(MPI_Barrier(all.raw()));
  const double start = MPI_Wtime();
  test::solve_case(solving, text);
  return largest(all, MPI_Wtime() - start);
}

int measure(const Comm& comm, const std::string& path) {
  require_agreed(comm.size() == 2, Fault::usage, "two ranks were expected, not {}", comm.size());
  const Comm alone = Comm::self();
  std::vector<double> together, apart, ratios;
  for (int pair = 0; pair < 8; ++pair) {
    const double two = seconds(comm, comm), one = seconds(comm, alone);
    if (pair == 0) continue;  // warms caches
    together.push_back(two);
    apart.push_back(one);
    ratios.push_back(one / two);
  }
  bench::Comparison row;
  row.name = "1025 x 1025 nodes, two ranks";
  row.peer = "two single ranks at once, one solve each";
  row.ours_seconds = median(together);
  row.peer_seconds = median(apart);
  row.ratio = median(ratios);
  std::sort(ratios.begin(), ratios.end());
  row.spread = (ratios[5] - ratios[1]) / 2;
  row.ranks = 2;
  if (comm.is_root()) bench::report({row}, path);
  require_agreed(row.ratio >= 1.5, Fault::numerics,
                 "two ranks are {:.2f} times as fast as one; at least 1.5 was expected", row.ratio);
  return 0;
}

}  // namespace

int main(int, char** argv) {
  const Session session;
  const Comm comm;
  return run(comm, [&] { return measure(comm, argv[1]); });
}
