// Winograd's (1980) products for kernels of three rows: two rows of outputs from four of inputs by four products for
// six.
#pragma once

#include <mercer/base/index.hpp>

#include <array>

namespace mercer {

/// y0 = w0 d0 + w1 d1 + w2 d2 and y1 = w0 d1 + w1 d2 + w2 d3 are y0 = m0 + m1 + m2 and y1 = m1 - m2 + m3, where
/// m_i = (sum_k weights_k w_k) (d_first + factor d_second). So dL/dm = {g0, g0 + g1, g0 - g1, g1}.
struct WinogradProduct {
  std::array<double, 3> weights;
  Index first, second;
  int factor;
};

inline constexpr std::array<WinogradProduct, 4> winograd_products{
    {{{1, 0, 0}, 0, 2, -1}, {{0.5, 0.5, 0.5}, 1, 2, 1}, {{0.5, -0.5, 0.5}, 2, 1, -1}, {{0, 0, 1}, 3, 1, -1}}};

/// Whether a convolution should go by pairs of rows: sums of rows cost as much as products between few channels.
constexpr bool pays_in_pairs(Index kernel_rows, int stride, Index inputs, Index outputs) noexcept {
  return kernel_rows == 3 && stride == 1 && inputs >= 4 && outputs >= 4;
}

}  // namespace mercer
