// The inner loops of transforms to few waves as functions of one level of vector instructions, chosen at run time.
#pragma once

#include <cstdint>

namespace mercer {

/// Cosines or sines of some frequencies along an axis, at the positions that are left when mirror images are folded.
template <class T>
struct WavePanel {
  std::int64_t waves;
  const T* analysis;   ///< [folded][waves], halved where a position is its own image, which folding counts twice
  const T* synthesis;  ///< the same without halving; for rows [waves][folded], both padded to 64 bytes
};

/// An axis of `size` numbers x_n and its waves cos(2 pi k n / size), sin(2 pi k n / size). Two panels, cosines and
/// sines, meet sums and differences of n and size - n for n < `folded`. Four, for even sizes, meet those of n and
/// size / 2 - n as well: cosines of even, of odd frequencies, sines of even, of odd ones.
template <class T>
struct WaveAxis {
  std::int64_t size, folded;
  int panels;
  WavePanel<T> panel[4];
};

/// A factor re + i im of the pair of cosine and sine sums C - i S in row `row`.
template <class T>
struct WaveTerm {
  std::int64_t row;
  T re, im;
};

inline constexpr std::int64_t wave_scratch_bytes = 1 << 17;  ///< a part of the second cache

/// Rows of waves are padded to 64 bytes; the waves of the panels follow one another.
template <class T>
struct WaveKernels {
  /// waves[w][column] = sum_n wave_w(n) x[n][column], and the adjoint. `scratch` holds `wave_scratch_bytes`,
  /// or 128 bytes for each panel and position where that is more.
  void (*analyse_columns)(const WaveAxis<T>& axis, const T* x, std::int64_t stride, std::int64_t columns, T* waves,
                          std::int64_t wave_stride, T* scratch);
  void (*synthesise_columns)(const WaveAxis<T>& axis, const T* waves, std::int64_t wave_stride, std::int64_t columns,
                             T* x, std::int64_t stride, T* scratch);
  /// waves[row][panel][w] = sum_n wave_w(n) x[row][n] for an axis of two panels, and the adjoint. `scratch` holds two
  /// padded rows of `folded` numbers for each row.
  void (*analyse_rows)(const WaveAxis<T>& axis, const T* const* x, std::int64_t rows, T* waves, T* scratch);
  void (*synthesise_rows)(const WaveAxis<T>& axis, const T* waves, std::int64_t rows, T* const* x, T* scratch);
  /// modes[k] = weights[k] sum_t factor_t (C - i S)[row_t][k] as pairs for rows [row][C, S][width], and the adjoint,
  /// which adds to the rows.
  void (*join)(const WaveTerm<T>* terms, int count, const T* rows, std::int64_t width, const T* weights, T* modes,
               std::int64_t modes_count);
  void (*split)(const WaveTerm<T>* terms, int count, T* rows, std::int64_t width, const T* weights, const T* modes,
                std::int64_t modes_count);
};

#define MERCER_WAVE_KERNELS(level)                      \
  namespace level {                                     \
  extern const WaveKernels<float> float_wave_kernels;   \
  extern const WaveKernels<double> double_wave_kernels; \
  }
MERCER_WAVE_KERNELS(baseline)
MERCER_WAVE_KERNELS(avx2)
MERCER_WAVE_KERNELS(avx512)
#undef MERCER_WAVE_KERNELS

}  // namespace mercer
