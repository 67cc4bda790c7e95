// The eight symmetries of a square, applied to samples of fields: more data for equations that share them.
#pragma once

#include <mercer/base/tensor.hpp>

#include <cstdint>
#include <vector>

namespace mercer {

/// First swaps the axes, then reverses y, then x: all of the dihedral group. A rotation is a swap and one reversal.
struct Symmetry {
  bool swaps = false, reverses_y = false, reverses_x = false;
  Symmetry inverse() const noexcept { return swaps ? Symmetry{true, reverses_x, reverses_y} : *this; }
  bool operator==(const Symmetry&) const = default;
};

enum class Augmentation {
  none,
  transposition,  ///< the axes swapped or not
  square,         ///< any of the eight symmetries
};

/// All symmetries of a kind: one, two or eight, the identity first.
std::vector<Symmetry> symmetries(Augmentation kind);

/// The symmetry of a draw of one sample, each of a kind as likely; a function of its arguments alone.
Symmetry random_symmetry(Augmentation kind, std::uint64_t seed, Index draw);

/// Where the points of a field lie, which decides what becomes of it when reversed.
enum class Points {
  symmetric,   ///< both ends or neither belong to the grid: i -> n - 1 - i
  left_known,  ///< x_i = i / n, and the field has the same value at both ends: i -> n - i, 0 stays
  left_open,   ///< x_i = i / n, the value at the far end is not known: as above, but 0 becomes a copy of its neighbour
};

/// Applies a symmetry of scalar fields to one sample of [sample, y, channel, x], in place. Throws Fault::config for
/// swapped axes of unequal sizes.
template <class T>
void apply(const Symmetry& symmetry, Points points, View<T> fields, Index sample);

extern template void apply(const Symmetry&, Points, View<float>, Index);
extern template void apply(const Symmetry&, Points, View<double>, Index);

}  // namespace mercer
