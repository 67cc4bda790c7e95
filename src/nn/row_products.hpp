// What is multiplied for the rows of a convolution: rows of the input, and sums of them that outputs share.
#pragma once

#include <mercer/nn/tap_axis.hpp>

#include <utility>

namespace mercer {

/// single: each row of outputs on its own. tiles: two or four rows by Winograd's (1980) products, for kernels of three
/// rows and strides of one. shared: the next row but one of a stride of two reads one row again, so that
///   y_0 = w_a d_0 + w_b d_1 = (w_a + w_b) d_1 + w_a (d_0 - d_1),  y_1 = (w_a + w_b) d_1 - w_b (d_1 - d_2)
/// are three products instead of four.
enum class RowForm { single, tiles, shared };

/// One row of weights times one row: of the window, the difference of it and the one that is a step later, or one that
/// was spread from a tile. Weights are sums of factors times rows of the kernel.
struct RowTap {
  enum class Of { row, difference, spread };
  Of of;
  Index position;  ///< from the first one of the outputs; the number of a row that was spread
  std::vector<std::pair<Index, double>> weights;
};

using RowProduct = std::vector<RowTap>;

/// The numbers of products for a phase of rows: what two outputs share, or -1, and what each adds to it.
struct SharedProducts {
  int common, first, second;
};

struct RowProducts {
  RowForm form;
  Index rows_at_once;
  std::vector<RowProduct> products;    ///< of `single`: one for each phase
  std::vector<SharedProducts> shared;  ///< by phase

  /// The cheapest form. Sums of rows cost as much as products between few channels.
  RowProducts(const TapAxis& rows, Index kernel_rows, Index out_rows, Index inputs, Index outputs);

 private:
  void make_tile(const TapAxis& rows);
  void make_shared(const TapAxis& rows);
};

}  // namespace mercer
