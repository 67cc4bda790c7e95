// FFTW with fused rows, and the conversation with the script that runs torch.
#include "bench/long_convolution_peers.hpp"

#include <cmath>
#include <complex>
#include <csignal>
#include <cstdlib>
#include <fftw3.h>
#include <numbers>
#include <sys/wait.h>
#include <unistd.h>

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

Torch::Torch() {
  int in[2], out[2];
  require(pipe(in) == 0 && pipe(out) == 0, Fault::io, "cannot make pipes to the script of torch");
  process_ = fork();
  if (process_ == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    for (const int end : {in[0], in[1], out[0], out[1]}) close(end);
    // Else torch loses up to half of its time to the pages of its temporaries.
    setenv("MALLOC_MMAP_THRESHOLD_", "8000000000", 1);
    setenv("MALLOC_TRIM_THRESHOLD_", "16000000000", 1);
    setenv("MALLOC_TOP_PAD_", "1000000000", 1);
    execl("/bin/sh", "sh", "-c", "exec " MERCER_BENCH_PEER, nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_ = in[1];
  from_ = out[0];
  std::signal(SIGPIPE, SIG_IGN);
  is_there_ = line() == "ready";
}

Torch::~Torch() {
  close(to_);
  close(from_);
  waitpid(process_, nullptr, 0);
}

std::string Torch::line() {
  std::string text;
  for (char letter = 0; read(from_, &letter, 1) == 1 && letter != '\n';) text += letter;
  return text;
}

Torch::Answer Torch::run(const std::string& work, Index batch, Index channels, Index length, int repeats) {
  const std::string question = fmt::format("{} {} {} {} {}\n", work, repeats, batch, channels, length);
  const bool sent = write(to_, question.data(), question.size()) == static_cast<ssize_t>(question.size());
  require(sent, Fault::io, "the script of torch does not listen");
  const std::string answer = line();
  char* end = nullptr;
  const double seconds = std::strtod(answer.c_str(), &end), squares = std::strtod(end, nullptr);
  require(seconds > 0, Fault::io, "the script of torch answered '{}'", answer);
  return {seconds, squares};
}

}  // namespace mercer::bench
