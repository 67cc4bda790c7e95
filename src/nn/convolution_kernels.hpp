// The inner loops of convolutions of fields as functions of one level of vector instructions, chosen at run time.
#pragma once

#include <mercer/base/simd.hpp>

#include <cstdint>
#include <type_traits>

namespace mercer {

/// One row of outputs: to[o][x] = base[o][x] + bias[o] + sum_t sum_c weight(o, t, c) from[t][c][x]. Rows of channels
/// are `from_stride` and so on apart. Reads `from` and writes `to` up to the end of the last vector of `columns`.
template <class T>
struct ConvolutionRow {
  const T* const* from;  ///< for each tap, channel 0; anywhere
  std::int64_t from_stride;
  const T* weights;  ///< packed: blocks of outputs, in each [tap][channel][output of the block]
  const T* bias;     ///< or null
  const T* base;     ///< or null; may be `to`
  std::int64_t base_stride;
  T* to;
  std::int64_t to_stride;
  int taps;
  std::int64_t channels, outputs, columns;
};

/// Some rows of a gradient g and of an input x: sums[o][c * taps + t] += sum_s sum_x g[s][o][x] x[s][t][c][x]. Columns
/// of g beyond the last, up to the end of a vector, must be zero, and those of x finite.
template <class T>
struct WeightRows {
  const T* const* gradient;  ///< for each row s, output 0
  const T* const* input;     ///< for each row s and tap t, channel 0; anywhere
  std::int64_t gradient_stride, input_stride;
  int rows, taps;
  std::int64_t channels, outputs, columns;
  T* sums;
};

template <class T>
struct FieldKernels {
  int most_outputs;  ///< of a block of packed weights; blocks are as equal as they can be
  void (*correlate)(const ConvolutionRow<T>& row);
  void (*add_weight_gradient)(const WeightRows<T>& rows);
  /// even[i] = row[2 i], odd[i] = row[2 i + 1] for `count` numbers of `row`; and to[2 i] = base[2 i] + even[i], where
  /// base may be null, and so on.
  void (*split)(const T* row, std::int64_t count, T* even, T* odd);
  void (*join)(const T* even, const T* odd, std::int64_t count, const T* base, T* to);
  /// to = a + factor b; and, for pairs of rows, to0 = base0 + a + b and to1 = base1 + a - b, where bases may be null,
  /// and to1 is null where there is no second row. Work on whole vectors.
  void (*combine)(const T* a, const T* b, T factor, std::int64_t count, T* to);
  void (*unpair)(const T* a, const T* b, std::int64_t count, const T* base0, T* to0, const T* base1, T* to1);
  /// y = gelu(z) = z (1 + erf(z / sqrt 2)) / 2, and gz = gelu'(z) gy.
  void (*gelu)(const T* z, std::int64_t count, T* y);
  void (*gelu_adjoint)(const T* z, const T* gy, std::int64_t count, T* gz);
};

#define MERCER_FIELD_KERNELS(level)                       \
  namespace level {                                       \
  extern const FieldKernels<float> float_field_kernels;   \
  extern const FieldKernels<double> double_field_kernels; \
  }
MERCER_FIELD_KERNELS(baseline)
MERCER_FIELD_KERNELS(avx2)
MERCER_FIELD_KERNELS(avx512)
#undef MERCER_FIELD_KERNELS

/// The kernels of an available level.
template <class T>
const FieldKernels<T>& field_kernels([[maybe_unused]] Simd level) {
  if constexpr (std::is_same_v<T, float>)
    return MERCER_AT_LEVEL(level, float_field_kernels);
  else
    return MERCER_AT_LEVEL(level, double_field_kernels);
}

}  // namespace mercer
