// Convolutions of a batch on two ranks against one: its channels, its samples or its steps divided.
#include "bench/bench.hpp"
#include <mercer/fft/distributed_convolution.hpp>

#include <cmath>

namespace {

using namespace mercer;

constexpr Index batch = 8, channels = 16, length = 65536;

Tensor<float> waves(const Shape& shape) {
  Tensor<float> values(shape, Rows::dense);
  for (Index i = 0; i < values.count(); ++i)
    values.data()[i] = static_cast<float>(std::cos(0.37 * static_cast<double>(i % 1009)));
  return values;
}

/// Forward and backward, of the part of this rank.
class Work {
 public:
  void by_channels(const Comm& comm) {
    const Index own = block(channels, comm.rank(), comm.size()).count();
    const Shape shape{batch, own, length};
    const View<const float> u(u_.data(), shape);
    const View<float> y(y_.data(), shape), grad_u(grad_u_.data(), shape);
    const ChannelKernels<const float> kernels{View<const float>(k_.data(), {own, length}), {}, {}};
    convolve(plan_, kernels, u, y, memory_);
    convolve_backward<float>(plan_, kernels, u, y, grad_u, {View<float>(grad_k_.data(), {own, length}), {}, {}},
                             memory_);
  }
  void by_samples(const Comm& comm) {
    const Shape shape{block(batch, comm.rank(), comm.size()).count(), channels, length};
    const View<const float> u(u_.data(), shape);
    const View<float> y(y_.data(), shape), grad_u(grad_u_.data(), shape);
    convolve(plan_, kernels(), u, y, memory_);
    convolve_backward<float>(plan_, kernels(), u, y, grad_u, gradients(), memory_);
    sum_over_ranks(comm, gradients());
  }
  void by_steps(const Comm& comm) {
    const SequenceConvolution<float> spread(comm, batch, channels, plan_);
    const Shape shape{batch, channels, spread.own_steps().count()};
    const View<const float> u(u_.data(), shape);
    const View<float> y(y_.data(), shape), grad_u(grad_u_.data(), shape);
    spread.apply(kernels(), u, y);
    spread.backward(kernels(), u, y, grad_u, gradients());
  }

 private:
  ChannelKernels<const float> kernels() const { return {k_.view(), {}, {}}; }
  ChannelKernels<float> gradients() { return {grad_k_.view(), {}, {}}; }

  ConvolutionPlan<float> plan_{length};
  ConvolutionMemory<float> memory_{plan_};
  Tensor<float> u_ = waves({batch, channels, length}), y_ = waves(u_.shape()), grad_u_ = waves(u_.shape());
  Tensor<float> k_ = waves({channels, length}), grad_k_ = waves(k_.shape());
};

int measure(const Comm& comm, const std::string& path) {
  Work work;
  std::vector<bench::Comparison> rows;
  const auto add = [&](const char* name, void (Work::*part)(const Comm&), double least) {
    rows.push_back(bench::compare_ranks(comm, name, [&](const Comm& ranks) { (work.*part)(ranks); }));
    rows.back().least = least;
  };
  add("channels divided, both 64k", &Work::by_channels, 1.7);
  add("samples divided, both 64k", &Work::by_samples, 0);
  add("steps divided, both 64k", &Work::by_steps, 0);
  return bench::conclude(comm, rows, path);
}

}  // namespace

int main(int, char** argv) { return bench::run_benchmark(argv[1], measure); }
