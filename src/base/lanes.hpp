// Vectors of numbers as wide as the registers of the level a kernel source is compiled for, and pairs of them for
// complex numbers. Only for sources of mercer_add_simd_sources, which must include nothing that defines functions.
#pragma once

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

/// For a value of several products, which compilers would rather load again for each of them.
template <class T>
MERCER_INLINE void keep_in_register([[maybe_unused]] Lanes<T>& values) {
#ifdef __x86_64__
  asm("" : "+v"(values));
#endif
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

}  // namespace mercer::MERCER_SIMD_LEVEL
