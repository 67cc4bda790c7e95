// Ranks in groups: the rows of samples are divided inside a group, the samples of a batch among the groups.
#pragma once

#include <mercer/nn/space.hpp>

namespace mercer {

enum class Parallel {
  samples,  ///< each rank is a group of its own
  space,    ///< all ranks are one group
  both,     ///< groups of equally many ranks
};

struct RankGroups {
  /// @collective Consecutive ranks make a group. Throws Fault::config where groups of `space_ranks` leave ranks over.
  RankGroups(const Comm& comm, Parallel parallel, Index space_ranks);

  Comm space;  ///< the ranks of a group
  int group, groups;

  /// What falls to this group of so many samples.
  Range samples(Index count) const noexcept { return block(count, group, groups); }
};

}  // namespace mercer
