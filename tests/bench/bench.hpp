// Fair comparisons of two programs for the same work: run in turns in one process, judged by the ratio of each pair.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace mercer::bench {

/// A further number of a comparison, e.g. an error, and how large it may be.
struct Figure {
  std::string name;
  double value;
  double most = std::numeric_limits<double>::infinity();
};

/// One line of the table and one object of the JSON list.
struct Comparison {
  std::string name, peer;
  double ours_seconds, peer_seconds;  ///< medians
  double ratio;                       ///< median of peer / ours: above one where we are faster
  double spread;                      ///< half the distance between the quartiles of the ratio
  int threads = 1, ranks = 1;
  double least = 0;  ///< ratio that is asked for
  std::vector<Figure> figures = {};
};

double median(std::vector<double> values);

/// From paired seconds: medians, and the spread of the ratio.
Comparison summary(std::string name, std::string peer, const std::vector<double>& ours,
                   const std::vector<double>& theirs);

/// Runs `ours` and `theirs` alternately, `pairs` times after a first pair that does not count, by the CPU clock.
Comparison compare(std::string name, std::string peer, const std::function<void()>& ours,
                   const std::function<void()>& theirs, int pairs = 21);

/// The same for works that say themselves how long they took [s].
Comparison compare_timed(std::string name, std::string peer, const std::function<double()>& ours,
                         const std::function<double()>& theirs, int pairs = 21);

/// Processor time of all threads of this process [s], which other processes do not lengthen.
double processor_seconds();

/// @collective on two or more ranks: `work` by all of them together, against one piece of work a rank on its own at the
/// same time. Both keep all cores and the memory busy, so the ratio is what the distribution gains. By the wall clock.
Comparison compare_ranks(const Comm& comm, std::string name, const std::function<void(const Comm&)>& work,
                         int pairs = 7);

/// @collective A barrier at which ranks sleep, so that those which still work have the machine for themselves.
void sleep_until_all_arrive(const Comm& comm);

/// Prints the table and writes the list to `path`, whose folder is made where it is missing. Throws
/// Fault::cannot_create.
void report(const std::vector<Comparison>& comparisons, const std::string& path);

/// @collective Throws Fault::numerics with all that is slower or larger than asked for, as rank 0 sees it.
void require_bars(const Comm& comm, const std::vector<Comparison>& comparisons);

/// @collective The above on rank 0, the bars on all, and the exit code 0.
int conclude(const Comm& comm, const std::vector<Comparison>& comparisons, const std::string& path);

/// @collective Runs `work` on rank 0 while the others sleep; all throw what it throws.
void on_root_alone(const Comm& comm, const std::function<void()>& work);

/// The whole of a benchmark: starts MPI, measures, gives the exit code. `path` is that of the list.
int run_benchmark(const std::string& path, const std::function<int(const Comm&, const std::string& path)>& measure);

}  // namespace mercer::bench
