// Which way a convolution goes, by what each was measured to cost.
#pragma once

#include <mercer/fft/convolution.hpp>

namespace mercer {

/// A method, and for those with a ring how many numbers the ring must hold.
struct MethodChoice {
  ConvolutionMethod method;
  Index ring = 0;
};

/// `taps` counts both directions. Rings for blocks hold a power of two.
MethodChoice choose_method(Index length, Index taps, ConvolutionMethod wanted);

}  // namespace mercer
