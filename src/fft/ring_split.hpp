// The first split of a real polynomial: a row becomes one factor a lane.
#pragma once

#include <mercer/base/lane_transpose.hpp>
#include <mercer/fft/ring_level.hpp>
#include <mercer/fft/ring_rows.hpp>

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

/// The first step for real numbers.
template <class T>
MERCER_INLINE void first_outer(const FirstSplit<T>& first, const Lanes<T> (&x)[2], Pair<T> (&v)[2]) {
  const Pair<T> w = first.outer_root(1);
  v[0] = {x[0] + w.re * x[1], w.im * x[1]};
  v[1] = {x[0] - w.re * x[1], -v[0].im};
}
template <class T>
MERCER_INLINE void first_outer(const FirstSplit<T>& first, const Lanes<T> (&x)[4], Pair<T> (&v)[4]) {
  const Pair<T> w = first.outer_root(1), w2 = first.outer_root(2), w3 = first.outer_root(3);
  const Lanes<T> re = w.re * x[1], im = w.im * x[1], even_im = w2.im * x[2];
  const Lanes<T> even = x[0] + w2.re * x[2], even_difference = x[0] - w2.re * x[2];
  const Pair<T> odd = {re + w3.re * x[3], im + w3.im * x[3]};
  const Pair<T> odd_difference = {re - w3.re * x[3], im - w3.im * x[3]};
  v[0] = {even + odd.re, even_im + odd.im};
  v[1] = {even_difference - odd_difference.im, odd_difference.re - even_im};
  v[2] = {even - odd.re, even_im - odd.im};
  v[3] = {even_difference + odd_difference.im, -(even_im + odd_difference.re)};
}

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

/// A square of `lanes` times `lanes` numbers of a row, from position `m` of each of its parts.
template <class T>
MERCER_INLINE void split_square(const FirstSplit<T>& first, const T* const* row, std::int64_t m, T* to) {
  constexpr int outer = FirstSplit<T>::outer, inner = FirstSplit<T>::inner;
  Lanes<T> re[lanes<T>], im[lanes<T>];
#pragma GCC unroll 4
  for (int s = 0; s < inner; ++s) {
    Lanes<T> x[outer];
    Pair<T> v[outer];
#pragma GCC unroll 4
    for (int p = 0; p < outer; ++p) {
      x[p] = load(row[p * inner + s] + m);
      keep_in_register<T>(x[p]);
    }
    first_outer(first, x, v);
#pragma GCC unroll 4
    for (int p = 0; p < outer; ++p) {
      re[p * inner + s] = v[p].re;
      im[p * inner + s] = v[p].im;
    }
  }
  first_inner(first, re, im);
  transpose<T>(re);
  transpose<T>(im);
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

/// Squares of the parts of the first level that its butterflies combine.
template <class T>
struct Tile {
  static constexpr int square = 2 * lanes<T> * lanes<T>;
  alignas(64) T values[4 * square];
};

template <class T>
void split_row_and_level(const RingTables<T>& ring, const T* const* row, T* factors) {
  const FirstSplit<T> first{ring.first};
  const Powers<4, T> w(load_pair(ring.level[0].roots));
  const std::int64_t part = ring.vectors / 4;
  Tile<T> tile;
  for (std::int64_t m = 0; m < part; m += lanes<T>) {
#pragma GCC unroll 1
    for (int p = 0; p < 4; ++p) split_square(first, row, m + p * part, tile.values + p * tile.square);
    split(Columns<const T>{tile.values, tile.square}, Columns<T>{factors + 2 * lanes<T> * m, 2 * lanes<T> * part},
          lanes<T>, w);
  }
}

template <class T>
void split_row(const RingTables<T>& ring, const T* const* row, T* factors) {
  if (is_fused(ring)) return split_row_and_level(ring, row, factors);
  const FirstSplit<T> first{ring.first};
  for_squares(ring, [&](std::int64_t m) { split_square(first, row, m, factors + 2 * lanes<T> * m); });
}

}  // namespace mercer::MERCER_SIMD_LEVEL
