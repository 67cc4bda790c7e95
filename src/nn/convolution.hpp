// Convolutions of fields on grids of any size: products, their transposes, and the gradients of the weights.
#pragma once

#include <mercer/nn/convolution_pass.hpp>

namespace mercer {

/// y[o][i][j] = bias[o] + sum_{c,d,e} w[o][c][d][e] x[c][stride i + d - padding][stride j + e - padding], where x is
/// continued by `boundary`: a cross-correlation, without a flip of the kernel.
struct ConvolutionShape {
  Index inputs = 1, outputs = 1;  ///< channels
  Index kernel_rows = 3, kernel_columns = 3;
  int stride = 1;  ///< 1 or 2
  Index padding = 1;
  Outside boundary = Outside::zeros;

  /// Sizes of y for x of so many rows or columns; the transposed convolution goes back to any of them. Throws
  /// Fault::config where the grid is too small.
  Index output_rows(Index rows) const;
  Index output_columns(Index columns) const;
  Shape weights() const { return {outputs, inputs, kernel_rows, kernel_columns}; }
};

/// The rows of a part of a grid, continued by rows of neighbours instead of `boundary`: output row i reads the rows
/// stride i + d - before of x, or zeros where these are not from 0 to `inputs` - 1. `before` is less than the kernel.
struct SlabRows {
  Index inputs, outputs, before;
};

/// Which packed weights a convolution holds: those for products or for transposed ones, whichever was prepared last, or
/// both.
enum class Ways { in_turn, both };

/// A convolution for one size of grids. It has memory for packed weights and for the gradients of a batch; scratch
/// comes from outside, aligned to 64 bytes, and may serve many convolutions one after the other. Instantiated for float
/// and double.
template <class T>
class Convolution {
 public:
  /// `rows` and `columns` are those of x. Throws Fault::config where the grid is too small, and Fault::internal for
  /// strides and kernels that there are no kernels for.
  Convolution(const ConvolutionShape& shape, Index rows, Index columns, Simd level = simd_level(),
              Ways ways = Ways::in_turn);
  /// For a part of a grid; what the transpose gives belongs to the rows of x that were given.
  Convolution(const ConvolutionShape& shape, const SlabRows& rows, Index columns, Simd level = simd_level(),
              Ways ways = Ways::in_turn);
  const ConvolutionShape& shape() const noexcept { return shape_; }
  Index scratch() const noexcept;  ///< numbers
  double bytes() const noexcept;   ///< of its own memory

  /// Takes sign * weights and sign * bias, which may be null; in turn until prepare_transpose, and the other way round.
  /// Products that are not prepared throw Fault::internal.
  void prepare(const T* weights, const T* bias = nullptr, T sign = 1);
  void prepare_transpose(const T* weights, T sign = 1);

  /// y = base + bias + w x for a sample; `base` may be without data, or y. By rows: start(x), then row(0), row(1), ...;
  /// row y is there after row(y), which reads no row of x beyond y + rows_ahead() more than the kernel does.
  void apply(const FieldRows<const T>& x, const FieldRows<const T>& base, const FieldRows<T>& y, T* scratch);
  void start(const FieldRows<const T>& x, T* scratch);
  void row(Index y, const FieldRows<const T>& base, const FieldRows<T>& to);
  Index rows_ahead() const noexcept { return forward_.rows_at_once() - 1; }

  /// gx = base + w^T gy for a sample, without bias.
  void apply_transpose(const FieldRows<const T>& gy, const FieldRows<const T>& base, const FieldRows<T>& gx,
                       T* scratch);

  /// Gradients of <gy, w x + bias> are summed over the samples of a batch, and then added with a sign to those of the
  /// parameters; that of the bias may be null, and is summed where `prepare` took a bias.
  void clear_gradient();
  void sum_gradient(const FieldRows<const T>& x, const FieldRows<const T>& gy, T* scratch);
  void add_gradient(T sign, T* weights, T* bias) const;

 private:
  /// Rows of a slab or of a whole grid, what lies beyond them, and rows beyond each end that the transpose folds back.
  struct Lines {
    SlabRows rows;
    Outside boundary;
    Index folded;
  };
  static Lines whole_lines(const ConvolutionShape& shape, Index rows, Index columns);
  static PassShape forward_pass(const ConvolutionShape& shape, const Lines& lines, Index columns);
  static PassShape transposed_pass(const ConvolutionShape& shape, const Lines& lines, Index columns, bool folds);
  static WindowShape input_window(const ConvolutionShape& shape, const Lines& lines, Index columns, Index strip);
  Convolution(const ConvolutionShape& shape, const Lines& lines, Index columns, bool folds, Simd level, Ways ways);
  bool holds_both() const noexcept { return transpose_packed_.count() > 0; }
  void fold_row(Index position, const T* padded, Index stride, const FieldRows<T>& gx) const;
  void sum_bias(const FieldRows<const T>& gy);
  void apply_folded(const FieldRows<const T>& base, const FieldRows<T>& gx, T* padded);
  void sum_plain(Index begin, Index end);
  void sum_pairs(Index begin, Index end, const FieldRows<const T>& gy, T* scratch);
  void sum_products(const T* const* gradients, Index gradient_stride, const T* const* inputs, Index rows, Index taps,
                    T* sums);
  ConvolutionShape shape_;
  Lines lines_;
  Index columns_, out_columns_;
  bool has_bias_ = false;
  bool is_paired_;  ///< gradients of weights are sums of Winograd's products
  bool folds_;      ///< the gradient beyond the boundary comes back to other rows than those it wraps to
  const FieldKernels<T>* kernels_;
  ConvolutionPass<T> forward_, transpose_;
  Index strip_;  ///< rows of gy for which products are summed in registers
  RowWindow<T> input_strip_, gradient_strip_;
  Tensor<T> weight_sums_, bias_sums_;
  Tensor<T> packed_, transpose_packed_;  ///< the latter for both ways
  bool is_forward_ready_ = false, is_transpose_ready_ = false;
};

extern template class Convolution<float>;
extern template class Convolution<double>;

}  // namespace mercer
