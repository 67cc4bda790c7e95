// Fair comparisons of two programs for the same work: run in turns in one process, judged by the ratio of each pair.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace mercer::bench {

/// One line of the table and one object of the JSON list.
struct Comparison {
  std::string name, peer;
  double ours_seconds, peer_seconds;  ///< medians
  double ratio;                       ///< median of peer / ours: above one where we are faster
  double spread;                      ///< half the distance between the quartiles of the ratio
  int threads = 1, ranks = 1;
};

/// Runs `ours` and `peer` alternately, `pairs` times after a first pair that does not count.
Comparison compare(std::string name, std::string peer, const std::function<void()>& ours,
                   const std::function<void()>& theirs, int pairs = 21);

/// The same for works that say themselves how long they took [s].
Comparison compare_timed(std::string name, std::string peer, const std::function<double()>& ours,
                         const std::function<double()>& theirs, int pairs = 21);

/// Processor time of this process [s], which a busy machine disturbs less than the time on the wall.
double processor_seconds();

/// Prints the table and writes the list to `path`, whose folder is made where it is missing. Throws
/// Fault::cannot_create.
void report(const std::vector<Comparison>& comparisons, const std::string& path);

}  // namespace mercer::bench
