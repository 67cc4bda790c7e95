// Timing of pairs, the table, and the JSON list.
#include "bench/bench.hpp"

#include <mercer/base/table.hpp>
#include <mercer/base/text.hpp>
#include <mercer/parallel/session.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <thread>

namespace mercer::bench {

namespace {

double seconds(const std::function<void()>& work) {
  const double begin = processor_seconds();
  work();
  return processor_seconds() - begin;
}

/// The value below which `part` of the entries lie.
double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

std::string json(const Comparison& c) {
  std::string text = fmt::format(
      "{{\"case\": \"{}\", \"ours_seconds\": {:.6g}, \"peer\": \"{}\", \"peer_seconds\": {:.6g}, \"ratio\": {:.4g}, "
      "\"spread\": {:.3g}, \"threads\": {}, \"ranks\": {}",
      c.name, c.ours_seconds, c.peer, c.peer_seconds, c.ratio, c.spread, c.threads, c.ranks);
  if (c.least > 0) text += fmt::format(", \"least\": {:.4g}", c.least);
  for (const Figure& figure : c.figures) text += fmt::format(", \"{}\": {:.4g}", figure.name, figure.value);
  return text + "}";
}

std::string text(const Figure& figure) { return fmt::format("{} {:.3g}", figure.name, figure.value); }

}  // namespace

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

Comparison summary(std::string name, std::string peer, const std::vector<double>& ours,
                   const std::vector<double>& theirs) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size(); ++i) ratios.push_back(theirs[i] / ours[i]);
  const double spread = (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2;
  return {std::move(name), std::move(peer), median(ours), median(theirs), median(ratios), spread};
}

Comparison compare(std::string name, std::string peer, const std::function<void()>& ours,
                   const std::function<void()>& theirs, int pairs) {
  return compare_timed(
      std::move(name), std::move(peer), [&] { return seconds(ours); }, [&] { return seconds(theirs); }, pairs);
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Comparison compare_timed(std::string name, std::string peer, const std::function<double()>& ours,
                         const std::function<double()>& theirs, int pairs) {
  std::vector<double> first, second;
  for (int pair = 0; pair <= pairs; ++pair) {
    const bool is_ours_first = pair % 2 == 0;
    double a = is_ours_first ? ours() : 0;
    const double b = theirs();
    if (!is_ours_first) a = ours();
    if (pair == 0) continue;  // memory and caches are touched for the first time
    first.push_back(a);
    second.push_back(b);
  }
  return summary(std::move(name), std::move(peer), first, second);
}

Comparison compare_ranks(const Comm& comm, std::string name, const std::function<void(const Comm&)>& work, int pairs) {
  require_agreed(comm.size() >= 2, Fault::usage, "two ranks or more were expected, not {}", comm.size());
  const auto slowest = [&](const Comm& solving) {
    check_mpi(MPI_Barrier(comm.raw()));
    const double start = MPI_Wtime();
    work(solving);
    return largest(comm, MPI_Wtime() - start);
  };
  const Comm alone = Comm::self();
  std::vector<double> together, apart;
  for (int pair = 0; pair <= pairs; ++pair) {
    const double shared = slowest(comm), own = slowest(alone);
    if (pair == 0) continue;  // warms caches
    together.push_back(shared);
    apart.push_back(own);
  }
  Comparison row = summary(std::move(name), "single ranks at once, one solve each", together, apart);
  row.ranks = comm.size();
  return row;
}

void sleep_until_all_arrive(const Comm& comm) {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(comm.raw(), &request));
  int have_arrived = 0;
  while (true) {
    check_mpi(MPI_Test(&request, &have_arrived, MPI_STATUS_IGNORE));
    if (have_arrived) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void report(const std::vector<Comparison>& comparisons, const std::string& path) {
  Table table({"case", "peer", "ours [ms]", "peer [ms]", "ratio", "spread", "at least", "more"});
  std::vector<std::string> objects;
  for (const Comparison& c : comparisons) {
    std::vector<std::string> more;
    for (const Figure& figure : c.figures) more.push_back(text(figure));
    table.add({c.name, c.peer, fmt::format("{:.3f}", 1e3 * c.ours_seconds), fmt::format("{:.3f}", 1e3 * c.peer_seconds),
               fmt::format("{:.2f}", c.ratio), fmt::format("{:.2f}", c.spread),
               c.least > 0 ? fmt::format("{:.3g}", c.least) : "", join(more, ", ")});
    objects.push_back("  " + json(c));
  }
  fmt::print("{}", table.text());
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;  // a missing folder shows when the file is opened
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  std::ofstream file(path);
  file << "[\n" << join(objects, ",\n") << "\n]\n";
  require(static_cast<bool>(file.flush()), Fault::cannot_create,
          "cannot write the results to '{}'; name another file as first argument", path);
}

void require_bars(const Comm& comm, const std::vector<Comparison>& comparisons) {
  std::vector<std::string> missed;
  for (const Comparison& c : comparisons) {
    if (!(c.ratio >= c.least))
      missed.push_back(fmt::format("{}: {} takes {:.3g} times our time, at least {:.3g} was expected", c.name, c.peer,
                                   c.ratio, c.least));
    for (const Figure& figure : c.figures)
      if (!(figure.value <= figure.most))
        missed.push_back(fmt::format("{}: {}, at most {:.3g} was expected", c.name, text(figure), figure.most));
  }
  const std::string all = broadcast(comm, join(missed, "\n"));
  require_agreed(all.empty(), Fault::numerics, "{}", all);
}

int conclude(const Comm& comm, const std::vector<Comparison>& comparisons, const std::string& path) {
  if (comm.is_root()) report(comparisons, path);
  require_bars(comm, comparisons);
  return 0;
}

void on_root_alone(const Comm& comm, const std::function<void()>& work) {
  std::exception_ptr caught;
  try {
    if (comm.is_root()) work();
  } catch (...) {
    caught = std::current_exception();
  }
  sleep_until_all_arrive(comm);
  agree(comm, caught);
}

int run_benchmark(const std::string& path, const std::function<int(const Comm&, const std::string& path)>& measure) {
  const Session session;
  const Comm comm;
  return run(comm, [&] { return measure(comm, path); });
}

}  // namespace mercer::bench
