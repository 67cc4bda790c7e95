// Vectors of numbers as wide as the registers of the level a kernel source is compiled for, and pairs of them for
// complex numbers. Only for sources of mercer_add_simd_sources, which must include nothing that defines functions.
#pragma once

#include <utility>

#ifndef MERCER_SIMD_LEVEL
#error "this header is for sources that are compiled once for each level of vector instructions"
#endif
#define MERCER_INLINE inline __attribute__((always_inline))

namespace mercer::MERCER_SIMD_LEVEL {

#if defined(__AVX512F__)
inline constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
inline constexpr int vector_bytes = 32;
#else
inline constexpr int vector_bytes = 16;
#endif

template <class T>
struct VectorTypes {
  typedef T Lanes __attribute__((vector_size(vector_bytes)));
  typedef T Loose __attribute__((vector_size(vector_bytes), aligned(alignof(T)), may_alias));  // in memory, anywhere
};

template <class T>
using Lanes = typename VectorTypes<T>::Lanes;

template <class T>
inline constexpr int lanes = vector_bytes / static_cast<int>(sizeof(T));

template <class T>
MERCER_INLINE Lanes<T> load(const T* from) {
  return *reinterpret_cast<const typename VectorTypes<T>::Loose*>(from);
}

template <class T>
MERCER_INLINE void store(T* to, Lanes<T> values) {
  *reinterpret_cast<typename VectorTypes<T>::Loose*>(to) = values;
}

template <class T>
MERCER_INLINE Lanes<T> broadcast(T value) {
  return value - Lanes<T>{};
}

template <class T>
MERCER_INLINE T sum(Lanes<T> values) {
  T total = 0;
  for (int i = 0; i < lanes<T>; ++i) total += values[i];
  return total;
}

/// Lanes of complex numbers.
template <class T>
struct Pair {
  Lanes<T> re, im;
};

template <class T>
MERCER_INLINE Pair<T> load_pair(const T* from) {
  return {load(from), load(from + lanes<T>)};
}

template <class T>
MERCER_INLINE void store_pair(T* to, const Pair<T>& values) {
  store(to, values.re);
  store(to + lanes<T>, values.im);
}

/// Operands by reference: these are inlined, and vectors passed by value would have an ABI of their own.
template <class T>
MERCER_INLINE Pair<T> operator+(const Pair<T>& a, const Pair<T>& b) {
  return {a.re + b.re, a.im + b.im};
}
template <class T>
MERCER_INLINE Pair<T> operator-(const Pair<T>& a, const Pair<T>& b) {
  return {a.re - b.re, a.im - b.im};
}
template <class T>
MERCER_INLINE Pair<T> operator*(const Pair<T>& a, const Pair<T>& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
/// a times the conjugate of b.
template <class T>
MERCER_INLINE Pair<T> times_conjugate(const Pair<T>& a, const Pair<T>& b) {
  return {a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im};
}

namespace detail {

/// Elements `unit` at a time from a and b in turn, within each 16 bytes: the lower halves, or the upper ones.
template <class T, int unit, bool upper, int... I>
MERCER_INLINE Lanes<T> interleave(Lanes<T> a, Lanes<T> b, std::integer_sequence<int, I...>) {
  constexpr int group = 16 / static_cast<int>(sizeof(T));
  return __builtin_shufflevector(a, b,
                                 (I / group * group + I % unit + I % group / (2 * unit) * unit +
                                  (upper ? group / 2 : 0) + (I / unit % 2 == 0 ? 0 : lanes<T>))...);
}

/// Groups of 16 bytes from a and then from b: those at even places, or at odd ones.
template <class T, int odd, int... I>
MERCER_INLINE Lanes<T> every_other(Lanes<T> a, Lanes<T> b, std::integer_sequence<int, I...>) {
  constexpr int group = 16 / static_cast<int>(sizeof(T)), half = lanes<T> / 2;
  return __builtin_shufflevector(
      a, b, (I % half / group * 2 * group + odd * group + I % group + (I < half ? 0 : lanes<T>))...);
}

template <class T, int unit>
MERCER_INLINE void interleave_rows(Lanes<T>* rows) {
  constexpr auto all = std::make_integer_sequence<int, lanes<T>>();
#pragma GCC unroll 16
  for (int i = 0; i < lanes<T>; ++i) {
    if (i & unit) continue;
    const Lanes<T> a = rows[i], b = rows[i + unit];
    rows[i] = interleave<T, unit, false>(a, b, all);
    rows[i + unit] = interleave<T, unit, true>(a, b, all);
  }
}

template <class T, int distance>
MERCER_INLINE void exchange_groups(Lanes<T>* rows) {
  constexpr auto all = std::make_integer_sequence<int, lanes<T>>();
#pragma GCC unroll 16
  for (int i = 0; i < lanes<T>; ++i) {
    if (i & distance) continue;
    const Lanes<T> a = rows[i], b = rows[i + distance];
    rows[i] = every_other<T, 0>(a, b, all);
    rows[i + distance] = every_other<T, 1>(a, b, all);
  }
}

}  // namespace detail

/// Transposes a square of numbers, one row a vector, by shuffles within 16 bytes and then of groups of 16 bytes.
template <class T>
MERCER_INLINE void transpose(Lanes<T>* rows) {
  constexpr int group = 16 / static_cast<int>(sizeof(T));
  detail::interleave_rows<T, 1>(rows);
  if constexpr (group == 4) {
    detail::interleave_rows<T, 2>(rows);
#pragma GCC unroll 4
    for (int i = 0; i < lanes<T>; i += 4) std::swap(rows[i + 1], rows[i + 2]);
  }
  if constexpr (vector_bytes >= 32) detail::exchange_groups<T, group>(rows);
  if constexpr (vector_bytes >= 64) detail::exchange_groups<T, 2 * group>(rows);
}

}  // namespace mercer::MERCER_SIMD_LEVEL
