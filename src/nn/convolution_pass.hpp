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
  Outside boundary, row_boundary;
};

/// One row of outputs of all channels: where it goes, and what is added to it, or null; `base` may be `to`. Rows have
/// whole cache lines.
template <class T>
struct RowTarget {
  const T* base;
  Index base_stride;
  T* to;
  Index to_stride;
};

/// Its memory is packed weights; scratch comes from outside and may serve many passes one after the other.
template <class T>
class ConvolutionPass {
 public:
  ConvolutionPass(PassShape shape, Simd level);
  Index scratch() const noexcept;
  double bytes() const noexcept;  ///< of its memory
  Index rows_at_once() const noexcept { return is_paired_ ? 2 : 1; }

  /// Packs sign * weights and sign * bias, which may be null.
  void prepare(const T* weights, const T* bias, T sign);

  /// Starts with a sample, whose rows need not be there before they matter to an output.
  void start(const FieldRows<const T>& input, T* scratch);
  /// Writes output row y, and the next one where rows go in pairs: to = base + bias + pass of the input. In this order:
  /// y = 0, rows_at_once(), ... The next row is left out where `next.to` is null.
  void row(Index y, const RowTarget<T>& target, const RowTarget<T>& next);

 private:
  void pack(const T* weights, T sign, std::size_t row_phase, std::size_t column_phase);
  void pack_pair(const T* weights, T sign);
  template <class Weight>
  T* pack_tap(T* to, Index block, Index column_weight, const Weight& weight) const;
  void single_row(Index y, const RowTarget<T>& target);
  void pair_of_rows(Index y, const RowTarget<T>& target, const RowTarget<T>& next);
  void product(std::size_t number, Index y, const T* bias, const RowTarget<T>& target);

  PassShape shape_;
  bool is_paired_;
  bool is_pointwise_;  ///< reads rows where they lie
  const FieldKernels<T>* kernels_;
  RowWindow<T> window_;
  FieldRows<const T> input_;
  Index phase_count_, phase_stride_;
  Tensor<T> bias_, weights_;
  std::vector<Index> begins_;  ///< of the weights of each pair of phases, or of each of Winograd's products
  bool has_bias_ = false;
  T* phase_rows_ = nullptr;  ///< rows of every second column, or Winograd's products
  T* factor_row_ = nullptr;  ///< what one of Winograd's products is of
};

extern template class ConvolutionPass<float>;
extern template class ConvolutionPass<double>;

}  // namespace mercer
