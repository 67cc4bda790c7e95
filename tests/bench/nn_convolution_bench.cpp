// Convolutions of fields in single precision against what a core can do at most.
#include "bench/bench.hpp"
#include "bench/fma_peak.hpp"
#include "bench/waves.hpp"
#include <mercer/base/error.hpp>
#include <mercer/nn/convolution.hpp>
#include <mercer/nn/layer.hpp>
#include <mercer/parallel/comm.hpp>

#include <cmath>

namespace mercer {
namespace {

using bench::Comparison;
using bench::processor_seconds;

constexpr Index samples = 8, channels = 24;

template <class Work>
double timed(const Work& work) {
  const double begin = processor_seconds();
  work();
  return processor_seconds() - begin;
}

/// A 3x3 convolution of a batch, its transpose, and the gradient of its weights.
class Batch {
 public:
  explicit Batch(Index points)
      : convolution_({channels, channels}, points, points),
        x_(bench::waves({samples, points, channels, points})),
        y_(x_.shape()),
        scratch_({convolution_.scratch()}),
        weights_(static_cast<std::size_t>(9 * channels * channels), 0.01f),
        gradient_(weights_.size()) {}

  double flops() const { return 18.0 * channels * static_cast<double>(x_.count()); }
  void forward() {
    convolution_.prepare(weights_.data());
    for (Index s = 0; s < samples; ++s) convolution_.apply(from(s), {}, to(s), scratch_.data());
  }
  void transpose() {
    convolution_.prepare_transpose(weights_.data());
    for (Index s = 0; s < samples; ++s) convolution_.apply_transpose(from(s), {}, to(s), scratch_.data());
  }
  void weights() {
    convolution_.clear_gradient();
    for (Index s = 0; s < samples; ++s) convolution_.sum_gradient(from(s), to(s), scratch_.data());
    convolution_.add_gradient(1, gradient_.data(), nullptr);
  }

 private:
  FieldRows<const float> from(Index s) const { return FieldRows<const float>::of(x_.view(), s); }
  FieldRows<float> to(Index s) { return FieldRows<float>::of(y_.view(), s); }
  Convolution<float> convolution_;
  Tensor<float> x_, y_, scratch_;
  std::vector<float> weights_, gradient_;
};

/// What as many fused multiply-adds in registers take.
double peak_seconds(double flops) {
  double done = 0;
  const double seconds = timed([&] { done = single_precision_flops(static_cast<long>(flops / 2000)); });
  return seconds * flops / done;
}

void add_convolutions(Index points, std::vector<Comparison>& rows) {
  Batch batch(points);
  const auto add = [&](const char* work, double least, void (Batch::*run)()) {
    rows.push_back(bench::compare_timed(
        fmt::format("{} {}^2", work, points), "peak", [&] { return timed([&] { (batch.*run)(); }); },
        [&] { return peak_seconds(batch.flops()); }, 15));
    rows.back().least = least;
  };
  add("3x3", 0.85, &Batch::forward);
  add("3x3 transposed", 0.85, &Batch::transpose);
  add("3x3 weights", 0.6, &Batch::weights);
}

int measure(const Comm& comm, const std::string& path) {
  fmt::print("vector level {}\n", name(simd_level()));
  std::vector<Comparison> rows;
  for (const Index points : {64, 128, 256}) add_convolutions(points, rows);
  if (simd_level() == Simd::baseline)  // whose peak has no fused multiply-adds to compare with
    for (Comparison& row : rows) row.least = 0;
  return bench::conclude(comm, rows, path);
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], mercer::measure); }
