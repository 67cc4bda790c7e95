// Spectra, products and correlations of rows in a ring.
#pragma once

#include <mercer/fft/ring_walk.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

/// Four vectors of pairs next to one another, which the last level of the tree works on.
template <class T>
struct Quad {
  Pair<T> v[4];

  MERCER_INLINE explicit Quad(const T* from) {
#pragma GCC unroll 4
    for (int p = 0; p < 4; ++p) v[p] = load_kept(from + 2 * lanes<T> * p);
  }
  MERCER_INLINE void store_to(T* to) const {
#pragma GCC unroll 4
    for (int p = 0; p < 4; ++p) store_pair(to + 2 * lanes<T> * p, v[p]);
  }
  MERCER_INLINE void split(const Powers<4, T>& w) {
#pragma GCC unroll 4
    for (int p = 1; p < 4; ++p) v[p] = v[p] * w.power[p];
    butterfly(v);
  }
  MERCER_INLINE void join(const Powers<4, T>& w) {
    butterfly(v);
    const Pair<T> third = v[1];
    v[1] = times_conjugate(v[3], w.power[1]);
    v[2] = times_conjugate(v[2], w.power[2]);
    v[3] = times_conjugate(third, w.power[3]);
  }
};

/// Down only: from factors to the spectrum.
template <class T>
struct Evaluation {
  const RingTables<T>& ring;
  T* values;
  MERCER_INLINE void down(const Block& block) const { split_block(ring, block, values); }
  MERCER_INLINE void turn(std::int64_t at, const Powers<4, T>& w) const {
    Quad<T> quad(values + at);
    quad.split(w);
    quad.store_to(values + at);
  }
  MERCER_INLINE void up(const Block&) const {}
};

/// Up only: from the spectrum to factors.
template <class T>
struct Interpolation {
  const RingTables<T>& ring;
  T* values;
  MERCER_INLINE void down(const Block&) const {}
  MERCER_INLINE void turn(std::int64_t at, const Powers<4, T>& w) const {
    Quad<T> quad(values + at);
    quad.join(w);
    quad.store_to(values + at);
  }
  MERCER_INLINE void up(const Block& block) const { join_block(ring, block, values); }
};

/// A kernel and a multiple of one, which is the spectrum of a single tap.
template <class T>
MERCER_INLINE Pair<T> with_skip(const T* kernel, T skip) {
  const Pair<T> k = load_kept(kernel);
  return {k.re + skip, k.im};
}

/// Asks for as many numbers of the next rows as a quad brings results, each time from where it stands: all at once they
/// would wait for one another.
template <class T>
MERCER_INLINE void ask_for(const NextRows<T>& next, std::int64_t at) {
  for (const T* const row : next.rows) {
    if (row == nullptr) return;
#pragma GCC unroll 4
    for (int p = 0; p < 4; ++p) __builtin_prefetch(row + at / 2 + p * lanes<T>, 0, 2);
  }
}

/// Down, times the kernel, up.
template <class T, bool conjugate>
struct Product {
  const RingTables<T>& ring;
  const T* kernel;
  T skip;
  T* values;
  const NextRows<T>& next;
  MERCER_INLINE void down(const Block& block) const { split_block(ring, block, values); }
  MERCER_INLINE void turn(std::int64_t at, const Powers<4, T>& w) const {
    ask_for(next, at);
    Quad<T> quad(values + at);
    quad.split(w);
#pragma GCC unroll 4
    for (int p = 0; p < 4; ++p) {
      const Pair<T> k = with_skip(kernel + at + 2 * lanes<T> * p, skip);
      quad.v[p] = conjugate ? times_conjugate(quad.v[p], k) : quad.v[p] * k;
    }
    quad.join(w);
    quad.store_to(values + at);
  }
  MERCER_INLINE void up(const Block& block) const { join_block(ring, block, values); }
};

/// Down with two rows, sums += conj(row) * other, then, if so wanted, other times the conjugate of the kernel, up.
template <class T, bool with_kernel>
struct Correlation {
  const RingTables<T>& ring;
  const T* kernel;
  T skip;
  T *sums, *row, *other;
  const NextRows<T>& next;
  MERCER_INLINE void down(const Block& block) const {
    split_block(ring, block, row);
    split_block(ring, block, other);
  }
  MERCER_INLINE void turn(std::int64_t at, const Powers<4, T>& w) const {
    ask_for(next, at);
    Quad<T> u(row + at);
    u.split(w);
    Quad<T> g(other + at);
    g.split(w);
#pragma GCC unroll 4
    for (int p = 0; p < 4; ++p) {
      const std::int64_t here = at + 2 * lanes<T> * p;
      store_pair(sums + here, load_pair(sums + here) + times_conjugate(g.v[p], u.v[p]));
      if constexpr (with_kernel) g.v[p] = times_conjugate(g.v[p], with_skip(kernel + here, skip));
    }
    if constexpr (with_kernel) {
      g.join(w);
      g.store_to(other + at);
    }
  }
  MERCER_INLINE void up(const Block& block) const {
    if constexpr (with_kernel) join_block(ring, block, other);
  }
};

template <class T>
void evaluate(const RingTables<T>& ring, const T* const* row, T* spectrum) {
  split_row(ring, row, spectrum);
  walk(ring, Evaluation<T>{ring, spectrum});
}

template <class T>
void interpolate(const RingTables<T>& ring, T* spectrum) {
  walk(ring, Interpolation<T>{ring, spectrum});
}

template <class T, bool conjugate>
void multiply(const RingTables<T>& ring, const T* const* row, const T* kernel, T skip, T* factors,
              const NextRows<T>& next) {
  split_row(ring, row, factors);
  walk(ring, Product<T, conjugate>{ring, kernel, skip, factors, next});
}

template <class T>
void correlate(const RingTables<T>& ring, const T* const* row, const T* const* other, const T* kernel, T skip, T* sums,
               T* scratch, T* factors, const NextRows<T>& next) {
  split_row(ring, row, scratch);
  split_row(ring, other, factors);
  if (kernel == nullptr) return walk(ring, Correlation<T, false>{ring, kernel, skip, sums, scratch, factors, next});
  walk(ring, Correlation<T, true>{ring, kernel, skip, sums, scratch, factors, next});
}

}  // namespace mercer::MERCER_SIMD_LEVEL
