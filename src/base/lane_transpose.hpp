// Transposition of squares of numbers in vector registers. Only for sources of mercer_add_simd_sources.
#pragma once

#include <mercer/base/lanes.hpp>

#include <utility>

namespace mercer::MERCER_SIMD_LEVEL {

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
