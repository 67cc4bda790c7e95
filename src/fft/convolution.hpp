// Convolutions of long real rows with kernels of any length, their adjoints, and the gradients of the kernels.
#pragma once

#include <mercer/fft/ring.hpp>

#include <memory>
#include <span>

namespace mercer {

/// What a row is beyond its ends: `causal` and `two_sided` rows are zero there, `periodic` ones go round. With kernels
/// k and (two_sided only) r,
///   y_t = sum_j k_j u_(t-j) + sum_j r_j u_(t+1+j) + skip u_t.
enum class Boundary { causal, two_sided, periodic };

/// How a plan goes about it: `direct` sums, one `ring` for the whole row, or a ring for each of overlapping `blocks`.
enum class ConvolutionMethod { automatic, direct, ring, blocks };

/// The number of taps of the kernels of a plan.
struct KernelLengths {
  Index forward;      ///< k, of lags 0, 1, ...
  Index reverse = 0;  ///< r, of lags -1, -2, ...; two_sided only
};

/// A convolution of rows of one length, prepared: immutable, so threads may share it, each with a workspace of its own.
/// Kernels enter as spectra, whose numbers mean something to plans of equal arguments at the same level of vector
/// instructions only. All spans have the sizes below, else Fault::internal; inputs and outputs must not overlap.
/// Numbers below the smallest normal one may count as zero. Local. Instantiated for float and double.
template <class T>
class ConvolutionPlan {
 public:
  /// `length` >= 1; kernels have at least one forward tap and may be longer than the row.
  ConvolutionPlan(Index length, Boundary boundary, KernelLengths taps,
                  ConvolutionMethod method = ConvolutionMethod::automatic);
  explicit ConvolutionPlan(Index length) : ConvolutionPlan(length, Boundary::causal, {length}) {}
  ConvolutionPlan(ConvolutionPlan&&) noexcept;
  ConvolutionPlan& operator=(ConvolutionPlan&&) noexcept;
  ~ConvolutionPlan();

  Index length() const noexcept;
  Boundary boundary() const noexcept;
  KernelLengths taps() const noexcept;
  ConvolutionMethod method() const noexcept;  ///< what was chosen
  Index spectrum_size() const noexcept;       ///< of kernels and of their gradients
  Index workspace_size() const noexcept;      ///< contents do not matter

  /// K[spectrum_size] of k[taps.forward] and r[taps.reverse].
  void kernel_spectrum(std::span<const T> k, std::span<const T> r, std::span<T> K, std::span<T> workspace) const;
  /// y = K u + skip u. Here and in `backward`, memory of the `next` rows is asked for meanwhile.
  void apply(std::span<const T> K, std::span<const T> u, T skip, std::span<T> y, std::span<T> workspace,
             const NextRows<T>& next = {}) const;
  /// grad_u = K^T g + skip g.
  void apply_adjoint(std::span<const T> K, std::span<const T> g, T skip, std::span<T> grad_u,
                     std::span<T> workspace) const;
  /// Adds the derivative of <g, K u> to the spectrum of the kernel's gradient, which starts as zeros.
  void add_kernel_gradient(std::span<const T> u, std::span<const T> g, std::span<T> gradient,
                           std::span<T> workspace) const;
  /// `apply_adjoint` and `add_kernel_gradient` at once, which is faster.
  void backward(std::span<const T> K, std::span<const T> u, std::span<const T> g, T skip, std::span<T> grad_u,
                std::span<T> gradient, std::span<T> workspace, const NextRows<T>& next = {}) const;
  /// Adds the gradient of a kernel to grad_k[taps.forward] and grad_r[taps.reverse]; uses up its spectrum.
  void kernel_gradient(std::span<T> gradient, std::span<T> grad_k, std::span<T> grad_r, std::span<T> workspace) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

/// A kernel for each channel: k[channels, taps.forward], r[channels, taps.reverse] (two_sided only) and skip[channels];
/// an empty skip is zero.
template <class T>
struct ChannelKernels {
  View<T> k, r, skip;
};

/// What `convolve` and its backward pass work in; made once, it serves any number of calls, one at a time.
template <class T>
struct ConvolutionMemory {
  explicit ConvolutionMemory(const ConvolutionPlan<T>& plan)
      : spectrum({plan.spectrum_size()}), gradient({plan.spectrum_size()}), workspace({plan.workspace_size()}) {}
  Tensor<T> spectrum, gradient, workspace;
};

/// y[batch, channels, length] of u[batch, channels, length]. Each row has the same bits for any number of rows.
template <class T>
void convolve(const ConvolutionPlan<T>& plan, const ChannelKernels<const T>& kernels, View<const T> u, View<T> y,
              ConvolutionMemory<T>& memory);

/// From grad_y, the derivative of a number by y: writes grad_u, and adds to the gradients of the kernels, summed over
/// the batch; the gradient of skip may be left empty.
template <class T>
void convolve_backward(const ConvolutionPlan<T>& plan, const ChannelKernels<const T>& kernels, View<const T> u,
                       View<const T> grad_y, View<T> grad_u, const ChannelKernels<T>& gradients,
                       ConvolutionMemory<T>& memory);

extern template class ConvolutionPlan<float>;
extern template class ConvolutionPlan<double>;

}  // namespace mercer
