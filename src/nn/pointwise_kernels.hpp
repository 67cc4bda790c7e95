// Maps of single numbers, and rows combined, split and joined, at one level of vector instructions.
#pragma once

#include <mercer/base/lanes.hpp>

#include <cstdint>

namespace mercer::MERCER_SIMD_LEVEL {

/// The normal distribution up to z and its density.
template <class T>
struct Normal {
  Lanes<T> below, density;
};

/// exp(-s) for s >= 0, relative to 2e-7; zero beyond 87.
MERCER_INLINE Lanes<float> decay(const Lanes<float>& s) {
  using Ints = decltype(s < s);
  constexpr float rounder = 0x1.8p23f;  // moves the point to the end of the mantissa
  constexpr float coefficients[] = {0.00015469732f, 0.0013400433f, 0.009618025f, 0.05550327f, 0.24022651f, 0.6931472f};
  const Lanes<float> bounded = s < 87.0f ? s : broadcast(87.0f), scaled = bounded * -1.44269504f;
  const Lanes<float> whole = (scaled + rounder) - rounder;
  const Lanes<float> x = (bounded * -1.44269504f - whole) - bounded * 1.92596e-8f;  // the rest of log2(e)
  Lanes<float> power = broadcast(coefficients[0]);
#pragma GCC unroll 5
  for (int i = 1; i < 6; ++i) power = power * x + coefficients[i];
  power = power * x + 1.0f;
  const Lanes<float> result =
      reinterpret_cast<Lanes<float>>(reinterpret_cast<Ints>(power) + (__builtin_convertvector(whole, Ints) << 23));
  return s < 87.0f ? result : Lanes<float>{};
}

/// To 2e-7: erfc(t) exp(t^2) / 2 is a polynomial in 1 / (1 + 0.4 t) - 0.7, fitted at Chebyshev's points.
MERCER_INLINE Normal<float> normal(const Lanes<float>& z) {
  constexpr float coefficients[] = {0.04314474f, 0.013027647f, -0.11578113f, -0.06653026f, 0.32116503f,
                                    0.7651914f,  0.8829279f,   0.64367074f,  0.20441405f};
  const Lanes<float> density = decay(z * z * 0.5f), size = z < 0.0f ? -z : z;
  const Lanes<float> v = 1.0f / (1.0f + 0.28284271f * size) - 0.7f;
  Lanes<float> tail = broadcast(coefficients[0]);
#pragma GCC unroll 8
  for (int i = 1; i < 9; ++i) tail = tail * v + coefficients[i];
  tail *= density;
  return {z < 0.0f ? tail : 1.0f - tail, density * 0.39894228f};
}

MERCER_INLINE Normal<double> normal(const Lanes<double>& z) {
  Normal<double> result;
  for (int i = 0; i < lanes<double>; ++i) {
    result.below[i] = 0.5 * __builtin_erfc(z[i] * -0.70710678118654752440);
    result.density[i] = 0.39894228040143267794 * __builtin_exp(-0.5 * z[i] * z[i]);
  }
  return result;
}

template <class T>
void gelu(const T* z, std::int64_t count, T* y) {
  for (std::int64_t i = 0; i < count; i += lanes<T>) {
    const Lanes<T> value = load(z + i);
    store<T>(y + i, value * normal(value).below);
  }
}

template <class T>
void gelu_adjoint(const T* z, const T* gy, std::int64_t count, T* gz) {
  for (std::int64_t i = 0; i < count; i += lanes<T>) {
    const Lanes<T> value = load(z + i);
    const Normal<T> at = normal(value);
    store<T>(gz + i, (at.below + value * at.density) * load(gy + i));
  }
}

template <class T>
void combine(const T* a, const T* b, T factor, std::int64_t count, T* to) {
  for (std::int64_t i = 0; i < count; i += lanes<T>) store<T>(to + i, load(a + i) + factor * load(b + i));
}

template <class T>
void split(const T* __restrict row, std::int64_t count, T* __restrict even, T* __restrict odd) {
  const std::int64_t pairs = count / 2;
  for (std::int64_t i = 0; i < pairs; ++i) {
    even[i] = row[2 * i];
    odd[i] = row[2 * i + 1];
  }
  if (count % 2 != 0) even[pairs] = row[count - 1];
}

template <class T>
void join(const T* __restrict even, const T* __restrict odd, std::int64_t count, const T* base, T* to) {
  const std::int64_t pairs = count / 2;
  if (base == nullptr) {
    for (std::int64_t i = 0; i < pairs; ++i) {
      to[2 * i] = even[i];
      to[2 * i + 1] = odd[i];
    }
  } else {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < pairs; ++i) {
      to[2 * i] = base[2 * i] + even[i];
      to[2 * i + 1] = base[2 * i + 1] + odd[i];
    }
  }
  if (count % 2 != 0) to[count - 1] = even[pairs] + (base ? base[count - 1] : T{0});
}

}  // namespace mercer::MERCER_SIMD_LEVEL
