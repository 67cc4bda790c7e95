// Sums over a window that slides along a row, for short kernels: several vectors of results at a time.
#pragma once

#include <mercer/base/lanes.hpp>

#include <cstdint>

namespace mercer::MERCER_SIMD_LEVEL {

/// Results of `vectors` vectors in registers while the window's weights pass by.
template <int vectors, class T>
MERCER_INLINE void slide_vectors(const T* padded, const T* weights, std::int64_t taps, Lanes<T> (&sums)[vectors]) {
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) sums[v] = Lanes<T>{};
  for (std::int64_t j = 0; j < taps; ++j) {
    const Lanes<T> weight = broadcast(weights[j]);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) sums[v] += weight * load(padded + j + v * lanes<T>);
  }
}

template <class T>
void slide(const T* padded, const T* weights, std::int64_t taps, std::int64_t count, T skip, const T* row, T* out) {
  constexpr int vectors = 8;
  std::int64_t t = 0;
  for (; t + vectors * lanes<T> <= count; t += vectors * lanes<T>) {
    Lanes<T> sums[vectors];
    slide_vectors<vectors>(padded + t, weights, taps, sums);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) store(out + t + v * lanes<T>, sums[v] + skip * load(row + t + v * lanes<T>));
  }
  for (; t < count; t += lanes<T>) {
    Lanes<T> sums[1];
    slide_vectors<1>(padded + t, weights, taps, sums);
    const int rest = count - t < lanes<T> ? static_cast<int>(count - t) : lanes<T>;
    for (int i = 0; i < rest; ++i) out[t + i] = sums[0][i] + skip * row[t + i];
  }
}

/// sums[j] += sum_t row[t] padded[t + j] for `width` values of j.
template <int width, class T>
MERCER_INLINE void slide_adjoint_block(const T* padded, const T* row, std::int64_t count, T* sums) {
  Lanes<T> partial[width];
#pragma GCC unroll 8
  for (int j = 0; j < width; ++j) partial[j] = Lanes<T>{};
  std::int64_t t = 0;
  for (; t + lanes<T> <= count; t += lanes<T>) {
    const Lanes<T> r = load(row + t);
#pragma GCC unroll 8
    for (int j = 0; j < width; ++j) partial[j] += r * load(padded + t + j);
  }
#pragma GCC unroll 8
  for (int j = 0; j < width; ++j) {
    T total = sum<T>(partial[j]);
    for (std::int64_t i = t; i < count; ++i) total += row[i] * padded[i + j];
    sums[j] += total;
  }
}

/// In pieces, so that rounding does not grow with the length of the row.
template <class T>
void slide_adjoint(const T* padded, const T* row, std::int64_t taps, std::int64_t count, T* sums) {
  constexpr int width = 8;
  constexpr std::int64_t piece = 1024;
  for (std::int64_t t = 0; t < count; t += piece) {
    const std::int64_t here = count - t < piece ? count - t : piece;
    std::int64_t j = 0;
    for (; j + width <= taps; j += width) slide_adjoint_block<width>(padded + t + j, row + t, here, sums + j);
    for (; j < taps; ++j) slide_adjoint_block<1>(padded + t + j, row + t, here, sums + j);
  }
}

}  // namespace mercer::MERCER_SIMD_LEVEL
