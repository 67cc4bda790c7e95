// The steps between a real row and the factors in the lanes, compiled apart from those between factors and spectra.
#pragma once

#include <mercer/base/lanes.hpp>
#include <mercer/fft/convolution_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

/// Whether the first level of the tree, of radix 4, is done together with the first split, and with the last join,
/// square by square. That spares its way through the second cache, but reads more places at a time than large rows have
/// room for in the nearest one.
template <class T>
MERCER_INLINE bool is_fused(const RingTables<T>& ring) {
  return ring.levels > 1 && ring.level[0].radix == 4 && ring.vectors % (4 * lanes<T>) == 0 &&
         ring.vectors <= 2 * ring.nearby;
}

/// Factors of a row. Instantiated, as those below, for float and double.
template <class T>
void split_row(const RingTables<T>& ring, const T* const* row, T* factors);

/// Real and imaginary parts of the polynomial of the factors.
template <class T>
void join_row(const RingTables<T>& ring, const T* factors, T* const* out);
template <class T>
void join_complex_row(const RingTables<T>& ring, const T* factors, T* const* re, T* const* im);

}  // namespace mercer::MERCER_SIMD_LEVEL
