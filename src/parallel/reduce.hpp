// Sums over all ranks with the same bits for any number of ranks and any order of the terms.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <span>

namespace mercer {

/// @collective Sum of the entries of all ranks; NaN where any entry is or infinities of both signs meet. About 10 flops
/// an entry and three small reductions. Demmel and Nguyen (2013), with three levels: the error is below 2^-60 of
/// (count * largest entry) for 1e9 entries.
double reproducible_sum(const Comm& comm, std::span<const double> local);

/// @collective Sum of x_i y_i, each product rounded once.
double reproducible_dot(const Comm& comm, std::span<const double> x, std::span<const double> y);

/// @collective Euclidean norm of the entries of all ranks, scaled so that squares neither overflow nor vanish.
double reproducible_norm(const Comm& comm, std::span<const double> local);

/// @collective Replaces `values` by their entrywise sum over the ranks, taken in rank order: the same bits on all ranks
/// and in every run, though not for every number of ranks. Each rank adds up one part of the entries, so that as much
/// travels as in a reduction. Instantiated for float and double.
template <class T>
void sum_in_rank_order(const Comm& comm, std::span<T> values);

/// Entries that a rank sends to others in sum_in_rank_order of `count` entries: 2 (ranks - 1) count of all ranks
/// together.
Index entries_sent_in_sum(Index count, int rank, int ranks) noexcept;

extern template void sum_in_rank_order(const Comm&, std::span<float>);
extern template void sum_in_rank_order(const Comm&, std::span<double>);

}  // namespace mercer
