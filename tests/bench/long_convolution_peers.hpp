// The competitors in the benchmark of long convolutions: FFTW, with all steps of a row fused, and torch.
#pragma once

#include <mercer/base/tensor.hpp>

#include <memory>
#include <optional>
#include <string>

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

/// torch.fft in a process of its own, with memory that it keeps.
class Torch {
 public:
  /// What the runs took of the processor [s], and the sum of the squares of its results.
  struct Answer {
    double seconds, squares;
  };

  Torch();
  ~Torch();
  bool is_there() const noexcept { return is_there_; }
  /// `work` is forward or both; the script holds the data of the last shape.
  Answer run(const std::string& work, Index batch, Index channels, Index length, int repeats);

 private:
  int to_ = -1, from_ = -1, process_ = -1;
  bool is_there_ = false;
  std::string line();
};

}  // namespace mercer::bench
