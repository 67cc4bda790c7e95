// One operation of a formula over a block of points.
#pragma once

#include <mercer/config/expression_operations.hpp>

#include <cstddef>

namespace mercer {

/// A value during a run: one number for all points, or one for each point of the block.
struct Source {
  const double* block = nullptr;
  double number = 0;
  bool is_uniform() const noexcept { return block == nullptr; }
};

/// At least one of the operands is a block.
void run_block(Op op, const Source& x, const Source& y, const Source& z, double* out, std::size_t count);

/// So many points that all slots stay in 24 kB, which leaves room for columns in a first-level cache of 32 kB.
std::size_t block_points(std::size_t slots) noexcept;

}  // namespace mercer
