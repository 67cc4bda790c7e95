// The competitor in the benchmark of long convolutions: FFTW, with all steps of a row fused.
#pragma once

#include <mercer/base/tensor.hpp>

#include <memory>

namespace mercer::bench {

/// The causal convolution of rows of `length` by complex transforms of the same length, with a twist before and after:
/// the best that FFTW offers here, better than real transforms of twice the length. Single precision.
class FftwConvolution {
 public:
  explicit FftwConvolution(Index length);
  ~FftwConvolution();
  void kernel_spectrum(std::span<const float> k);
  void apply(std::span<const float> u, float skip, std::span<float> y);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mercer::bench
