// Passes over snapshots that may be larger than memory: means, products of all pairs, combinations, projections.
#pragma once

#include <mercer/linalg/inner_product.hpp>
#include <mercer/linalg/lapack.hpp>
#include <mercer/linalg/snapshots.hpp>

#include <vector>

namespace mercer {

/// What a pass reads: snapshots less a field, in pieces of about `memory` bytes a rank. All passes are @collective.
struct Shifted {
  const Snapshots* snapshots;
  std::vector<double> shift;  ///< [entries], or none at all
  double memory;

  void read(const Range& which, const Range& entries, View<double> into) const;  ///< @collective
  void subtract_shift(const Range& entries, View<double> fields) const;          ///< local
};

/// Entries of a rank that are multiplied and added up together, `width` at a time. The bits of a sum over all entries
/// depend on where leaves begin and on nothing else about the ranks.
struct Leaves {
  static constexpr Index leaf_entries = 1024;  ///< at most, and a multiple of any width
  /// For leaves of so many rows that fit into memory, a power of two.
  static Index width_for(Index rows, double memory);
  Leaves(const Comm& comm, Index size, Index rows, double memory);  ///< @collective

  Index width;  ///< entries
  Index first;  ///< number of this rank's first leaf among those of all ranks
};

/// The mean of all snapshots, [entries].
std::vector<double> mean_of(const Comm& comm, const Snapshots& snapshots, double memory);

/// G[i, j] = <z_i, z_j>, lower triangle; the same bits on all ranks. A diagonal M costs one reading, during which
/// `find_mean` can put the mean of the snapshots into their shift; any other one reading for each two blocks of whole
/// snapshots that do not fit into memory together, and `z` is as it comes. Throws an agreed Fault::data where a
/// snapshot is not finite.
enum class Shift { keep, find_mean };
Matrix gram_matrix(const Comm& comm, Shifted& z, const InnerProduct& product, Shift shift);

/// modes[k] = sum_i directions[i, k] z_i, [modes, entries].
void combine(const Comm& comm, const Shifted& z, const Matrix& directions, View<double> modes);

/// What is left of snapshots outside the span of orthonormal modes.
struct Projection {
  Matrix coefficients;            ///< [snapshots, modes]
  std::vector<double> norms;      ///< [snapshots], |z|
  std::vector<double> residuals;  ///< [snapshots], |(I - P) z|
  std::vector<double> squares;    ///< [entries], the squares of (I - P) z summed over the snapshots

  /// |(I - P) z| / |z| of a snapshot: from 0, inside the span, to 1; 0 for a snapshot of zeros.
  double novelty(Index snapshot) const;
};
Projection project(const Comm& comm, const Shifted& z, const InnerProduct& product, View<const double> modes);

}  // namespace mercer
