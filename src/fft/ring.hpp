// Complex polynomials modulo x^N - i: the real part of a product of two real ones is their causal convolution, without
// padding to twice the length.
#pragma once

#include <mercer/base/simd.hpp>
#include <mercer/base/tensor.hpp>
#include <mercer/fft/convolution_kernels.hpp>

#include <array>
#include <vector>

namespace mercer {

inline constexpr std::size_t most_lanes = 16;

/// A real row as the kernels take it: one pointer for each lane.
template <class T>
using RingRow = std::array<T*, most_lanes>;

/// The tables of one ring and the kernels for it. Immutable; its spectra are in the order of its tree of factors, which
/// depends on the level of vector instructions. Instantiated for float and double.
template <class T>
class Ring {
 public:
  /// The smallest ring that holds `length` >= 1 coefficients: at most a quarter more, from 60 `lanes` on.
  explicit Ring(Index length, Simd level = simd_level());

  static Index fitting_size(Index length, Simd level);
  Index size() const noexcept { return tables_.vectors * kernels_->lanes; }  ///< N
  Index spectrum_size() const noexcept { return 2 * size(); }                ///< numbers
  Index part() const noexcept { return tables_.vectors; }                    ///< numbers of a row for each lane
  Index lanes() const noexcept { return kernels_->lanes; }
  const RingTables<T>& tables() const noexcept { return tables_; }
  const ConvolutionKernels<T>& kernels() const noexcept { return *kernels_; }

 private:
  const ConvolutionKernels<T>* kernels_;
  RingTables<T> tables_{};
  std::vector<T> first_;
  std::vector<Tensor<T>> roots_;  ///< by level
};

/// The kernels of an available level.
template <class T>
const ConvolutionKernels<T>& convolution_kernels(Simd level);

extern template class Ring<float>;
extern template class Ring<double>;

}  // namespace mercer
