// The inner loops of convolutions of fields as functions of one level of vector instructions, chosen at run time.
#pragma once

#include <mercer/base/simd.hpp>

#include <cstdint>
#include <type_traits>

namespace mercer {

/// Winograd's products of four rows know polynomials at 0, +-inner, +-outer and infinity.
inline constexpr double winograd_inner = 1, winograd_outer = 2;
inline constexpr int most_tile_rows = 4, most_spread_rows = most_tile_rows + 2;

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

/// The rows of a tile, `outputs` (2 or 4) and two more, are made what Winograd's products take, for each channel.
template <class T>
struct SpreadRows {
  int outputs;
  const T* from[most_spread_rows];
  std::int64_t from_stride[most_spread_rows];
  T* to;
  std::int64_t to_row, to_stride;
  std::int64_t channels, columns;
};

/// to = base + bias + what Winograd's products but the first and the last give to the first `rows` rows of a tile.
template <class T>
struct GatherRows {
  int outputs, rows;
  const T* products;
  std::int64_t product_row, product_stride;
  const T* bias;  ///< or null
  const T* base;  ///< or null; may be `to`
  std::int64_t base_row, base_stride;
  T* to;
  std::int64_t to_row, to_stride;
  std::int64_t channels, columns;
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
  /// to = a + factor b. Works on whole vectors, as do the two after it.
  void (*combine)(const T* a, const T* b, T factor, std::int64_t count, T* to);
  void (*spread)(const SpreadRows<T>& rows);
  void (*gather)(const GatherRows<T>& rows);
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
