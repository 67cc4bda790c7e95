// Convolutions by sums over the taps, for short kernels and short rows.
#include <mercer/fft/convolution_engine.hpp>

namespace mercer {

template <class T>
DirectConvolution<T>::DirectConvolution(Index length, bool wraps, Reach reach)
    : length_(length), wraps_(wraps), reach_(reach), kernels_(&convolution_kernels<T>(simd_level())) {}

/// Weight of lag s is at back - s, and again at taps + ahead + s. Taps beyond the reach are those of a periodic kernel
/// that is longer than the row, and act at the lag they come round to, or those that no pair of points is apart.
template <class T>
void DirectConvolution<T>::kernel_spectrum(std::span<const T> k, std::span<const T> r, T* K, T*) const {
  const Index taps = reach_.taps();
  std::fill_n(K, taps, T{});
  for (Index s = 0; s < static_cast<Index>(k.size()); ++s) {
    if (s > reach_.back && !wraps_) break;
    K[reach_.back - s % (reach_.back + 1)] += k[static_cast<std::size_t>(s)];
  }
  for (Index j = 0; j < reach_.ahead; ++j) K[reach_.back + 1 + j] = r[static_cast<std::size_t>(j)];
  std::reverse_copy(K, K + taps, K + taps);
}

/// to_t = sum_j weights_j from_(t - back + j) + skip from_t.
template <class T>
void DirectConvolution<T>::slide(const T* weights, std::span<const T> from, Index back, T skip, std::span<T> to,
                                 T* workspace) const {
  const Index padded = length_ + reach_.taps() - 1;
  EndlessRow<T>{from, wraps_}.copy(-back, padded, workspace);
  std::fill_n(workspace + padded, kernels_->lanes, T{});
  kernels_->slide(workspace, weights, reach_.taps(), length_, skip, from.data(), to.data());
}

template <class T>
void DirectConvolution<T>::apply(const T* K, std::span<const T> u, T skip, std::span<T> y, T* workspace,
                                 const NextRows<T>&) const {
  slide(K, u, reach_.back, skip, y, workspace);
}

template <class T>
void DirectConvolution<T>::apply_adjoint(const T* K, std::span<const T> g, T skip, std::span<T> grad_u,
                                         T* workspace) const {
  slide(K + reach_.taps(), g, reach_.ahead, skip, grad_u, workspace);
}

template <class T>
void DirectConvolution<T>::add_kernel_gradient(std::span<const T> u, std::span<const T> g, T* gradient,
                                               T* workspace) const {
  EndlessRow<T>{u, wraps_}.copy(-reach_.back, length_ + reach_.taps() - 1, workspace);
  kernels_->slide_adjoint(workspace, g.data(), reach_.taps(), length_, gradient);
}

template <class T>
void DirectConvolution<T>::backward(const T* K, std::span<const T> u, std::span<const T> g, T skip, std::span<T> grad_u,
                                    T* gradient, T* workspace, const NextRows<T>&) const {
  apply_adjoint(K, g, skip, grad_u, workspace);
  add_kernel_gradient(u, g, gradient, workspace);
}

template <class T>
void DirectConvolution<T>::kernel_gradient(T* gradient, std::span<T> grad_k, std::span<T> grad_r, T*) const {
  for (Index s = 0; s < static_cast<Index>(grad_k.size()); ++s) {
    if (s > reach_.back && !wraps_) break;
    grad_k[static_cast<std::size_t>(s)] += gradient[reach_.back - s % (reach_.back + 1)];
  }
  for (Index j = 0; j < reach_.ahead; ++j) grad_r[static_cast<std::size_t>(j)] += gradient[reach_.back + 1 + j];
}

template class DirectConvolution<float>;
template class DirectConvolution<double>;

}  // namespace mercer
