// A convolution or the transpose of one, row after row: taps on each axis, packed weights, and a window on the input.
#pragma once

#include <mercer/nn/row_window.hpp>

#include <vector>

namespace mercer {

/// Where the numbers of an output row or column come from: output `stride * m + phase` sums over the taps of its phase
/// the input at the position `step * m + offset` of a window that starts `margin` before the field.
struct TapAxis {
  struct Tap {
    Index offset;
    Index weight;  ///< the number of the weight along the kernel
  };
  int step, stride;
  Index margin;
  std::vector<std::vector<Tap>> phases;

  /// Output m sums w_d times position m * stride + d of the input with `margin` more before it.
  static TapAxis correlation(Index kernel, int stride, Index margin);
  /// The transpose: position n of the first input from `first` on, the margin included.
  static TapAxis transpose(Index kernel, int stride, Index first);

  Index last(Index output) const noexcept;  ///< position that is needed for this output and all before
  Index span() const noexcept;              ///< positions to hold at a time
};

inline constexpr std::size_t most_taps = 64;  ///< weights of a kernel for one pair of channels

/// What a pass is: sizes of input and output, and how weights w[a][b][kernel row][kernel column] are meant.
struct PassShape {
  TapAxis rows, columns;
  Index in_rows, in_columns, in_channels, out_rows, out_columns, out_channels;
  Index kernel_rows, kernel_columns;
  bool is_transposed;  ///< b is the channel of the output
  Outside boundary;
};

/// Its memory is packed weights; scratch comes from outside and may serve many passes one after the other.
template <class T>
class ConvolutionPass {
 public:
  ConvolutionPass(PassShape shape, Simd level);
  Index scratch() const noexcept { return window_.memory() + phase_count_ * phase_stride_ * shape_.out_channels; }
  Index out_rows() const noexcept { return shape_.out_rows; }

  /// Packs sign * weights and sign * bias, which may be null.
  void prepare(const T* weights, const T* bias, T sign);

  /// Starts with a sample, whose rows need not be there before they matter to an output.
  void start(const FieldRows<const T>& input, T* scratch);
  /// Writes channels of output row y = 0, 1, ... in this order: to = base + bias + pass of the input. `base` may be
  /// null or `to`. `to` has rows of whole cache lines.
  void row(Index y, const T* base, Index base_stride, T* to, Index to_stride);

 private:
  void pack(const T* weights, T sign, std::size_t row_phase, std::size_t column_phase);
  PassShape shape_;
  const FieldKernels<T>* kernels_;
  RowWindow<T> window_;
  Index phase_count_, phase_stride_;
  Tensor<T> bias_, weights_;
  std::vector<Index> begins_;  ///< of the weights of each pair of phases
  bool has_bias_ = false;
  T* phase_rows_ = nullptr;
};

extern template class ConvolutionPass<float>;
extern template class ConvolutionPass<double>;

}  // namespace mercer
