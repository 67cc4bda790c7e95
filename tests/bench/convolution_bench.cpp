// Long causal convolutions in single precision against FFTW and torch, and against what a core can do at most.
#include "bench/bench.hpp"
#include "bench/convolution_peers.hpp"
#include "bench/fma_peak.hpp"
#include "bench/script.hpp"
#include <mercer/base/error.hpp>
#include <mercer/fft/convolution.hpp>
#include <mercer/fft/state_space_scan.hpp>

#include <cmath>

namespace mercer {
namespace {

using bench::Comparison;
using bench::processor_seconds;

/// A batch of waves.
struct Batch {
  Batch(Index batch, Index channels, Index length)
      : plan(length),
        memory(plan),
        u({batch, channels, length}, Rows::dense),
        y(u.shape(), Rows::dense),
        grad(u.shape(), Rows::dense),
        k({channels, length}, Rows::dense),
        grad_k(k.shape(), Rows::dense),
        skip({channels}),
        grad_skip({channels}) {
    for (Index i = 0; i < u.count(); ++i)
      u.data()[i] = static_cast<float>(std::cos(0.37 * static_cast<double>(i % 1009)));
    for (Index i = 0; i < k.count(); ++i)
      k.data()[i] = static_cast<float>(std::cos(1.7 * static_cast<double>(i % 911)));
    for (float& value : skip.span()) value = 1;
  }
  ChannelKernels<const float> kernels() const { return {k.view(), {}, skip.view()}; }
  void forward() { convolve<float>(plan, kernels(), u.view(), y.view(), memory); }
  void both() {
    forward();
    convolve_backward<float>(plan, kernels(), u.view(), y.view(), grad.view(), {grad_k.view(), {}, grad_skip.view()},
                             memory);
  }

