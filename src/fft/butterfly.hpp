// Butterflies of radix 2 to 5 and 8 on lanes of complex numbers: y_q = sum_p a_p exp(2 pi i p q / radix), in place.
#pragma once

#include <mercer/base/lanes.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

/// a + i b and a - i b.
template <class T>
MERCER_INLINE Pair<T> plus_i(const Pair<T>& a, const Pair<T>& b) {
  return {a.re - b.im, a.im + b.re};
}
template <class T>
MERCER_INLINE Pair<T> minus_i(const Pair<T>& a, const Pair<T>& b) {
  return {a.re + b.im, a.im - b.re};
}
template <class T>
MERCER_INLINE Pair<T> scaled(T factor, const Pair<T>& a) {
  return {factor * a.re, factor * a.im};
}

template <class T>
MERCER_INLINE void butterfly(Pair<T> (&)[1]) {}

template <class T>
MERCER_INLINE void butterfly(Pair<T> (&a)[2]) {
  const Pair<T> sum = a[0] + a[1], difference = a[0] - a[1];
  a[0] = sum;
  a[1] = difference;
}

template <class T>
MERCER_INLINE void butterfly(Pair<T> (&a)[3]) {
  const Pair<T> sum = a[1] + a[2], difference = scaled(T(0.86602540378443864676), a[1] - a[2]);
  const Pair<T> middle = a[0] - scaled(T(0.5), sum);
  a[0] = a[0] + sum;
  a[1] = plus_i(middle, difference);
  a[2] = minus_i(middle, difference);
}

template <class T>
MERCER_INLINE void butterfly(Pair<T> (&a)[4]) {
  const Pair<T> even = a[0] + a[2], odd = a[1] + a[3], even_difference = a[0] - a[2], odd_difference = a[1] - a[3];
  a[0] = even + odd;
  a[1] = plus_i(even_difference, odd_difference);
  a[2] = even - odd;
  a[3] = minus_i(even_difference, odd_difference);
}

template <class T>
MERCER_INLINE void butterfly(Pair<T> (&a)[5]) {
  constexpr T cos1 = T(0.30901699437494742410), cos2 = T(-0.80901699437494742410);
  constexpr T sin1 = T(0.95105651629515357212), sin2 = T(0.58778525229247312917);
  const Pair<T> outer = a[1] + a[4], inner = a[2] + a[3], outer_difference = a[1] - a[4],
                inner_difference = a[2] - a[3];
  const Pair<T> first = a[0] + scaled(cos1, outer) + scaled(cos2, inner);
  const Pair<T> second = a[0] + scaled(cos2, outer) + scaled(cos1, inner);
  const Pair<T> first_sine = scaled(sin1, outer_difference) + scaled(sin2, inner_difference);
  const Pair<T> second_sine = scaled(sin2, outer_difference) - scaled(sin1, inner_difference);
  a[0] = a[0] + outer + inner;
  a[1] = plus_i(first, first_sine);
  a[2] = plus_i(second, second_sine);
  a[3] = minus_i(second, second_sine);
  a[4] = minus_i(first, first_sine);
}

template <class T>
MERCER_INLINE void butterfly(Pair<T> (&a)[8]) {
  constexpr T half = T(0.70710678118654752440);  // of a square's diagonal
  Pair<T> even[4] = {a[0], a[2], a[4], a[6]}, odd[4] = {a[1], a[3], a[5], a[7]};
  butterfly(even);
  butterfly(odd);
  const Pair<T> first = scaled(half, plus_i(odd[1], odd[1])), third = scaled(half, minus_i(odd[3], odd[3]));
  a[0] = even[0] + odd[0];
  a[1] = even[1] + first;
  a[2] = plus_i(even[2], odd[2]);
  a[3] = even[3] - third;
  a[4] = even[0] - odd[0];
  a[5] = even[1] - first;
  a[6] = minus_i(even[2], odd[2]);
  a[7] = even[3] + third;
}

/// The adjoint of a butterfly, which is radix times its inverse: results come in the order 0, radix - 1, ..., 1.
constexpr int mirrored(int p, int radix) { return p == 0 ? 0 : radix - p; }

}  // namespace mercer::MERCER_SIMD_LEVEL
