// Long convolutions as functions of C, so that the script of torch can run them in its own process. Errors end it.
#include <mercer/fft/convolution.hpp>

namespace mercer {
namespace {

struct Convolution {
  explicit Convolution(Index length) : plan(length), memory(plan) {}
  ConvolutionPlan<float> plan;
  ConvolutionMemory<float> memory;
};

}  // namespace
}  // namespace mercer

using namespace mercer;

extern "C" {

/// A causal convolution of rows of `length`, to be given back.
void* convolution_create(std::int64_t length) noexcept;
void convolution_destroy(void* convolution) noexcept;
/// y[batch, channels, length] of u, of kernels k[channels, length] and skip[channels].
void convolution_apply(void* convolution, std::int64_t batch, std::int64_t channels, const float* u, const float* k,
                       const float* skip, float* y) noexcept;
/// Writes grad_u and adds to grad_k and grad_skip.
void convolution_backward(void* convolution, std::int64_t batch, std::int64_t channels, const float* u, const float* k,
                          const float* skip, const float* grad_y, float* grad_u, float* grad_k,
                          float* grad_skip) noexcept;

void* convolution_create(std::int64_t length) noexcept { return new Convolution(length); }

void convolution_destroy(void* convolution) noexcept { delete static_cast<Convolution*>(convolution); }

void convolution_apply(void* convolution, std::int64_t batch, std::int64_t channels, const float* u, const float* k,
                       const float* skip, float* y) noexcept {
  auto& [plan, memory] = *static_cast<Convolution*>(convolution);
  const Shape rows{batch, channels, plan.length()}, kernels{channels, plan.length()};
  convolve<float>(plan, {View(k, kernels), {}, View(skip, {channels})}, View(u, rows), View(y, rows), memory);
}

void convolution_backward(void* convolution, std::int64_t batch, std::int64_t channels, const float* u, const float* k,
                          const float* skip, const float* grad_y, float* grad_u, float* grad_k,
                          float* grad_skip) noexcept {
  auto& [plan, memory] = *static_cast<Convolution*>(convolution);
  const Shape rows{batch, channels, plan.length()}, kernels{channels, plan.length()};
  convolve_backward<float>(plan, {View(k, kernels), {}, View(skip, {channels})}, View(u, rows), View(grad_y, rows),
                           View(grad_u, rows), {View(grad_k, kernels), {}, View(grad_skip, {channels})}, memory);
}

}  // extern "C"
