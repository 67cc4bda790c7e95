// FFTW with fused rows.
#include "bench/convolution_peers.hpp"

#include <cmath>
#include <complex>
#include <fftw3.h>
#include <numbers>

namespace mercer::bench {

struct FftwConvolution::Impl {
  using Complex = std::complex<float>;
  explicit Impl(Index length) : twist({length}), kernel({length}), values({length}) {
    auto* raw = reinterpret_cast<fftwf_complex*>(values.data());
    forward = fftwf_plan_dft_1d(narrow<int>(length), raw, raw, FFTW_BACKWARD, FFTW_MEASURE);  // exp(+...), as ours
    back = fftwf_plan_dft_1d(narrow<int>(length), raw, raw, FFTW_FORWARD, FFTW_MEASURE);
    for (Index t = 0; t < length; ++t)
      twist(t) = std::polar(1.0, std::numbers::pi / 2 * static_cast<double>(t) / static_cast<double>(length));
  }
  ~Impl() {
    fftwf_destroy_plan(forward);
    fftwf_destroy_plan(back);
  }
  void transform(std::span<const float> row, Tensor<Complex>& to) {
    const Complex* w = twist.data();
    Complex* z = to.data();
    for (std::size_t t = 0; t < row.size(); ++t) z[t] = {row[t] * w[t].real(), row[t] * w[t].imag()};
    auto* raw = reinterpret_cast<fftwf_complex*>(z);
    fftwf_execute_dft(forward, raw, raw);
  }
  Tensor<Complex> twist, kernel, values;
  fftwf_plan forward, back;
};

FftwConvolution::FftwConvolution(Index length) : impl_(std::make_unique<Impl>(length)) {}
FftwConvolution::~FftwConvolution() = default;

void FftwConvolution::kernel_spectrum(std::span<const float> k) {
  impl_->transform(k, impl_->kernel);
  const float share = 1 / static_cast<float>(k.size());
  for (auto& value : impl_->kernel.span()) value *= share;
}

void FftwConvolution::apply(std::span<const float> u, float skip, std::span<float> y) {
  impl_->transform(u, impl_->values);
  float *z = reinterpret_cast<float*>(impl_->values.data()), *w = reinterpret_cast<float*>(impl_->twist.data());
  const float* k = reinterpret_cast<float*>(impl_->kernel.data());
#pragma omp simd
  for (std::size_t i = 0; i < u.size(); ++i) {
    const float re = z[2 * i], im = z[2 * i + 1];
    z[2 * i] = re * k[2 * i] - im * k[2 * i + 1];
    z[2 * i + 1] = re * k[2 * i + 1] + im * k[2 * i];
  }
  auto* raw = reinterpret_cast<fftwf_complex*>(z);
  fftwf_execute_dft(impl_->back, raw, raw);
#pragma omp simd
  for (std::size_t t = 0; t < u.size(); ++t) y[t] = z[2 * t] * w[2 * t] + z[2 * t + 1] * w[2 * t + 1] + skip * u[t];
}

}  // namespace mercer::bench
