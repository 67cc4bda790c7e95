// The gradient of the weights of a convolution at one level of vector instructions: products of rows, summed in
// registers over the rows of a strip.
#pragma once

#include <mercer/base/lanes.hpp>
#include <mercer/nn/convolution_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

#if defined(__AVX512F__)
inline constexpr int tile_outputs = 8;
#else
inline constexpr int tile_outputs = 4;
#endif
inline constexpr int tile_inputs = 3;

/// Puts the sums of 2 * `distance` neighbouring lanes of a and of b, of which `distance` are summed already, where the
/// index of the lane has a bit `distance`: those of b there, those of a elsewhere.
template <class T>
MERCER_INLINE Lanes<T> add_across(const Lanes<T>& a, const Lanes<T>& b, int distance) {
  using Mask = decltype(a < b);
  Mask same{}, other{};
#pragma GCC unroll 16
  for (int i = 0; i < lanes<T>; ++i) {
    const bool is_b = (i & distance) != 0;
    same[i] = is_b ? lanes<T> + i : i;
    other[i] = is_b ? lanes<T> + (i ^ distance) : i ^ distance;
  }
  return __builtin_shuffle(a, b, same) + __builtin_shuffle(a, b, other);
}

/// Lane i of the result is the sum of all lanes of vectors[i].
template <class T>
MERCER_INLINE Lanes<T> sums_of(Lanes<T>* vectors) {
#pragma GCC unroll 4
  for (int distance = 1; distance < lanes<T>; distance *= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < lanes<T>; i += 2 * distance)
      vectors[i] = add_across<T>(vectors[i], vectors[i + distance], distance);
  }
  return vectors[0];
}

/// Sums of `Outputs` rows from `first` on with inputs i, i + 1, i + 2; inputs beyond the last are left out.
template <class T, int Outputs>
MERCER_INLINE void weight_tile(const WeightRows<T>& rows, std::int64_t first, std::int64_t i) {
  constexpr int count = Outputs * tile_inputs, padded = (count + lanes<T> - 1) / lanes<T> * lanes<T>;
  const std::int64_t inputs = rows.channels * rows.taps;
  Lanes<T> sums[padded];
#pragma GCC unroll 32
  for (int k = 0; k < padded; ++k) sums[k] = Lanes<T>{};
  std::int64_t tap[tile_inputs], offset[tile_inputs];
#pragma GCC unroll 3
  for (int k = 0; k < tile_inputs; ++k) {
    const std::int64_t input = i + k < inputs ? i + k : inputs - 1;
    tap[k] = input % rows.taps;
    offset[k] = input / rows.taps * rows.input_stride;
  }
  for (int s = 0; s < rows.rows; ++s) {
    const T* const* from = rows.input + s * rows.taps;
    const T *x0 = from[tap[0]] + offset[0], *x1 = from[tap[1]] + offset[1], *x2 = from[tap[2]] + offset[2];
    const T* gradient = rows.gradient[s] + first * rows.gradient_stride;
    for (std::int64_t x = 0; x < rows.columns; x += lanes<T>) {
      const Lanes<T> a = load(x0 + x), b = load(x1 + x), c = load(x2 + x);
#pragma GCC unroll 8
      for (int o = 0; o < Outputs; ++o) {
        Lanes<T> g = load(gradient + o * rows.gradient_stride + x);
        keep_in_register<T>(g);
        sums[3 * o] += g * a;
        sums[3 * o + 1] += g * b;
        sums[3 * o + 2] += g * c;
      }
    }
  }
  T totals[padded];
#pragma GCC unroll 16
  for (int k = 0; k < padded; k += lanes<T>) store(totals + k, sums_of<T>(sums + k));
  for (int k = 0; k < tile_inputs && i + k < inputs; ++k)
    for (int o = 0; o < Outputs; ++o) rows.sums[(first + o) * inputs + i + k] += totals[3 * o + k];
}

template <class T, int Outputs>
__attribute__((noinline)) void weight_block(const WeightRows<T>& rows, std::int64_t first) {
  for (std::int64_t i = 0; i < rows.channels * rows.taps; i += tile_inputs) weight_tile<T, Outputs>(rows, first, i);
}

template <class T, int Outputs>
MERCER_INLINE void weight_blocks(const WeightRows<T>& rows, std::int64_t first) {
  for (; first + Outputs <= rows.outputs; first += Outputs) weight_block<T, Outputs>(rows, first);
  if constexpr (Outputs > 1) weight_blocks<T, Outputs / 2>(rows, first);
}

template <class T>
void add_weight_gradient(const WeightRows<T>& rows) {
  weight_blocks<T, tile_outputs>(rows, 0);
}

}  // namespace mercer::MERCER_SIMD_LEVEL
