// Whole rows from slabs: an array whose parts lie anywhere on the ranks, redistributed so that each rank holds a range
// of one axis.
#pragma once

#include <mercer/io/slab.hpp>
#include <mercer/parallel/comm.hpp>

#include <cstddef>
#include <vector>

namespace mercer {

/// What a rank holds after redistribution: the positions `slab` of the array, packed.
struct WholeRows {
  Slab slab;
  std::vector<std::byte> values;
};

/// @collective Redistributes an array of `shape` of elements of `size` bytes. `packed` holds this rank's `slab` without
/// gaps; the slabs of all ranks make up the array. Rank r gets its share of the blocks of `thickness` positions along
/// the first axis longer than one.
WholeRows whole_rows(const Comm& comm, const Shape& shape, Index thickness, const Slab& slab, const std::byte* packed,
                     std::size_t size);

}  // namespace mercer
