// Whole chunks from slabs: the chunks of an array whose parts lie anywhere on the ranks, dealt out to them one by one.
#pragma once

#include <mercer/io/slab.hpp>
#include <mercer/parallel/comm.hpp>

#include <cstddef>
#include <vector>

namespace mercer {

/// Deals in rounds: in round k, rank r gets chunk `k * ranks + r`, so that the ranks taken in order hold the chunks in
/// order. Compressed chunks are written this way: HDF5 places them rank by rank, and the bytes of a file shall not
/// depend on how many ranks there are.
class ChunkRounds {
 public:
  /// @collective `slab` is this rank's part of an array of `shape`; the parts of all ranks make up the array.
  ChunkRounds(const Comm& comm, const Shape& shape, const Shape& chunk, const Slab& slab);

  Index count() const noexcept { return (chunks_ + comm_->size() - 1) / comm_->size(); }

  /// @collective The box that is this rank's chunk of a round (cut off at the end of the array), or none; its values go
  /// to `values`. `packed` holds this rank's slab without gaps, in elements of `size` bytes.
  Slab deal(Index round, const std::byte* packed, std::size_t size, std::vector<std::byte>& values) const;

 private:
  Slab box_of(Index chunk) const;

  const Comm* comm_;
  Shape shape_, chunk_, grid_;
  Index chunks_ = 0;
  std::vector<Slab> slabs_;  ///< of all ranks
};

}  // namespace mercer
