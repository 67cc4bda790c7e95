// The way through the tree of factors of a ring: depth first while blocks are large, level by level once they fit the
// nearest cache, so that memory is touched once down and once up at any size.
#pragma once

#include <mercer/fft/ring_level.hpp>
#include <mercer/fft/ring_rows.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

/// Where a block lies: its node in a level of the tree, its first vector and its number of vectors.
struct Block {
  int level;
  std::int64_t node, first, size;
};

template <class T>
MERCER_INLINE void split_block(const RingTables<T>& ring, const Block& block, T* values) {
  const auto [radix, roots] = ring.level[block.level];
  const T* root = roots + 2 * lanes<T> * block.node;
  T* a = values + 2 * lanes<T> * block.first;
  switch (radix) {
    case 2:
      return split<2>(a, block.size / 2, root);
    case 3:
      return split<3>(a, block.size / 3, root);
    case 5:
      return split<5>(a, block.size / 5, root);
    case 8:
      return split<8>(a, block.size / 8, root);
    default:
      return split<4>(a, block.size / 4, root);
  }
}

template <class T>
MERCER_INLINE void join_block(const RingTables<T>& ring, const Block& block, T* values) {
  const auto [radix, roots] = ring.level[block.level];
  const T* root = roots + 2 * lanes<T> * block.node;
  T* a = values + 2 * lanes<T> * block.first;
  switch (radix) {
    case 2:
      return join<2>(a, block.size / 2, root);
    case 3:
      return join<3>(a, block.size / 3, root);
    case 5:
      return join<5>(a, block.size / 5, root);
    case 8:
      return join<8>(a, block.size / 8, root);
    default:
      return join<4>(a, block.size / 4, root);
  }
}

/// Levels above the last of a block that fits the cache: `down` on all nodes of a level, then the next; `turn` on all
/// blocks of four vectors, given the position of their first number and the powers of their root; `up` in the opposite
/// order.
template <class T, class Steps>
MERCER_INLINE void walk_nearby(const RingTables<T>& ring, const Block& block, const Steps& steps) {
  const int last = ring.levels - 1;
  std::int64_t blocks = 1, size = block.size;
  int level = block.level;
  for (; level < last; ++level) {
    for (std::int64_t b = 0; b < blocks; ++b)
      steps.down({level, block.node * blocks + b, block.first + b * size, size});
    blocks *= ring.level[level].radix;
    size /= ring.level[level].radix;
  }
  const T* root = ring.level[last].roots + 2 * lanes<T> * block.node * blocks;
  for (std::int64_t b = 0; b < blocks; ++b, root += 2 * lanes<T>)
    steps.turn(2 * lanes<T> * (block.first + 4 * b), Powers<4, T>(load_pair(root)));
  while (level-- > block.level) {
    blocks /= ring.level[level].radix;
    size *= ring.level[level].radix;
    for (std::int64_t b = 0; b < blocks; ++b) steps.up({level, block.node * blocks + b, block.first + b * size, size});
  }
}

template <class T, class Steps>
void walk(const RingTables<T>& ring, const Block& block, const Steps& steps) {
  if (block.size <= ring.nearby || block.level == ring.levels - 1) return walk_nearby(ring, block, steps);
  steps.down(block);
  const int radix = ring.level[block.level].radix;
  const std::int64_t part = block.size / radix;
  for (int q = 0; q < radix; ++q)
    walk(ring, {block.level + 1, block.node * radix + q, block.first + q * part, part}, steps);
  steps.up(block);
}

/// The levels that are not fused with the first split and the last join.
template <class T, class Steps>
void walk(const RingTables<T>& ring, const Steps& steps) {
  if (!is_fused(ring)) return walk(ring, {0, 0, 0, ring.vectors}, steps);
  const std::int64_t part = ring.vectors / 4;
  for (int q = 0; q < 4; ++q) walk(ring, {1, q, q * part, part}, steps);
}

}  // namespace mercer::MERCER_SIMD_LEVEL
