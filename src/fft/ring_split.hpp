// The first split of a real polynomial: a row becomes one factor a lane.
#pragma once

#include <mercer/base/lane_transpose.hpp>
#include <mercer/fft/butterfly.hpp>
#include <mercer/fft/convolution_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

/// The first split, by the number of lanes, in two steps: `outer` parts, then `inner` parts of each.
template <class T>
struct FirstSplit {
  static constexpr int outer = lanes<T> < 4 ? lanes<T> : 4, inner = lanes<T> / outer;
  const T* powers;

  /// The power p of the root of the first step, or of part q of the second.
  MERCER_INLINE Pair<T> outer_root(int p) const { return constant(p - 1); }
  MERCER_INLINE Pair<T> inner_root(int q, int p) const { return constant(outer - 1 + q * (inner - 1) + p - 1); }

 private:
  MERCER_INLINE Pair<T> constant(int number) const {
    return {broadcast(powers[2 * number]), broadcast(powers[2 * number + 1])};
  }
};

/// Butterflies over the parts of a split of `lanes` rows, given at re[] and im[].
template <class T>
MERCER_INLINE void first_inner(const FirstSplit<T>& first, Lanes<T>* re, Lanes<T>* im) {
  constexpr int inner = FirstSplit<T>::inner;
#pragma GCC unroll 4
  for (int q = 0; q < FirstSplit<T>::outer; ++q) {
    Pair<T> v[inner];
    v[0] = {re[q * inner], im[q * inner]};
#pragma GCC unroll 4
    for (int p = 1; p < inner; ++p) v[p] = Pair<T>{re[q * inner + p], im[q * inner + p]} * first.inner_root(q, p);
    butterfly(v);
#pragma GCC unroll 4
    for (int p = 0; p < inner; ++p) {
      re[q * inner + p] = v[p].re;
      im[q * inner + p] = v[p].im;
    }
  }
}

/// How far ahead memory is asked for: the parts of a row are too short for the processor to see the pattern in time.
template <class T>
inline constexpr std::int64_t ahead = 4 * lanes<T>;

/// A square of `lanes` times `lanes` numbers of a row, from position `m` of each of its parts.
template <class T>
MERCER_INLINE void split_square(const FirstSplit<T>& first, const T* const* row, std::int64_t m, T* factors) {
  constexpr int outer = FirstSplit<T>::outer, inner = FirstSplit<T>::inner;
  Lanes<T> re[lanes<T>], im[lanes<T>];
#pragma GCC unroll 16
  for (int s = 0; s < lanes<T>; ++s) __builtin_prefetch(row[s] + m + ahead<T>, 0, 3);
#pragma GCC unroll 4
  for (int s = 0; s < inner; ++s) {
    Pair<T> v[outer];
    v[0] = {load(row[s] + m), Lanes<T>{}};
#pragma GCC unroll 4
    for (int p = 1; p < outer; ++p) {
      const Lanes<T> x = load(row[p * inner + s] + m);
      const Pair<T> w = first.outer_root(p);
      v[p] = {x * w.re, x * w.im};
    }
    butterfly(v);
#pragma GCC unroll 4
    for (int p = 0; p < outer; ++p) {
      re[p * inner + s] = v[p].re;
      im[p * inner + s] = v[p].im;
    }
  }
  first_inner(first, re, im);
  transpose<T>(re);
  transpose<T>(im);
  T* to = factors + 2 * lanes<T> * m;
#pragma GCC unroll 16
  for (int k = 0; k < lanes<T>; ++k) store_pair(to + 2 * lanes<T> * k, Pair<T>{re[k], im[k]});
}

/// Calls `square(m)` for squares that cover the parts of a row; the last one may overlap the one before.
template <class T, class Square>
MERCER_INLINE void for_squares(const RingTables<T>& ring, const Square& square) {
  std::int64_t m = 0;
  for (; m + lanes<T> <= ring.vectors; m += lanes<T>) square(m);
  if (m < ring.vectors) square(ring.vectors - lanes<T>);
}

template <class T>
void split_row(const RingTables<T>& ring, const T* const* row, T* factors) {
  const FirstSplit<T> first{ring.first};
  for_squares(ring, [&](std::int64_t m) { split_square(first, row, m, factors); });
}

}  // namespace mercer::MERCER_SIMD_LEVEL
