// Tables of cosines and sines along an axis.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/fft/wave_kernels.hpp>

namespace mercer {

/// How the kernels meet the numbers along an axis: strided, many columns at a time, or contiguous, row by row.
enum class WaveUse { columns, rows };

/// The waves of frequencies 0 to `highest` along an axis of `size` numbers, as the kernels want them. Exact zeros and
/// ones at multiples of a quarter turn.
template <class T>
class WaveTables {
 public:
  WaveTables(Index size, Index highest, WaveUse use);
  const WaveAxis<T>& axis() const noexcept { return axis_; }
  Index waves() const noexcept;                  ///< of all panels
  Index cosine(Index frequency) const noexcept;  ///< its place among the waves of `columns`
  Index sine(Index frequency) const noexcept;    ///< the same, for frequencies from 1

 private:
  void fill(int panel, Index first, Index step, Index highest);
  WaveAxis<T> axis_;
  WaveUse use_;
  Tensor<T> tables_[4][2];
};

extern template class WaveTables<float>;
extern template class WaveTables<double>;

}  // namespace mercer
