// A convolution or the transpose of one, some rows after the other, from a window on the input.
#pragma once

#include <mercer/nn/batch_cost.hpp>
#include <mercer/nn/row_products.hpp>
#include <mercer/nn/row_window.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <array>
#include <vector>

namespace mercer {

inline constexpr std::size_t most_taps = 64;  ///< weights of a kernel for one pair of channels

/// What a pass is: sizes of input and output, and how weights w[a][b][kernel row][kernel column] are meant.
struct PassShape {
  TapAxis rows, columns;
  Index in_rows, in_columns, in_channels, out_rows, out_columns, out_channels;
  Index kernel_rows, kernel_columns;
  bool is_transposed;  ///< b is the channel of the output
  Outside boundary, row_boundary;
};

/// Packed weights and scratch come from outside, aligned to 64 bytes; scratch may serve many passes one after the
/// other.
template <class T>
class ConvolutionPass {
 public:
  ConvolutionPass(PassShape shape, Simd level);
  Index scratch() const noexcept;
  Index packed() const noexcept { return packed_count_; }        ///< numbers of packed weights
  double bytes() const noexcept { return memory_bytes(bias_); }  ///< of its memory
  Index rows_at_once() const noexcept { return products_.rows_at_once; }

  /// Packs sign * weights, and sign * bias, which may be null. `packed` stays as it is while rows are made.
  void prepare(const T* weights, const T* bias, T sign, T* packed);

  /// Starts with a sample, whose rows need not be there before they matter to an output.
  void start(const FieldRows<const T>& input, T* scratch);
  /// Writes the output rows from y on: to = base + bias + pass of the input, where `base` may be without data, or `to`,
  /// and both begin with row y. In this order: y = 0, rows_at_once(), ... with `count` = rows_at_once(), or fewer at
  /// the end. Rows have whole cache lines.
  void rows(Index y, Index count, const FieldRows<const T>& base, const FieldRows<T>& to);

 private:
  /// Where the results of a product go, and what they are added to, or null.
  struct Target {
    const T* base;
    Index base_stride;
    T* to;
    Index to_stride;
  };
  T* pack(const RowProduct& product, const std::vector<TapAxis::Tap>& column_taps, const T* weights, T sign,
          T* to) const;
  T* pack_tap(const RowTap& tap, const Range& outputs, const T* weights, T sign, T* to) const;
  const T* bias() const noexcept { return has_bias_ ? bias_.data() : nullptr; }
  void tile(Index y, Index count, const FieldRows<const T>& base, const FieldRows<T>& to);
  void shared(Index phase, Index first, Index count, const FieldRows<const T>& base, const FieldRows<T>& to);
  void write(std::size_t product, Index first, T* common, const FieldRows<const T>& base, const FieldRows<T>& to);
  Target phase_of(T* rows, std::size_t phase, const T* base) const;
  const T* row_of(const RowTap& tap, Index first);
  const T* difference(Index position);
  void multiply(std::size_t product, std::size_t column_phase, Index first, const T* bias, const Target& target);

  PassShape shape_;
  RowProducts products_;
  bool is_pointwise_;  ///< reads rows where they lie
  const FieldKernels<T>* kernels_;
  RowWindow<T> window_;
  FieldRows<const T> input_;
  Index phase_stride_, result_size_;  ///< of every second column, or of all, and of all channels
  Tensor<T> bias_;
  Index packed_count_ = 0;
  const T* packed_ = nullptr;
  std::vector<Index> begins_;  ///< of the packed weights, by product and phase of columns
  bool has_bias_ = false;
  T *made_ = nullptr, *results_ = nullptr;  ///< sums of rows of the input; results that are not yet in their place
  std::array<Index, 4> differences_{};      ///< positions of the rows in `made_`
};

extern template class ConvolutionPass<float>;
extern template class ConvolutionPass<double>;

}  // namespace mercer
