// One row of a convolution at one level of vector instructions: a tile of outputs and columns stays in registers.
#pragma once

#include <mercer/base/lanes.hpp>
#include <mercer/nn/convolution_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

#if defined(__AVX512F__)
inline constexpr int most_outputs = 12;  // two vectors of columns for each output: 24 of 32 registers
#elif defined(__AVX2__)
inline constexpr int most_outputs = 6;
#else
inline constexpr int most_outputs = 5;  // a product needs a register of its own
#endif

/// `Outputs` rows of `Vectors` vectors from column `x` on, the first of them output `first`.
template <class T, int Outputs, int Vectors>
MERCER_INLINE void correlate_tile(const ConvolutionRow<T>& row, const T* weights, std::int64_t first, std::int64_t x) {
  Lanes<T> sums[Outputs][Vectors];
#pragma GCC unroll 12
  for (int o = 0; o < Outputs; ++o) {
    const Lanes<T> start = broadcast(row.bias ? row.bias[first + o] : T{0});
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sums[o][v] = start;
  }
  for (int t = 0; t < row.taps; ++t) {
    const T* from = row.from[t] + x;
#pragma GCC unroll 2
    for (std::int64_t c = 0; c < row.channels; ++c, from += row.from_stride, weights += Outputs) {
      Lanes<T> values[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) values[v] = load(from + v * lanes<T>);
#pragma GCC unroll 12
      for (int o = 0; o < Outputs; ++o) {
        const Lanes<T> weight = broadcast(weights[o]);
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) sums[o][v] += weight * values[v];
      }
    }
  }
#pragma GCC unroll 12
  for (int o = 0; o < Outputs; ++o) {
    const T* base = row.base ? row.base + (first + o) * row.base_stride + x : nullptr;
    T* to = row.to + (first + o) * row.to_stride + x;
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v)
      store(to + v * lanes<T>, base ? sums[o][v] + load(base + v * lanes<T>) : sums[o][v]);
  }
}

template <class T, int Outputs>
__attribute__((noinline)) void correlate_block(const ConvolutionRow<T>& row, const T* weights, std::int64_t first) {
  constexpr int vectors = Outputs <= most_outputs / 2 ? 4 : 2;
  std::int64_t x = 0;
  for (; x + (vectors - 1) * lanes<T> < row.columns; x += vectors * lanes<T>)
    correlate_tile<T, Outputs, vectors>(row, weights, first, x);
  for (; x < row.columns; x += lanes<T>) correlate_tile<T, Outputs, 1>(row, weights, first, x);
}

/// Finds the block of `size` outputs among those that are compiled.
template <class T, int Outputs>
MERCER_INLINE void correlate_block_of(int size, const ConvolutionRow<T>& row, const T* weights, std::int64_t first) {
  if (size == Outputs) return correlate_block<T, Outputs>(row, weights, first);
  if constexpr (Outputs > 1) correlate_block_of<T, Outputs - 1>(size, row, weights, first);
}

template <class T>
void correlate(const ConvolutionRow<T>& row) {
  const std::int64_t blocks = (row.outputs + most_outputs - 1) / most_outputs;
  const T* weights = row.weights;
  for (std::int64_t b = 0; b < blocks; ++b) {
    const std::int64_t first = row.outputs * b / blocks, size = row.outputs * (b + 1) / blocks - first;
    correlate_block_of<T, most_outputs>(static_cast<int>(size), row, weights, first);
    weights += row.taps * row.channels * size;
  }
}

}  // namespace mercer::MERCER_SIMD_LEVEL
