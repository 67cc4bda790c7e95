#include <mercer/parallel/rank_groups.hpp>

namespace mercer {
namespace {

int ranks_in_group(const Comm& comm, Parallel parallel, Index space_ranks) {
  if (parallel == Parallel::samples) return 1;
  if (parallel == Parallel::space) return comm.size();
  require_agreed(
      space_ranks >= 1 && comm.size() % space_ranks == 0, Fault::config,
      "training.parallel: both needs a number of ranks that training.space_ranks divides; there are {} ranks "
      "and training.space_ranks is {}",
      comm.size(), space_ranks);
  return narrow<int>(space_ranks);
}

}  // namespace

RankGroups::RankGroups(const Comm& comm, Parallel parallel, Index space_ranks)
    : space(comm.split(comm.rank() / ranks_in_group(comm, parallel, space_ranks))),
      group(comm.rank() / space.size()),
      groups(comm.size() / space.size()) {}

}  // namespace mercer
