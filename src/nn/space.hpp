// Grids whose rows are spread over ranks.
#pragma once

#include <mercer/parallel/decomposition.hpp>

namespace mercer {

/// The ranks of a communicator have the rows of a grid in blocks: block(rows, rank, ranks).
struct Space {
  const Comm* comm = nullptr;  ///< null where every rank has whole grids
  /// A grid of which a rank would have fewer rows than this is worked on by every rank as a whole.
  Index least_rows = 8;

  bool is_divided() const noexcept { return comm != nullptr && comm->size() > 1; }
  /// The rows of this rank of a grid of so many.
  Range own(Index rows) const noexcept {
    return is_divided() ? block(rows, comm->rank(), comm->size()) : Range{0, rows};
  }
};

}  // namespace mercer
