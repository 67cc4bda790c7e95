// Independent tasks of unknown length, taken by whichever rank is free.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <functional>
#include <span>
#include <vector>

namespace mercer {

/// @collective Runs `work` for each task in [0, count) on one of the ranks, in rising order on each of them, and gives
/// the records that the tasks fill, [count, width] in the order of the tasks, on every rank: the same bits on any
/// number of ranks where a record depends on its task alone. `work` must not communicate; a throw on one rank becomes
/// the same throw on all, after the others have finished what they can. Ranks take tasks from a counter in a window of
/// rank 0 that no process has to serve; where a network has no such atomics, they wait for rank 0 to end its own task.
std::vector<double> run_tasks(const Comm& comm, Index count, Index width,
                              const std::function<void(Index task, std::span<double> record)>& work);

/// @collective The same without records, until a task says by false that none is to begin after it. Over all ranks
/// tasks begin in rising order, and what has begun is finished, so that all tasks before any that was run are done.
void run_tasks_while(const Comm& comm, Index count, const std::function<bool(Index task)>& work);

}  // namespace mercer