  ConvolutionPlan<float> plan;
  ConvolutionMemory<float> memory;
  Tensor<float> u, y, grad, k, grad_k, skip, grad_skip;
};

template <class Work>
double timed(const Work& work) {
  const double begin = processor_seconds();
  work();
  return processor_seconds() - begin;
}

double squares(const Tensor<float>& values) {
  double sum = 0;
  for (const float value : values.span()) sum += static_cast<double>(value) * value;
  return sum;
}

/// Both must have done the same work.
void check_agreement(double ours, double theirs) {
  require(std::abs(ours - theirs) <= 1e-3 * std::abs(ours), Fault::numerics,
          "the squares of the results of FFTW add up to {} where ours make {}", theirs, ours);
}

struct Size {
  const char* name;
  Index batch, channels, length;
  int pairs, repeats;  ///< of the work in each run, so that it lasts
};
constexpr Size sizes[]{{"1k", 8, 64, 1024, 15, 8},
                       {"4k", 8, 64, 4096, 11, 2},
                       {"16k", 8, 32, 16384, 9, 1},
                       {"64k", 8, 8, 65536, 9, 1},
                       {"1M", 1, 4, 1 << 20, 9, 1}};

template <class Work>
double repeated(const Size& size, const Work& work) {
  return timed([&] {
           for (int i = 0; i < size.repeats; ++i) work();
         }) /
         size.repeats;
}

Comparison against_fftw(const Size& size) {
  Batch batch(size.batch, size.channels, size.length);
  bench::FftwConvolution fftw(size.length);
  Tensor<float> y(batch.y.shape(), Rows::dense);
  const auto theirs = [&] {
    for (Index channel = 0; channel < size.channels; ++channel) {
      fftw.kernel_spectrum(batch.k.view().row(channel));
      for (Index b = 0; b < size.batch; ++b) {
        const Index row = b * size.channels + channel;
        fftw.apply(batch.u.view().row(row), 1, y.view().row(row));
      }
    }
  };
  const Comparison result = bench::compare_timed(
      fmt::format("forward {}", size.name), "FFTW, fused", [&] { return repeated(size, [&] { batch.forward(); }); },
      [&] { return repeated(size, theirs); }, size.pairs);
  check_agreement(squares(batch.y), squares(y));
  return result;
}

double nominal_operations(Index length) {
  return 5 * static_cast<double>(length) * std::log2(static_cast<double>(length));
}

/// Of all transforms that the work needs, those of kernels and their gradients included.
double nominal_operations(const Size& size, bool is_forward) {
  const double rows = static_cast<double>(size.channels) * nominal_operations(size.length);
  const double batch = static_cast<double>(size.batch);
  return rows * (is_forward ? 2 * batch + 1 : 5 * batch + 3);
}

/// Both in the process of torch. What copying takes, for each row that comes or goes, and the operations at the peak of
/// the processor tell how fast this could be at most.
Comparison against_torch(const Size& size, bool is_forward, bench::Script& torch, double peak) {
  const char* work = is_forward ? "forward" : "both";
  const auto ask = [&](const char* who, int repeats) {
    return torch.ask(fmt::format("{} {} {} {} {} {}", who, work, repeats, size.batch, size.channels, size.length));
  };
  const auto seconds = [&](const char* who) { return ask(who, size.repeats).seconds / size.repeats; };
  Comparison result = bench::compare_timed(
      fmt::format("{} {}", work, size.name), "torch", [&] { return seconds("ours"); },
      [&] { return seconds("theirs"); }, size.pairs);
  const double copies = bench::median({seconds("copy"), seconds("copy"), seconds("copy")}) * (is_forward ? 1 : 2.5);
  const double operations = nominal_operations(size, is_forward) / peak;
  result.figures = {{"difference", ask("difference", 1).check, 1e-4},
                    {"share of the peak", operations / result.ours_seconds},
                    {"ratio at the peak", result.peer_seconds / operations},
                    {"ratio of copying", result.peer_seconds / copies}};
  return result;
}

/// A kernel that fades to 1e-40 must not be slower than one that does not: the ratio should be one.
Comparison fading_against_plain() {
  constexpr Index length = 16384;
  Batch plain(8, 1, length), fading(8, 1, length);
  for (Index i = 0; i < length; ++i) fading.k(0, i) = std::exp(-92.1f * static_cast<float>(i) / length);
  return bench::compare_timed(
      "kernel fading to 1e-40", "plain kernel", [&] { return timed([&] { fading.both(); }); },
      [&] { return timed([&] { plain.both(); }); });
}

template <class Work>
double best(const Work& work) {
  double least = timed(work);
  for (int repeat = 0; repeat < 8; ++repeat) least = std::min(least, timed(work));
  return least;
}

/// What `choose_method` knows: the cost of a row by each method, all else in the nearest caches.
double cost(ConvolutionMethod method, Index length, Index taps) {
  const ConvolutionPlan<float> plan(length, Boundary::causal, {taps}, method);
  ConvolutionMemory<float> memory(plan);
  Tensor<float> u({length}), y({length}), k({taps});
  for (float& value : u.span()) value = 1;
  plan.kernel_spectrum(k.span(), {}, memory.spectrum.span(), memory.workspace.span());
  const Index rounds = std::max<Index>(1, (1 << 18) / length);
  const double seconds = best([&] {
    for (Index i = 0; i < rounds; ++i)
      plan.apply(memory.spectrum.span(), u.span(), 1, y.span(), memory.workspace.span());
  });
  return 1e9 * seconds / static_cast<double>(rounds * length);
}

/// A scan of sixteen rows, and the kernel of a channel.
void print_state_space(Index modes, Index length) {
  const SpectrumValues start = initial_spectrum(InitialSpectrum::legendre, modes);
  const DiscreteStateSpace space =
      discretise({-5, start.A, start.B, ComplexVector(start.A.size(), 1.0)}, Discretisation::bilinear);
  StateSpaceScan<float> scan(std::vector<DiscreteStateSpace>(16, space), std::vector<float>(16));
  Tensor<float> u({1, 16, length}), y({1, 16, length}), state({1, 16, modes, 2}), kernel({length}), g({length});
  for (float& value : g.span()) value = 1;
  const double scanned = best([&] { scan.apply(u.view(), y.view(), state.view()); });
  const double made = best([&] { state_space_kernel<float>(space, kernel.span()); });
  const double differentiated =
      best([&] { state_space_kernel_adjoint<float>(space, std::span<const float>(g.span())); });
  const double numbers = static_cast<double>(length) * 1e-9;
  fmt::print(" {} modes, {}: {:.2f}, {:.2f}, {:.2f};", modes, length, scanned / (16 * numbers), made / numbers,
             differentiated / numbers);
}

void print_costs() {
  fmt::print("[ns] for each number, in one ring of 2^n:");
  for (int log = 8; log <= 20; ++log) fmt::print(" {}: {:.2f}", log, cost(ConvolutionMethod::ring, 1 << log, 1 << log));
  fmt::print("\n[ns] for each number, by sums over taps:");
  for (const Index taps : {1, 8, 32, 64, 128})
    fmt::print(" {}: {:.2f}", taps, cost(ConvolutionMethod::direct, 16384, taps));
  fmt::print("\n[ns] for each number, by scans over modes, and to make and to differentiate a kernel:");
  for (const Index modes : {2, 8, 32}) print_state_space(modes, 16384);
  print_state_space(32, 1024);
  fmt::print("\n");
}

/// [operations/s]
double peak_rate() {
  double done = 0;
  const double seconds = timed([&] { done = single_precision_flops(200'000); });
  return done / seconds;
}

/// One row again and again: the ratio is the share of the peak that 5 N log2 N operations for each of two transforms
/// make.
Comparison against_peak(const char* size, Index length) {
  Batch batch(1, 1, length);
  Tensor<float> K({batch.plan.spectrum_size()}), workspace({batch.plan.workspace_size()});
  batch.plan.kernel_spectrum(batch.k.span(), {}, K.span(), workspace.span());
  const Index rounds = std::max<Index>(1, (1 << 22) / length);
  const double work = 2 * nominal_operations(length);
  const auto ours = [&] {
    return timed([&] {
             for (Index i = 0; i < rounds; ++i)
               batch.plan.apply(K.span(), batch.u.span(), 1, batch.y.span(), workspace.span());
           }) /
           static_cast<double>(rounds);
  };
  const auto peak = [&] { return work / peak_rate(); };
  const Comparison result = bench::compare_timed(fmt::format("hot row {}", size), "FMA peak", ours, peak);
  fmt::print("{} of {}: {:.3f} ns for each number, {:.0f} % of the peak of {:.1f} GFLOP/s\n", result.name,
             mercer::name(simd_level()), 1e9 * result.ours_seconds / static_cast<double>(length), 100 * result.ratio,
             1e-9 * work / result.peer_seconds);
  return result;
}

/// Ratio that is asked for.
double bar(const Comparison& row) {
  if (row.peer == "FFTW, fused") return 1.3;
  if (row.name == "hot row 4k") return 0.65;
  if (row.peer == "FMA peak") return row.name == "hot row 1M" ? 0.4 : 0.55;
  if (row.peer == "torch") return row.name == "forward 1k" ? 4.5 : row.name == "both 1k" ? 5 : 6;
  return 0;
}

int measure(const Comm& comm, const std::string& path) {
  print_costs();
  std::vector<Comparison> results{against_peak("4k", 4096), against_peak("64k", 65536), against_peak("1M", 1 << 20),
                                  fading_against_plain()};
  double peak = 0;
  for (int repeat = 0; repeat < 9; ++repeat) peak = std::max(peak, peak_rate());
  bench::Script torch("convolution_peer.py", bench::Memory::kept, MERCER_CONVOLUTION_INTERFACE);
  if (!torch.is_there()) fmt::print("SKIPPED: nothing is compared with torch, as python3-torch is not installed\n");
  for (const Size& size : sizes) {
    results.push_back(against_fftw(size));
    if (!torch.is_there()) continue;
    for (const bool is_forward : {true, false}) results.push_back(against_torch(size, is_forward, torch, peak));
  }
  for (Comparison& row : results) row.least = bar(row);
  return bench::conclude(comm, results, path);
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], mercer::measure); }
