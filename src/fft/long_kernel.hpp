// Learnt kernels for long convolutions: free ones that are smoothed and squashed (Fu et al. 2023, arXiv 2302.06646),
// and ones of few weights at several scales (Li et al. 2022, arXiv 2210.09298). Instantiated for float and double.
#pragma once

#include <mercer/base/tensor.hpp>
#include <mercer/fft/transform.hpp>

#include <span>
#include <vector>

namespace mercer {

/// out_j = mean of the `window` entries around j, an odd number; those beyond the ends count as zero. Its own adjoint.
/// Sizes must agree and spans not overlap.
template <class T>
void smooth(std::span<const T> kernel, Index window, std::span<T> out);

/// Smooths the spectra of kernels of `size` entries, which makes them fade: entry k of the half spectrum becomes the
/// sum of the `window` entries around it, those at distance d times exp(-d^2 / 2), not normalised; those beyond the
/// ends of the half count as zero. One thread at a time.
template <class T>
class SpectralSmoothing {
 public:
  /// Throws Fault::internal for sizes below one and for even windows.
  explicit SpectralSmoothing(Index size, Index window = 7);
  void apply(std::span<const T> kernel, std::span<T> out);
  /// grad_kernel of grad_out.
  void apply_adjoint(std::span<const T> grad_out, std::span<T> grad_kernel);

 private:
  void smooth_spectrum();

  RealTransform<T> transform_;
  std::vector<T> weights_;
  std::vector<std::complex<T>> spectrum_, smoothed_;
};

/// out_j = sign(k_j) max(|k_j| - threshold, 0): shrinks a kernel and makes it sparse.
template <class T>
void squash(std::span<const T> kernel, T threshold, std::span<T> out);
/// grad_kernel_j = grad_out_j where |k_j| > threshold, else 0.
template <class T>
void squash_adjoint(std::span<const T> kernel, T threshold, std::span<const T> grad_out, std::span<T> grad_kernel);

/// A kernel of d 2^(scales-1) entries from d weights a scale. Each scale stretches its weights, and weighs decay^-1 of
/// the one before: decay^(scales-1-i). `side_by_side` puts them one after the other, stretched by 1, 1, 2, 4, ...;
/// `added` adds them from the start, stretched by 1, 2, 4, ....
struct Multiscale {
  enum class Arrangement { side_by_side, added };
  enum class Stretching { linear, nearest };

  Index weights;  ///< d
  int scales;
  double decay = 2;
  Arrangement arrangement = Arrangement::side_by_side;
  Stretching stretching = Stretching::linear;

  Index size() const noexcept { return weights << (scales - 1); }
  /// kernel[size()] of weights[scales, d].
  template <class T>
  void apply(View<const T> values, std::span<T> kernel) const;
  /// The adjoint: grad_values of grad_kernel.
  template <class T>
  void apply_adjoint(std::span<const T> grad_kernel, View<T> grad_values) const;

 private:
  template <class T, class Work>
  void for_entries(View<T> values, std::size_t kernel, const Work& work) const;
};

}  // namespace mercer
