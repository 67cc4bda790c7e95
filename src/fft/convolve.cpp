// Convolutions of batches of channels: the spectrum of each channel's kernel is made once and serves the whole batch.
#include <mercer/fft/convolution.hpp>

#include <fmt/ranges.h>
#include <numeric>

namespace mercer {
namespace {

template <class T>
void check_view(const View<T>& view, std::initializer_list<Index> sizes, const char* what) {
  require(view.shape() == Shape(sizes), Fault::internal,
          "the {} of a convolution have the wrong shape: {} numbers in {} "
          "dimensions; expected {}",
          what, view.count(), view.shape().dimensions(), fmt::join(sizes, " x "));
}

template <class T>
void check_kernels(const ConvolutionPlan<std::remove_const_t<T>>& plan, const ChannelKernels<T>& kernels,
                   Index channels) {
  check_view(kernels.k, {channels, plan.taps().forward}, "kernels");
  if (plan.taps().reverse > 0) check_view(kernels.r, {channels, plan.taps().reverse}, "reverse kernels");
  if (kernels.skip.count() > 0) check_view(kernels.skip, {channels}, "skip terms");
}

template <class T>
std::span<T> reverse_row(const ChannelKernels<T>& kernels, Index channel) {
  return kernels.r.count() == 0 ? std::span<T>() : kernels.r.row(channel);
}

template <class T>
T skip_of(const ChannelKernels<const T>& kernels, Index channel) {
  return kernels.skip.count() == 0 ? T{} : kernels.skip(channel);
}

/// In double precision, in pieces; of each, sums of every so many products, which need not wait for one another.
template <class T>
double dot(std::span<const T> a, std::span<const T> b) {
  constexpr std::size_t piece = 512, apart = 16;
  double total = 0;
  for (std::size_t begin = 0; begin < a.size(); begin += piece) {
    T parts[apart] = {};
    const std::size_t end = std::min(a.size(), begin + piece), whole = end - (end - begin) % apart;
    for (std::size_t i = begin; i < whole; i += apart)
      for (std::size_t p = 0; p < apart; ++p) parts[p] += a[i + p] * b[i + p];
    for (std::size_t i = whole; i < end; ++i) parts[i - whole] += a[i] * b[i];
    total += static_cast<double>(std::accumulate(parts, parts + apart, T{}));
  }
  return total;
}

/// The rows of the next sample, or of the next channel, if they are so short that the nearer caches hold them beside
/// the work at hand, and the processor does not see where the next one starts.
template <class T, class... Views>
NextRows<T> next_rows(Index sample, Index channel, const View<const T>& u, const Views&... others) {
  constexpr Index longest = 16384;
  const Index batch = u.shape()[0], channels = u.shape()[1];
  const Index next = sample + 1 < batch ? (sample + 1) * channels + channel : channel + 1;
  if (next >= u.rows() || u.shape()[2] > longest) return {};
  return {{u.row(next).data(), others.row(next).data()...}};
}

}  // namespace

template <class T>
void convolve(const ConvolutionPlan<T>& plan, const ChannelKernels<const T>& kernels, View<const T> u, View<T> y,
              ConvolutionMemory<T>& memory) {
  require(u.shape().dimensions() == 3, Fault::internal,
          "a convolution takes [batch, channels, length], not {} dimensions", u.shape().dimensions());
  const Index batch = u.shape()[0], channels = u.shape()[1];
  check_view(u, {batch, channels, plan.length()}, "rows");
  check_view(y, {batch, channels, plan.length()}, "results");
  check_kernels(plan, kernels, channels);
  Tensor<T>&spectrum = memory.spectrum, &workspace = memory.workspace;
  for (Index channel = 0; channel < channels; ++channel) {
    plan.kernel_spectrum(kernels.k.row(channel), reverse_row(kernels, channel), spectrum.span(), workspace.span());
    for (Index sample = 0; sample < batch; ++sample) {
      const Index row = sample * channels + channel;
      plan.apply(spectrum.span(), u.row(row), skip_of(kernels, channel), y.row(row), workspace.span(),
                 next_rows<T>(sample, channel, u, y));
    }
  }
}

template <class T>
void convolve_backward(const ConvolutionPlan<T>& plan, const ChannelKernels<const T>& kernels, View<const T> u,
                       View<const T> grad_y, View<T> grad_u, const ChannelKernels<T>& gradients,
                       ConvolutionMemory<T>& memory) {
  require(u.shape().dimensions() == 3, Fault::internal,
          "a convolution takes [batch, channels, length], not {} dimensions", u.shape().dimensions());
  const Index batch = u.shape()[0], channels = u.shape()[1];
  check_view(u, {batch, channels, plan.length()}, "rows");
  check_view(grad_y, {batch, channels, plan.length()}, "derivatives of the results");
  check_view(grad_u, {batch, channels, plan.length()}, "derivatives of the rows");
  check_kernels(plan, kernels, channels);
  check_kernels(plan, gradients, channels);
  auto& [spectrum, gradient, workspace] = memory;
  for (Index channel = 0; channel < channels; ++channel) {
    plan.kernel_spectrum(kernels.k.row(channel), reverse_row(kernels, channel), spectrum.span(), workspace.span());
    std::fill_n(gradient.data(), gradient.count(), T{});
    double skip = 0;
    for (Index sample = 0; sample < batch; ++sample) {
      const Index row = sample * channels + channel;
      if (gradients.skip.count() > 0) skip += dot<T>(u.row(row), grad_y.row(row));
      plan.backward(spectrum.span(), u.row(row), grad_y.row(row), skip_of(kernels, channel), grad_u.row(row),
                    gradient.span(), workspace.span(), next_rows<T>(sample, channel, u, grad_y, grad_u));
    }
    plan.kernel_gradient(gradient.span(), gradients.k.row(channel), reverse_row(gradients, channel), workspace.span());
    if (gradients.skip.count() > 0) gradients.skip(channel) += static_cast<T>(skip);
  }
}

#define MERCER_CONVOLVE(T)                                                                                  \
  template void convolve(const ConvolutionPlan<T>&, const ChannelKernels<const T>&, View<const T>, View<T>, \
                         ConvolutionMemory<T>&);                                                            \
  template void convolve_backward(const ConvolutionPlan<T>&, const ChannelKernels<const T>&, View<const T>, \
                                  View<const T>, View<T>, const ChannelKernels<T>&, ConvolutionMemory<T>&);
MERCER_CONVOLVE(float)
MERCER_CONVOLVE(double)
#undef MERCER_CONVOLVE

}  // namespace mercer
