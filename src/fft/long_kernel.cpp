// Maps from weights to kernels, and their adjoints.
#include <mercer/fft/long_kernel.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

void check_sizes(std::size_t a, std::size_t b) {
  require(a == b, Fault::internal, "a kernel of {} entries cannot become one of {}", a, b);
}

void check_window(Index window) {
  require(window >= 1 && window % 2 == 1, Fault::internal, "a window of an odd number of entries was expected, not {}",
          window);
}

/// An entry of a stretched row: two neighbours of it with their shares.
struct Neighbours {
  Neighbours(Index entry, Index factor, Index count, Multiscale::Stretching stretching) {
    if (stretching == Multiscale::Stretching::nearest) {
      low = high = entry / factor;
      return;
    }
    const double place =
        std::max(0.0, (static_cast<double>(entry) + 0.5) / static_cast<double>(factor) - 0.5);  // entries have width
    low = static_cast<Index>(place);
    high = std::min(low + 1, count - 1);
    share = place - static_cast<double>(low);
  }
  Index low, high;
  double share = 0;  ///< of `high`
};

}  // namespace

template <class T>
void smooth(std::span<const T> kernel, Index window, std::span<T> out) {
  check_sizes(kernel.size(), out.size());
  check_window(window);
  const Index size = static_cast<Index>(kernel.size());
  for (Index j = 0; j < size; ++j) {
    double sum = 0;
    for (Index i = std::max<Index>(0, j - window / 2); i <= std::min(size - 1, j + window / 2); ++i)
      sum += static_cast<double>(kernel[static_cast<std::size_t>(i)]);
    out[static_cast<std::size_t>(j)] = static_cast<T>(sum / static_cast<double>(window));
  }
}

namespace {

template <class T>
RealTransform<T> transform_of(Index size, Index window) {
  require(size >= 1, Fault::internal, "a kernel of at least one entry was expected, not {}", size);
  check_window(window);
  return RealTransform<T>({size});
}

}  // namespace

template <class T>
SpectralSmoothing<T>::SpectralSmoothing(Index size, Index window)
    : transform_(transform_of<T>(size, window)),
      weights_(static_cast<std::size_t>(window)),
      spectrum_(static_cast<std::size_t>(transform_.spectrum_shape().back())),
      smoothed_(spectrum_.size()) {
  for (Index i = 0; i < window; ++i) {
    const double distance = static_cast<double>(i - window / 2);
    weights_[static_cast<std::size_t>(i)] = static_cast<T>(std::exp(-distance * distance / 2));
  }
}

/// Its own adjoint, as weights are the same on both sides.
template <class T>
void SpectralSmoothing<T>::smooth_spectrum() {
  const Index size = static_cast<Index>(spectrum_.size()), half = static_cast<Index>(weights_.size()) / 2;
  for (Index k = 0; k < size; ++k) {
    std::complex<T> sum = 0;
    for (Index i = std::max<Index>(0, k - half); i <= std::min(size - 1, k + half); ++i)
      sum += weights_[static_cast<std::size_t>(i - k + half)] * spectrum_[static_cast<std::size_t>(i)];
    smoothed_[static_cast<std::size_t>(k)] = sum;
  }
}

template <class T>
void SpectralSmoothing<T>::apply(std::span<const T> kernel, std::span<T> out) {
  check_sizes(kernel.size(), out.size());
  transform_.forward(kernel, spectrum_);
  smooth_spectrum();
  transform_.backward(smoothed_, out);
}

template <class T>
void SpectralSmoothing<T>::apply_adjoint(std::span<const T> grad_out, std::span<T> grad_kernel) {
  check_sizes(grad_out.size(), grad_kernel.size());
  transform_.backward_adjoint(grad_out, spectrum_);
  smooth_spectrum();
  transform_.forward_adjoint(smoothed_, grad_kernel);
}

template <class T>
void squash(std::span<const T> kernel, T threshold, std::span<T> out) {
  check_sizes(kernel.size(), out.size());
  for (std::size_t j = 0; j < kernel.size(); ++j)
    out[j] = std::copysign(std::max(std::abs(kernel[j]) - threshold, T{}), kernel[j]);
}

template <class T>
void squash_adjoint(std::span<const T> kernel, T threshold, std::span<const T> grad_out, std::span<T> grad_kernel) {
  check_sizes(kernel.size(), grad_out.size());
  check_sizes(kernel.size(), grad_kernel.size());
  for (std::size_t j = 0; j < kernel.size(); ++j) grad_kernel[j] = std::abs(kernel[j]) > threshold ? grad_out[j] : T{};
}

/// Calls `work(position in the kernel, scale, neighbours, weight)` for all entries of all scales.
template <class T, class Work>
void Multiscale::for_entries(View<T> values, std::size_t kernel, const Work& work) const {
  require(weights >= 1 && scales >= 1 && scales < 48, Fault::internal,
          "a kernel has at least one weight and from 1 to 47 scales, not {} and {}", weights, scales);
  require(values.shape() == Shape{scales, weights} && std::cmp_equal(kernel, size()), Fault::internal,
          "{} scales of {} weights make a kernel of {} entries; here are {} weights and {} entries", scales, weights,
          size(), values.count(), kernel);
  const bool is_added = arrangement == Arrangement::added;
  for (int scale = 0; scale < scales; ++scale) {
    const Index factor = Index{1} << (is_added ? scale : std::max(0, scale - 1));
    const double weight = std::pow(decay, scales - 1 - scale);
    const Index first = is_added || scale == 0 ? 0 : weights * factor;
    for (Index entry = 0; entry < weights * factor; ++entry)
      work(static_cast<std::size_t>(first + entry), Index{scale}, Neighbours(entry, factor, weights, stretching),
           weight);
  }
}

template <class T>
void Multiscale::apply(View<const T> values, std::span<T> kernel) const {
  std::fill(kernel.begin(), kernel.end(), T{});
  for_entries(values, kernel.size(), [&](std::size_t at, Index scale, const Neighbours& near, double weight) {
    const double value = (1 - near.share) * static_cast<double>(values(scale, near.low)) +
                         near.share * static_cast<double>(values(scale, near.high));
    kernel[at] += static_cast<T>(weight * value);
  });
}

template <class T>
void Multiscale::apply_adjoint(std::span<const T> grad_kernel, View<T> grad_values) const {
  for (Index scale = 0; scale < grad_values.rows(); ++scale) std::ranges::fill(grad_values.row(scale), T{});
  for_entries(grad_values, grad_kernel.size(), [&](std::size_t at, Index scale, const Neighbours& near, double weight) {
    const double slope = weight * static_cast<double>(grad_kernel[at]);
    grad_values(scale, near.low) += static_cast<T>((1 - near.share) * slope);
    grad_values(scale, near.high) += static_cast<T>(near.share * slope);
  });
}

#define MERCER_LONG_KERNEL(T)                                                            \
  template class SpectralSmoothing<T>;                                                   \
  template void smooth(std::span<const T>, Index, std::span<T>);                         \
  template void squash(std::span<const T>, T, std::span<T>);                             \
  template void squash_adjoint(std::span<const T>, T, std::span<const T>, std::span<T>); \
  template void Multiscale::apply(View<const T>, std::span<T>) const;                    \
  template void Multiscale::apply_adjoint(std::span<const T>, View<T>) const;
MERCER_LONG_KERNEL(float)
MERCER_LONG_KERNEL(double)
#undef MERCER_LONG_KERNEL

}  // namespace mercer
