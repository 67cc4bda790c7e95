// Parts of a distributed array brought to the ranks that want them, by one exchange.
#pragma once

#include <mercer/meshes/field.hpp>

#include <array>
#include <functional>
#include <vector>

namespace mercer {

/// Consecutive positions along one axis of an array, and where they go along that axis of the array to be made.
struct Piece {
  Range from;
  Index to = 0;
};

/// What one rank wants: the product of its pieces along each axis. The pieces of an axis fill the new array without
/// gaps; a position may come more than once.
using Wanted = std::array<std::vector<Piece>, 3>;

/// @collective The values of `field` that this rank wants, as a dense array. `wanted` tells what any rank wants and
/// gives the same answers on all ranks. One all-to-all exchange, in which each value goes from its owner to its reader.
Tensor<double> fetch(const Comm& comm, const Field& field, const std::function<Wanted(int rank)>& wanted);

/// Throws Fault::internal where an array is split over another number of ranks than there are.
void require_ranks(const Comm& comm, const Decomposition& decomposition);

/// @collective The same field with other owners of its points. The way back is the inverse and the adjoint.
Field redistribute(const Comm& comm, const Field& field, const Decomposition& to);

}  // namespace mercer
