// The methods behind ConvolutionPlan.
#pragma once

#include <mercer/fft/convolution.hpp>
#include <mercer/fft/convolution_rows.hpp>

namespace mercer {

/// Lags of a kernel on both sides, no longer than can matter.
struct Reach {
  Index back, ahead;  ///< lags -ahead ... back
  Index taps() const noexcept { return back + 1 + ahead; }
  Reach reversed() const noexcept { return {ahead, back}; }
};

/// A convolution by sums. A spectrum holds the weights in the order of `apply`, and again in that of its adjoint.
template <class T>
class DirectConvolution {
 public:
  DirectConvolution(Index length, bool wraps, Reach reach);
  Index spectrum_size() const noexcept { return 2 * reach_.taps(); }
  Index workspace_size() const noexcept { return length_ + reach_.taps() + kernels_->lanes; }

  void kernel_spectrum(std::span<const T> k, std::span<const T> r, T* K, T* workspace) const;
  void apply(const T* K, std::span<const T> u, T skip, std::span<T> y, T* workspace, const NextRows<T>& next) const;
  void apply_adjoint(const T* K, std::span<const T> g, T skip, std::span<T> grad_u, T* workspace) const;
  void add_kernel_gradient(std::span<const T> u, std::span<const T> g, T* gradient, T* workspace) const;
  void backward(const T* K, std::span<const T> u, std::span<const T> g, T skip, std::span<T> grad_u, T* gradient,
                T* workspace, const NextRows<T>& next) const;
  void kernel_gradient(T* gradient, std::span<T> grad_k, std::span<T> grad_r, T* workspace) const;

 private:
  void slide(const T* weights, std::span<const T> from, Index back, T skip, std::span<T> to, T* workspace) const;
  Index length_;
  bool wraps_;
  Reach reach_;
  const ConvolutionKernels<T>* kernels_;
};

/// A convolution in a ring that holds the row, or `blocks` of it that overlap by the reach of the kernel.
template <class T>
class RingConvolution {
 public:
  RingConvolution(Index length, bool wraps, Reach reach, Index ring_size, bool blocks);
  Index spectrum_size() const noexcept { return ring_.spectrum_size(); }
  Index workspace_size() const noexcept { return 8 * ring_.size(); }

  void kernel_spectrum(std::span<const T> k, std::span<const T> r, T* K, T* workspace) const;
  void apply(const T* K, std::span<const T> u, T skip, std::span<T> y, T* workspace, const NextRows<T>& next) const;
  void apply_adjoint(const T* K, std::span<const T> g, T skip, std::span<T> grad_u, T* workspace) const;
  void add_kernel_gradient(std::span<const T> u, std::span<const T> g, T* gradient, T* workspace) const;
  void backward(const T* K, std::span<const T> u, std::span<const T> g, T skip, std::span<T> grad_u, T* gradient,
                T* workspace, const NextRows<T>& next) const;
  void kernel_gradient(T* gradient, std::span<T> grad_k, std::span<T> grad_r, T* workspace) const;

 private:
  enum class Side { forward, adjoint };
  struct Workspace;
  struct Piece;
  Piece piece(Side side, Index begin) const noexcept;
  std::span<const T> folded_kernel(std::span<const T> k, T* memory) const;
  Index step() const noexcept { return blocks_ ? ring_.size() - reach_.taps() + 1 : length_; }
  bool folds() const noexcept { return wraps_ && !blocks_; }
  void product(Side side, const T* K, std::span<const T> from, T skip, std::span<T> to, T* workspace,
               const NextRows<T>& next) const;
  void finish(Side side, const Piece& piece, const Workspace& work, std::span<T> to) const;
  void fold(Side side, const Workspace& work, std::span<T> to) const;

  Ring<T> ring_;
  Index length_;
  bool wraps_, blocks_;
  Reach reach_;
};

extern template class DirectConvolution<float>;
extern template class DirectConvolution<double>;
extern template class RingConvolution<float>;
extern template class RingConvolution<double>;

}  // namespace mercer
