// Plans of convolutions: what counts of the kernel, which method, and checks.
#include <mercer/fft/convolution.hpp>
#include <mercer/fft/convolution_engine.hpp>
#include <mercer/fft/convolution_method.hpp>

#include <functional>
#include <variant>

namespace mercer {
namespace {

/// No pair of points of a row is further apart than its length, and forward lags of a periodic one come round to less.
Reach reach_of(Index length, KernelLengths taps) {
  return {std::min(taps.forward, length) - 1, std::min(taps.reverse, length - 1)};
}

}  // namespace

template <class T>
struct ConvolutionPlan<T>::Impl {
  using Engine = std::variant<DirectConvolution<T>, RingConvolution<T>>;

  Impl(Index length, Boundary boundary, KernelLengths taps, ConvolutionMethod wanted)
      : length(length), boundary(boundary), taps(taps), choice(checked_choice(wanted)), engine(make_engine()) {}

  MethodChoice checked_choice(ConvolutionMethod wanted) const {
    require(length >= 1, Fault::internal, "a convolution needs rows of at least one number, not {}", length);
    require(taps.forward >= 1 && taps.reverse >= 0, Fault::internal,
            "a kernel has at least one forward tap and no fewer than zero reverse ones, not {} and {}", taps.forward,
            taps.reverse);
    require(taps.reverse == 0 || boundary == Boundary::two_sided, Fault::internal,
            "only two-sided convolutions have a reverse kernel; this one has {} taps", taps.reverse);
    return choose_method(length, reach_of(length, taps).taps(), wanted);
  }
  Engine make_engine() const {
    const bool wraps = boundary == Boundary::periodic;
    const Reach reach = reach_of(length, taps);
    if (choice.method == ConvolutionMethod::direct) return DirectConvolution<T>(length, wraps, reach);
    return RingConvolution<T>(length, wraps, reach, choice.ring, choice.method == ConvolutionMethod::blocks);
  }
  void check(Index expected, std::size_t size, const char* what) const {
    require(std::cmp_equal(size, expected), Fault::internal, "a convolution of rows of {} needs {} numbers {}, not {}",
            length, expected, what, size);
  }
  void check_rows(std::span<const T> a, std::span<const T> b) const {
    check(length, a.size(), "in each row");
    check(length, b.size(), "in each row");
    require(std::less_equal<>()(a.data() + a.size(), b.data()) || std::less_equal<>()(b.data() + b.size(), a.data()),
            Fault::internal, "a convolution cannot write over its input");
  }
  void check_memory(std::size_t spectrum, std::size_t workspace) const {
    std::visit([&](const auto& e) { check(e.spectrum_size(), spectrum, "in a spectrum"); }, engine);
    std::visit([&](const auto& e) { check(e.workspace_size(), workspace, "in its workspace"); }, engine);
  }

