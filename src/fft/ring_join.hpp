// The last step of a product of polynomials: factors in the lanes become a real row again.
#pragma once

#include <mercer/fft/ring_split.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

/// 1 / N.
template <class T>
MERCER_INLINE T share(const RingTables<T>& ring) {
  return T{1} / static_cast<T>(lanes<T> * ring.vectors);
}

/// The adjoint of `first_inner`.
template <class T>
MERCER_INLINE void join_inner(const FirstSplit<T>& first, Lanes<T>* re, Lanes<T>* im) {
  constexpr int inner = FirstSplit<T>::inner;
#pragma GCC unroll 4
  for (int q = 0; q < FirstSplit<T>::outer; ++q) {
    Pair<T> v[inner];
#pragma GCC unroll 4
    for (int p = 0; p < inner; ++p) v[p] = {re[q * inner + p], im[q * inner + p]};
    butterfly(v);
#pragma GCC unroll 4
    for (int p = 0; p < inner; ++p) {
      const Pair<T> z = p == 0 ? v[0] : times_conjugate(v[mirrored(p, inner)], first.inner_root(q, p));
      re[q * inner + p] = z.re;
      im[q * inner + p] = z.im;
    }
  }
}

/// Calls `put(s, m, z)` with the N-fold coefficients at position `m` of each part `s` of a row.
template <class T, class Put>
MERCER_INLINE void join_square(const FirstSplit<T>& first, const T* from, std::int64_t m, const Put& put) {
  constexpr int outer = FirstSplit<T>::outer, inner = FirstSplit<T>::inner;
  Lanes<T> re[lanes<T>], im[lanes<T>];
#pragma GCC unroll 16
  for (int k = 0; k < lanes<T>; ++k) {
    re[k] = load(from + 2 * lanes<T> * k);
    im[k] = load(from + 2 * lanes<T> * k + lanes<T>);
  }
  transpose<T>(re);
  transpose<T>(im);
  join_inner(first, re, im);
#pragma GCC unroll 4
  for (int s = 0; s < inner; ++s) {
    Pair<T> v[outer];
#pragma GCC unroll 4
    for (int p = 0; p < outer; ++p) v[p] = {re[p * inner + s], im[p * inner + s]};
    butterfly(v);
    put(s, m, v[0]);
#pragma GCC unroll 4
    for (int p = 1; p < outer; ++p) put(p * inner + s, m, times_conjugate(v[mirrored(p, outer)], first.outer_root(p)));
  }
}

template <class T, class Put>
MERCER_INLINE void join_level_and_row(const RingTables<T>& ring, const T* factors, const Put& put) {
  const FirstSplit<T> first{ring.first};
  const Powers<4, T> w(load_pair(ring.level[0].roots));
  const std::int64_t part = ring.vectors / 4;
  Tile<T> tile;
  for (std::int64_t m = 0; m < part; m += lanes<T>) {
    join(Columns<const T>{factors + 2 * lanes<T> * m, 2 * lanes<T> * part}, Columns<T>{tile.values, tile.square},
         lanes<T>, w);
#pragma GCC unroll 1
    for (int p = 0; p < 4; ++p) join_square(first, tile.values + p * tile.square, m + p * part, put);
  }
}

/// Calls `put(s, m, z)` with N-fold coefficients, those at position `m` of part `s` of a row.
template <class T, class Put>
MERCER_INLINE void join_squares(const RingTables<T>& ring, const T* factors, const Put& put) {
  if (is_fused(ring)) return join_level_and_row(ring, factors, put);
  const FirstSplit<T> first{ring.first};
  for_squares(ring, [&](std::int64_t m) { join_square(first, factors + 2 * lanes<T> * m, m, put); });
}

template <class T>
void join_row(const RingTables<T>& ring, const T* factors, T* const* out) {
  const T part = share(ring);
  join_squares(ring, factors, [&](int s, std::int64_t m, const Pair<T>& z) { store(out[s] + m, part * z.re); });
}

template <class T>
void join_complex_row(const RingTables<T>& ring, const T* factors, T* const* re, T* const* im) {
  const T part = share(ring);
  join_squares(ring, factors, [&](int s, std::int64_t m, const Pair<T>& z) {
    store(re[s] + m, part * z.re);
    store(im[s] + m, part * z.im);
  });
}

}  // namespace mercer::MERCER_SIMD_LEVEL
