// One level of the tree of factors of a ring: splits of x^m - rho into parts, and their adjoints.
#pragma once

#include <mercer/fft/butterfly.hpp>

#include <cstdint>

namespace mercer::MERCER_SIMD_LEVEL {

/// w, w^2, ..., w^(radix - 1) at 1, 2, ..., by w^(a+b) = 2 Re(w^a) w^b - w^(b-a), as |w| = 1.
template <int radix, class T>
struct Powers {
  MERCER_INLINE explicit Powers(const Pair<T>& w) {
    power[1] = w;
#pragma GCC unroll 8
    for (int p = 2; p < radix; ++p) {
      const Lanes<T> twice = power[p / 2].re + power[p / 2].re;
      const Pair<T>& higher = power[p - p / 2];
      power[p] = p % 2 == 0 ? Pair<T>{twice * higher.re - T{1}, twice * higher.im}
                            : Pair<T>{twice * higher.re - w.re, twice * higher.im - w.im};
    }
  }
  Pair<T> power[radix];
};

template <class T>
MERCER_INLINE Pair<T> load_kept(const T* from) {
  Pair<T> values = load_pair(from);
  keep_in_register<T>(values.re);
  keep_in_register<T>(values.im);
  return values;
}

/// Where a split or a join reads or writes: vectors of pairs, those of one butterfly `step` numbers apart.
template <class T>
struct Columns {
  T* first;
  std::int64_t step;
};

/// `count` butterflies of a split of x^m - rho, whose parts come from `from` and go to `to`.
template <int radix, class T>
MERCER_INLINE void split(Columns<const T> from, Columns<T> to, std::int64_t count, const Powers<radix, T>& w) {
  for (const T* const end = from.first + 2 * lanes<T> * count; from.first != end;
       from.first += 2 * lanes<T>, to.first += 2 * lanes<T>) {
    Pair<T> v[radix];
    v[0] = load_pair(from.first);
#pragma GCC unroll 8
    for (int p = 1; p < radix; ++p) v[p] = load_kept(from.first + p * from.step) * w.power[p];
    butterfly(v);
#pragma GCC unroll 8
    for (int p = 0; p < radix; ++p) store_pair(to.first + p * to.step, v[p]);
  }
}

/// The adjoint of `split`, which is radix times its inverse.
template <int radix, class T>
MERCER_INLINE void join(Columns<const T> from, Columns<T> to, std::int64_t count, const Powers<radix, T>& w) {
  for (const T* const end = from.first + 2 * lanes<T> * count; from.first != end;
       from.first += 2 * lanes<T>, to.first += 2 * lanes<T>) {
    Pair<T> v[radix];
#pragma GCC unroll 8
    for (int p = 0; p < radix; ++p) v[p] = load_kept(from.first + p * from.step);
    butterfly(v);
    store_pair(to.first, v[0]);
#pragma GCC unroll 8
    for (int p = 1; p < radix; ++p)
      store_pair(to.first + p * to.step, times_conjugate(v[mirrored(p, radix)], w.power[p]));
  }
}

/// A split of all of a[0 .. radix * part) in place, and its adjoint.
template <int radix, class T>
MERCER_INLINE void split(T* a, std::int64_t part, const T* root) {
  const std::int64_t step = 2 * lanes<T> * part;
  split(Columns<const T>{a, step}, Columns<T>{a, step}, part, Powers<radix, T>(load_pair(root)));
}
template <int radix, class T>
MERCER_INLINE void join(T* a, std::int64_t part, const T* root) {
  const std::int64_t step = 2 * lanes<T> * part;
  join(Columns<const T>{a, step}, Columns<T>{a, step}, part, Powers<radix, T>(load_pair(root)));
}

}  // namespace mercer::MERCER_SIMD_LEVEL
