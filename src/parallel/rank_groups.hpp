// Ranks in groups: samples are divided among the groups, the rows or nodes of each sample inside of one.
#pragma once

#include <mercer/parallel/decomposition.hpp>

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
