// Windows on rows that go on beyond their ends, as kernels take them.
#pragma once

#include <mercer/fft/ring.hpp>

#include <span>

namespace mercer {

/// A row that is zero, or goes round, outside of what it holds. Of what it holds only [low, high) counts.
template <class T>
struct EndlessRow {
  std::span<const T> values;
  bool wraps = false;
  Index low = 0, high = static_cast<Index>(values.size());

  /// Copies `count` numbers from position `first`, which may be negative.
  void copy(Index first, Index count, T* to) const;
};

/// Pointers to the parts of positions [first, first + N): into the row where it has the whole part, else to a copy in
/// `scratch`, N numbers.
template <class T>
RingRow<const T> window(const Ring<T>& ring, const EndlessRow<T>& row, Index first, T* scratch);

/// The same for writing: parts that are not within positions [low, high) of `to` are written to `scratch`, and
/// `deliver` brings from there what belongs to `to`.
template <class T>
struct OutputWindow {
  std::span<T> to;
  Index first, low, high;
  T* scratch;

  RingRow<T> parts(const Ring<T>& ring) const;
  void deliver(const Ring<T>& ring) const;

 private:
  bool is_inside(Index begin, Index end) const noexcept { return begin >= low && end <= high; }
};

}  // namespace mercer
