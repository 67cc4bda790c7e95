// What the boundary data say before anything is solved: frequencies along the faces, and the size of what is to come.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/bands.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>

#include <vector>

namespace mercer::smgp {

struct Traces {
  std::vector<std::vector<FrequencyRange>> peaks;  ///< by axis
  std::vector<bool> are_seen;   ///< by axis: whether there are data along it at all, which periodic faces do not have
  std::vector<double> fastest;  ///< frequency by axis, at least about one wave over the axis
  double term_size = 0;         ///< of the largest term that a solution with these data has, in order of magnitude
};

/// Local, the same on all ranks. Looks at the data of every face along lines in it, fine enough for their own
/// frequencies; `threshold` is the relative amplitude that counts.
Traces trace_boundaries(const Statement& statement, const ConditionLists& conditions, double threshold);

}  // namespace mercer::smgp
