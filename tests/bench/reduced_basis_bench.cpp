// A reduced basis of 200 snapshots of a million nodes, streamed from a file of 1.6 GB: its processor time against that
// of a symmetric rank-k update of as many operations on memory in cache, the memory it takes, and two ranks together
// against one of two single ranks that work at the same time. Run on two ranks.
#include "bench/bench.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/base/random.hpp>
#include <mercer/io/output_file.hpp>
#include <mercer/linalg/reduced_basis.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <malloc.h>
#include <vector>

namespace {

using namespace mercer;

constexpr Index count = 200, nodes = 1'000'000, modes = 32, working = modes + 16;
const char* const name = "fields/pressure";

/// Pulses at places of their own, wide enough for some tens of modes, and a little noise.
double pressure(Index snapshot, Index node) {
  const double x = static_cast<double>(node) / nodes, place = (static_cast<double>(snapshot) + 0.5) / count;
  const double distance = (x - place) / 0.03, rough = static_cast<double>((node * 40503 + snapshot * 977) % 1009);
  return 3 + std::exp(-distance * distance) + 1e-4 * (rough / 1009 - 0.5);
}

void write_snapshots(const Comm& comm, const std::filesystem::path& path) {
  const Range own = block(nodes, comm.rank(), comm.size());
  Tensor<double> values({count, own.count()}, Rows::dense);
  for (Index i = 0; i < count; ++i)
    for (Index j = 0; j < own.count(); ++j) values(i, j) = pressure(i, own.begin + j);
  OutputFile file(comm, path, Existing::refuse);
  file.write<double>(name, {count, nodes}, Slab::box({0, own.begin}, {count, own.count()}), values.view());
  file.commit();
}

/// The most memory that was resident since the last call of `forget_peak` [MB].
double peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) * 1024 / 1e6;
  fail(Fault::unavailable, "this system does not tell the peak memory of a process in /proc/self/status");
}
/// OpenMPI tells malloc to keep what is freed; without this the peak would be that of all runs together.
void give_freed_memory_back() {
  mallopt(M_MMAP_MAX, 65536);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

Eigen::VectorXd solve(const Comm& comm, const std::filesystem::path& path) {
  const InputFile file(comm, path);
  const SnapshotsInFile snapshots(file, name);
  const std::vector<double> weights(static_cast<std::size_t>(snapshots.size()), 1.0 / nodes);
  return reduced_basis(comm, snapshots, InnerProduct(weights), {.modes = modes}).singular_values;
}

/// Operations of the passes: products of all pairs, combinations, projections, and the two rotations of the modes with
/// the products of their pairs.
constexpr double operations = 1.0 * nodes * (count * count + 6.0 * count * working + 6.0 * working * working);

/// [s] of processor time.
double dsyrk_seconds() {
  constexpr Index rows = 4096;
  static const std::vector<double> strip(rows * count, 0.5);
  Matrix gram = Matrix::Zero(count, count);
  const double begin = bench::processor_seconds();
  for (double done = 0; done < operations; done += 1.0 * rows * count * count)
    add_gram(count, rows, strip.data(), rows, gram.data(), count);
  return bench::processor_seconds() - begin;
}

double solve_seconds(const Comm& comm, const std::filesystem::path& path) {
  const double begin = bench::processor_seconds();
  solve(comm, path);
  return bench::processor_seconds() - begin;
}

int measure(const Comm& comm, const std::string& path) {
  require_agreed(comm.size() == 2, Fault::usage, "two ranks were expected, not {}", comm.size());
  give_freed_memory_back();
  const test::SharedScratch scratch(comm);
  const std::filesystem::path data = scratch / "snapshots.h5";
  write_snapshots(comm, data);
  forget_peak();
  Eigen::VectorXd two, one;
  const Comm alone = Comm::self();
  bench::Comparison row = bench::compare_ranks(
      comm, "200 snapshots of 1e6 nodes, 32 modes",
      [&](const Comm& solving) { (solving.size() == 2 ? two : one) = solve(solving, data); }, 3);
  row.least = 1.5;
  row.figures.push_back({"peak memory [MB]", largest(comm, peak_memory()), 1000});
  const double gap = (two - one).norm() / one[0];
  row.figures.push_back({"gap of singular values", gap, 1e-10});
  std::vector<bench::Comparison> rows{row};
  if (comm.is_root()) {
    rows.push_back(bench::compare_timed(
        "one rank, reading included", "dsyrk of as many operations", [&] { return solve_seconds(alone, data); },
        dsyrk_seconds, 3));
    rows.back().least = 0.25;
    rows.back().figures.push_back({"gigaflops", operations * 1e-9 / rows.back().ours_seconds});
    bench::report(rows, path);
  }
  bench::sleep_until_all_arrive(comm);
  bench::require_bars(comm, rows);
  return 0;
}

}  // namespace

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], measure); }
