// Rows are exchanged channel by channel, so that a rank makes the spectrum of a kernel once for all its samples.
#include <mercer/fft/distributed_convolution.hpp>

#include <algorithm>
#include <vector>

namespace mercer {
namespace {

template <class T>
void sum_in_place(const Comm& comm, View<T> view) {
  if (view.count() == 0) return;
  std::vector<T> numbers;
  for (Index row = 0; row < view.rows(); ++row)
    numbers.insert(numbers.end(), view.row(row).begin(), view.row(row).end());
  check_mpi(
      MPI_Allreduce(MPI_IN_PLACE, numbers.data(), narrow<int>(numbers.size()), mpi_type<T>(), MPI_SUM, comm.raw()));
  for (Index row = 0; row < view.rows(); ++row)
    std::copy_n(numbers.data() + row * view.shape().back(), view.shape().back(), view.row(row).data());
}

/// Kernels of one channel.
template <class T>
ChannelKernels<T> channel_of(const ChannelKernels<T>& kernels, Index channel) {
  const auto part = [&](const View<T>& all, const Shape& shape) {
    return all.count() == 0 ? View<T>() : View<T>(all.data() + channel * all.strides()[0], shape);
  };
  const auto taps = [](const View<T>& all) { return Shape{1, all.shape().back()}; };
  return {part(kernels.k, taps(kernels.k)), part(kernels.r, taps(kernels.r)), part(kernels.skip, {1})};
}

/// Memory for the gradients of some kernels.
template <class T>
struct Gradients {
  explicit Gradients(const ChannelKernels<T>& like) : k(like.k.shape()), r(like.r.shape()), skip(like.skip.shape()) {}
  ChannelKernels<T> views() { return {k.view(), r.view(), skip.view()}; }
  Tensor<T> k, r, skip;
};

template <class T>
void add(View<T> sum, View<T> part) {
  for (Index row = 0; row < sum.rows(); ++row)
    std::ranges::transform(sum.row(row), part.row(row), sum.row(row).begin(), std::plus());
}

}  // namespace

template <class T>
void sum_over_ranks(const Comm& comm, const ChannelKernels<T>& gradients) {
  for (const View<T>& view : {gradients.k, gradients.r, gradients.skip}) sum_in_place(comm, view);
}

template <class T>
SequenceConvolution<T>::SequenceConvolution(const Comm& comm, Index batch, Index channels,
                                            const ConvolutionPlan<T>& plan)
    : comm_(&comm),
      plan_(&plan),
      batch_(batch),
      channels_(channels),
      transpose_(comm, batch * channels, plan.length()) {}

template <class T>
template <class Work>
void SequenceConvolution<T>::for_each_channel(const Work& work) const {
  const Range rows = transpose_.own_rows();
  for (Index row = rows.begin; row < rows.end;) {
    const Index channel = row / batch_, end = std::min(rows.end, (channel + 1) * batch_);
    work(Group{channel, row - rows.begin, end - row});
    row = end;
  }
}

template <class T>
Tensor<T> SequenceConvolution<T>::whole_rows(View<const T> chunks) const {
  const Index steps = own_steps().count();
  require(chunks.shape() == Shape({batch_, channels_, steps}), Fault::internal,
          "a convolution of {} x {} rows of which this rank has {} steps got other rows", batch_, channels_, steps);
  std::vector<T> ordered(static_cast<std::size_t>(transpose_.columns()));
  for (Index channel = 0, at = 0; channel < channels_; ++channel)
    for (Index sample = 0; sample < batch_; ++sample, at += steps)
      std::copy_n(chunks.row(sample * channels_ + channel).data(), steps, ordered.data() + at);
  Tensor<T> rows({transpose_.own_rows().count(), plan_->length()}, Rows::dense);
  transpose_.apply(ordered, rows.span());
  return rows;
}

template <class T>
void SequenceConvolution<T>::spread(const Tensor<T>& rows, View<T> chunks) const {
  const Index steps = own_steps().count();
  std::vector<T> ordered(static_cast<std::size_t>(transpose_.columns()));
  transpose_.apply_adjoint(rows.span(), ordered);
  for (Index channel = 0, at = 0; channel < channels_; ++channel)
    for (Index sample = 0; sample < batch_; ++sample, at += steps)
      std::copy_n(ordered.data() + at, steps, chunks.row(sample * channels_ + channel).data());
}

template <class T>
void SequenceConvolution<T>::apply(const ChannelKernels<const T>& kernels, View<const T> u, View<T> y) const {
  const Tensor<T> rows = whole_rows(u);
  Tensor<T> results(rows.shape(), Rows::dense);
  ConvolutionMemory<T> memory(*plan_);
  const Index length = plan_->length();
  for_each_channel([&](const Group& group) {
    const Shape shape{group.count, 1, length};
    convolve(*plan_, channel_of(kernels, group.channel), View<const T>(rows.data() + group.first * length, shape),
             View<T>(results.data() + group.first * length, shape), memory);
  });
  spread(results, y);
}

template <class T>
void SequenceConvolution<T>::backward(const ChannelKernels<const T>& kernels, View<const T> u, View<const T> grad_y,
                                      View<T> grad_u, const ChannelKernels<T>& gradients) const {
  const Tensor<T> rows = whole_rows(u), slopes = whole_rows(grad_y);
  Tensor<T> results(rows.shape(), Rows::dense);
  Gradients<T> found(gradients);
  ConvolutionMemory<T> memory(*plan_);
  const Index length = plan_->length();
  for_each_channel([&](const Group& group) {
    const Shape shape{group.count, 1, length};
    const Index at = group.first * length;
    convolve_backward(*plan_, channel_of(kernels, group.channel), View<const T>(rows.data() + at, shape),
                      View<const T>(slopes.data() + at, shape), View<T>(results.data() + at, shape),
                      channel_of(found.views(), group.channel), memory);
  });
  spread(results, grad_u);
  sum_over_ranks(*comm_, found.views());
  add(gradients.k, found.k.view());
  add(gradients.r, found.r.view());
  add(gradients.skip, found.skip.view());
}

template void sum_over_ranks(const Comm&, const ChannelKernels<float>&);
template void sum_over_ranks(const Comm&, const ChannelKernels<double>&);
template class SequenceConvolution<float>;
template class SequenceConvolution<double>;

}  // namespace mercer
