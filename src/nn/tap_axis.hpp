// Where the numbers of the rows or columns of a convolution, or of the transpose of one, come from.
#pragma once

#include <mercer/base/index.hpp>

#include <vector>

namespace mercer {

/// Output `stride * m + phase` sums over the taps of its phase the input at the position `step * m + offset` of a
/// window that starts `margin` before the field.
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

}  // namespace mercer
