// The inner loops of long convolutions as functions of one level of vector instructions, chosen at run time.
#pragma once

#include <cstdint>

namespace mercer {

/// The tables of a ring of complex polynomials modulo x^N - i, N = lanes * vectors. Evaluating a polynomial at the
/// roots goes by factors: x^m - rho splits into r polynomials x^(m/r) - sigma_q, sigma_q^r = rho. The first split, by
/// the number of lanes, puts one factor into each lane; `level` lists the others, of which the last has radix 4.
template <class T>
struct RingTables {
  struct Level {
    int radix;
    const T* roots;  ///< sigma_0 of each node: [nodes][re, im][lanes]
  };
  std::int64_t vectors;
  int levels;
  Level level[40];
  const T* first;       ///< powers of the constant roots of the first split, as pairs (re, im)
  std::int64_t nearby;  ///< vectors of a block that stays in the nearest cache
};

/// Rows that the caller comes to next, null where there is none: their memory is asked for during the work at hand.
template <class T>
struct NextRows {
  static constexpr int most = 3;
  const T* rows[most] = {};
};

/// A spectrum and the coefficients of the factors are [vectors][re, im][lanes], 2 N numbers. A real row of N numbers
/// comes as one pointer for each lane to `vectors` numbers. No argument needs to be aligned.
template <class T>
struct ConvolutionKernels {
  int lanes;
  /// The spectrum of a row.
  void (*evaluate)(const RingTables<T>& ring, const T* const* row, T* spectrum);
  /// From a spectrum to the coefficients of the factors in the lanes, in place. These, here and below, are N-fold; the
  /// joins divide by N.
  void (*interpolate)(const RingTables<T>& ring, T* spectrum);
  /// Coefficients of the factors of row * (kernel + skip), or of row * (conj(kernel) + skip), given the spectrum of the
  /// kernel.
  void (*multiply)(const RingTables<T>& ring, const T* const* row, const T* kernel, T skip, T* factors,
                   const NextRows<T>& next);
  void (*multiply_conjugate)(const RingTables<T>& ring, const T* const* row, const T* kernel, T skip, T* factors,
                             const NextRows<T>& next);
  /// sums += conj(row) * other, in the spectrum; `scratch` and `factors` hold 2 N numbers each. With a kernel,
  /// `factors` end as the coefficients of other * (conj(kernel) + skip); it may be null.
  void (*correlate)(const RingTables<T>& ring, const T* const* row, const T* const* other, const T* kernel, T skip,
                    T* sums, T* scratch, T* factors, const NextRows<T>& next);
  /// Re(polynomial of the factors), as a row.
  void (*join)(const RingTables<T>& ring, const T* factors, T* const* out);
  /// The same and the imaginary part.
  void (*join_complex)(const RingTables<T>& ring, const T* factors, T* const* re, T* const* im);

  /// out[t] = sum_j weights[j] padded[t + j] + skip * row[t] for t < count. Reads up to `lanes` numbers of `padded`
  /// beyond the last one that counts.
  void (*slide)(const T* padded, const T* weights, std::int64_t taps, std::int64_t count, T skip, const T* row, T* out);
  /// sums[j] += sum_t row[t] padded[t + j] for t < count and j < taps.
  void (*slide_adjoint)(const T* padded, const T* row, std::int64_t taps, std::int64_t count, T* sums);
};

#define MERCER_CONVOLUTION_KERNELS(level)                 \
  namespace level {                                       \
  extern const ConvolutionKernels<float> float_kernels;   \
  extern const ConvolutionKernels<double> double_kernels; \
  }
MERCER_CONVOLUTION_KERNELS(baseline)
MERCER_CONVOLUTION_KERNELS(avx2)
MERCER_CONVOLUTION_KERNELS(avx512)
#undef MERCER_CONVOLUTION_KERNELS

}  // namespace mercer
