// Convolutions of batches whose samples, or whose steps, are spread over the ranks.
#pragma once

#include <mercer/fft/convolution.hpp>
#include <mercer/fft/sequence_transpose.hpp>

namespace mercer {

/// @collective Adds up the gradients of kernels that all ranks hold and each has used for samples of its own. Channels
/// that are spread over the ranks need nothing of the kind.
template <class T>
void sum_over_ranks(const Comm& comm, const ChannelKernels<T>& gradients);

/// A convolution of u[batch, channels, length] with its steps spread over the ranks: the rows are exchanged so that
/// each rank convolves some of them whole, and exchanged back. Every rank holds all kernels. Worth it where there are
/// as many rows as ranks at least. Members are @collective. Instantiated for float and double.
template <class T>
class SequenceConvolution {
 public:
  /// `comm` and `plan` must outlive it.
  SequenceConvolution(const Comm& comm, Index batch, Index channels, const ConvolutionPlan<T>& plan);

  Range own_steps() const noexcept { return transpose_.own_steps(); }
  /// Of one `apply`, from this rank to others: per row 2 M (P - 1) / P numbers, M being the steps of a rank. `backward`
  /// sends half as much again, and the gradients of the kernels.
  std::uint64_t bytes_sent() const noexcept { return transpose_.bytes_sent() + transpose_.bytes_sent_back(); }

  /// y[batch, channels, own steps] of u[batch, channels, own steps].
  void apply(const ChannelKernels<const T>& kernels, View<const T> u, View<T> y) const;
  /// From grad_y: writes grad_u, and adds to the gradients of the kernels what all ranks together find.
  void backward(const ChannelKernels<const T>& kernels, View<const T> u, View<const T> grad_y, View<T> grad_u,
                const ChannelKernels<T>& gradients) const;

 private:
  /// One channel's rows of this rank, as a batch of one channel.
  struct Group {
    Index channel, first, count;
  };
  template <class Work>
  void for_each_channel(const Work& work) const;
  Tensor<T> whole_rows(View<const T> chunks) const;
  void spread(const Tensor<T>& rows, View<T> chunks) const;

  const Comm* comm_;
  const ConvolutionPlan<T>* plan_;
  Index batch_, channels_;
  SequenceTranspose<T> transpose_;
};

extern template class SequenceConvolution<float>;
extern template class SequenceConvolution<double>;

}  // namespace mercer