  Index length;
  Boundary boundary;
  KernelLengths taps;
  MethodChoice choice;
  Engine engine;
};

template <class T>
ConvolutionPlan<T>::ConvolutionPlan(Index length, Boundary boundary, KernelLengths taps, ConvolutionMethod method)
    : impl_(std::make_unique<const Impl>(length, boundary, taps, method)) {}
template <class T>
ConvolutionPlan<T>::ConvolutionPlan(ConvolutionPlan&&) noexcept = default;
template <class T>
ConvolutionPlan<T>& ConvolutionPlan<T>::operator=(ConvolutionPlan&&) noexcept = default;
template <class T>
ConvolutionPlan<T>::~ConvolutionPlan() = default;

template <class T>
Index ConvolutionPlan<T>::length() const noexcept {
  return impl_->length;
}
template <class T>
Boundary ConvolutionPlan<T>::boundary() const noexcept {
  return impl_->boundary;
}
template <class T>
KernelLengths ConvolutionPlan<T>::taps() const noexcept {
  return impl_->taps;
}
template <class T>
ConvolutionMethod ConvolutionPlan<T>::method() const noexcept {
  return impl_->choice.method;
}
template <class T>
Index ConvolutionPlan<T>::spectrum_size() const noexcept {
  return std::visit([](const auto& e) { return e.spectrum_size(); }, impl_->engine);
}
template <class T>
Index ConvolutionPlan<T>::workspace_size() const noexcept {
  return std::visit([](const auto& e) { return e.workspace_size(); }, impl_->engine);
}

template <class T>
void ConvolutionPlan<T>::kernel_spectrum(std::span<const T> k, std::span<const T> r, std::span<T> K,
                                         std::span<T> workspace) const {
  impl_->check(impl_->taps.forward, k.size(), "in a kernel");
  impl_->check(impl_->taps.reverse, r.size(), "in a reverse kernel");
  impl_->check_memory(K.size(), workspace.size());
  const FlushDenormals flush;
  std::visit([&](const auto& e) { e.kernel_spectrum(k, r, K.data(), workspace.data()); }, impl_->engine);
}

template <class T>
void ConvolutionPlan<T>::apply(std::span<const T> K, std::span<const T> u, T skip, std::span<T> y,
                               std::span<T> workspace, const NextRows<T>& next) const {
  impl_->check_rows(u, y);
  impl_->check_memory(K.size(), workspace.size());
  const FlushDenormals flush;
  std::visit([&](const auto& e) { e.apply(K.data(), u, skip, y, workspace.data(), next); }, impl_->engine);
}

template <class T>
void ConvolutionPlan<T>::apply_adjoint(std::span<const T> K, std::span<const T> g, T skip, std::span<T> grad_u,
                                       std::span<T> workspace) const {
  impl_->check_rows(g, grad_u);
  impl_->check_memory(K.size(), workspace.size());
  const FlushDenormals flush;
  std::visit([&](const auto& e) { e.apply_adjoint(K.data(), g, skip, grad_u, workspace.data()); }, impl_->engine);
}

template <class T>
void ConvolutionPlan<T>::add_kernel_gradient(std::span<const T> u, std::span<const T> g, std::span<T> gradient,
                                             std::span<T> workspace) const {
  impl_->check(impl_->length, u.size(), "in each row");
  impl_->check(impl_->length, g.size(), "in each row");
  impl_->check_memory(gradient.size(), workspace.size());
  const FlushDenormals flush;
  std::visit([&](const auto& e) { e.add_kernel_gradient(u, g, gradient.data(), workspace.data()); }, impl_->engine);
}

template <class T>
void ConvolutionPlan<T>::backward(std::span<const T> K, std::span<const T> u, std::span<const T> g, T skip,
                                  std::span<T> grad_u, std::span<T> gradient, std::span<T> workspace,
                                  const NextRows<T>& next) const {
  impl_->check_rows(u, grad_u);
  impl_->check_rows(g, grad_u);
  impl_->check_memory(K.size(), workspace.size());
  impl_->check_memory(gradient.size(), workspace.size());
  const FlushDenormals flush;
  std::visit([&](const auto& e) { e.backward(K.data(), u, g, skip, grad_u, gradient.data(), workspace.data(), next); },
             impl_->engine);
}

template <class T>
void ConvolutionPlan<T>::kernel_gradient(std::span<T> gradient, std::span<T> grad_k, std::span<T> grad_r,
                                         std::span<T> workspace) const {
  impl_->check(impl_->taps.forward, grad_k.size(), "in the gradient of a kernel");
  impl_->check(impl_->taps.reverse, grad_r.size(), "in the gradient of a reverse kernel");
  impl_->check_memory(gradient.size(), workspace.size());
  const FlushDenormals flush;
  std::visit([&](const auto& e) { e.kernel_gradient(gradient.data(), grad_k, grad_r, workspace.data()); },
             impl_->engine);
}

template class ConvolutionPlan<float>;
template class ConvolutionPlan<double>;

}  // namespace mercer
