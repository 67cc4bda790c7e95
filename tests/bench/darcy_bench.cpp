// Darcy flow on 1025 x 1025 nodes: what a second rank gains. Run on two ranks.
#include "bench/bench.hpp"
#include "solvers/solve_case.hpp"

namespace {

using namespace mercer;

const std::string text =
    "solver: darcy\n"
    "problem: {domain: {x: [0, 1], y: [0, 1]}, coefficient: 1.5 + sin(3*x)*cos(y), exact: sin(2*x + 1)*exp(y/2), "
    "boundary: exact}\n"
    "output: {points: {x: 1025, y: 1025}}\n";

int measure(const Comm& comm, const std::string& path) {
  bench::Comparison row = bench::compare_ranks(comm, "1025 x 1025 nodes, two ranks",
                                               [](const Comm& solving) { test::solve_case(solving, text); });
  row.least = 1.5;
  return bench::conclude(comm, {row}, path);
}

}  // namespace

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], measure); }
