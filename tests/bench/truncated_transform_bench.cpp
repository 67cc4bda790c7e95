// Transforms to few modes in single precision against full ones by FFTW and torch, of which most is cut away.
#include "bench/bench.hpp"
#include "bench/script.hpp"
#include <mercer/base/simd.hpp>
#include <mercer/fft/transform.hpp>
#include <mercer/fft/truncated_transform.hpp>
#include <mercer/parallel/comm.hpp>

#include <cmath>

namespace mercer {
namespace {

using bench::Comparison;
using bench::processor_seconds;
using Complex = std::complex<float>;

constexpr Index modes = 16, last_modes = modes / 2 + 1;

/// Fields of waves that the script of torch makes, too, and their modes.
struct Batch {
  Batch(Index fields, Index points)
      : transform({points, points}, {modes, last_modes}),
        x({fields, points, points}, Rows::dense),
        x_out(x.shape(), Rows::dense),
        y({fields, modes, last_modes}, Rows::dense),
        y_out(y.shape(), Rows::dense) {
    for (Index i = 0; i < x.count(); ++i)
      x.data()[i] = static_cast<float>(std::cos(0.37 * static_cast<double>(i % 1009)));
    transform.forward(std::as_const(x).view(), y.view());
  }
  void forward() { transform.forward(std::as_const(x).view(), y_out.view()); }
  void inverse() { transform.inverse(std::as_const(y).view(), x_out.view()); }

  TruncatedTransform<float> transform;
  Tensor<float> x, x_out;
  Tensor<Complex> y, y_out;
};

/// A measured plan of FFTW, one field at a time, which then is still in the cache when its modes are copied.
class FftwPeer {
 public:
  explicit FftwPeer(Index points)
      : points_(points), fft_({points, points}, Planning::measure), spectrum_(fft_.spectrum_shape(), Rows::dense) {}

  void forward(const Tensor<float>& x, Tensor<Complex>& y) {
    const float share = 1 / static_cast<float>(points_ * points_);
    for (Index f = 0; f < x.shape()[0]; ++f) {
      fft_.forward(field(x.span(), f), spectrum_.span());
      for (Index row = 0; row < modes; ++row)
        for (Index k = 0; k < last_modes; ++k) y(f, row, k) = share * spectrum_(place(row), k);
    }
  }
  void inverse(const Tensor<Complex>& y, Tensor<float>& x) {
    const auto scale = static_cast<float>(points_ * points_);
    for (Index f = 0; f < x.shape()[0]; ++f) {
      std::fill_n(spectrum_.data(), spectrum_.count(), Complex{});
      for (Index row = 0; row < modes; ++row)
        for (Index k = 0; k < last_modes; ++k) spectrum_(place(row), k) = scale * y(f, row, k);
      fft_.backward(spectrum_.span(), field(x.span(), f));
    }
  }

 private:
  template <class T>
  std::span<T> field(std::span<T> all, Index f) const {
    const auto count = static_cast<std::size_t>(points_ * points_);
    return all.subspan(static_cast<std::size_t>(f) * count, count);
  }
  Index place(Index row) const { return row < modes / 2 ? row + points_ - modes / 2 : row - modes / 2; }
  Index points_;
  RealTransform<float> fft_;
  Tensor<Complex> spectrum_;
};

template <class Work>
double timed(const Work& work) {
  const double begin = processor_seconds();
  work();
  return processor_seconds() - begin;
}

template <class Number>
double squares(const Tensor<Number>& values) {
  double sum = 0;
  for (const Number value : values.span()) sum += static_cast<double>(std::norm(value));
  return sum;
}

/// Both must have done the same work.
void check_agreement(double ours, double theirs, const std::string& peer) {
  require(std::abs(ours - theirs) <= 1e-4 * std::abs(ours), Fault::numerics,
          "the squares of the results of {} add up to {} where ours make {}", peer, theirs, ours);
}

enum class Work { forward, inverse };

Comparison against_fftw(const std::string& name, Work work, Batch& batch) {
  FftwPeer fftw(batch.transform.shape()[0]);
  double squares_of_ours = 0, squares_of_theirs = 0;
  const bool is_forward = work == Work::forward;
  const auto result = [&] { return is_forward ? squares(batch.y_out) : squares(batch.x_out); };
  const auto ours = [&] {
    const double seconds = timed([&] { is_forward ? batch.forward() : batch.inverse(); });
    squares_of_ours = result();
    return seconds;
  };
  const auto theirs = [&] {
    const double seconds =
        timed([&] { is_forward ? fftw.forward(batch.x, batch.y_out) : fftw.inverse(batch.y, batch.x_out); });
    squares_of_theirs = result();
    return seconds;
  };
  const Comparison comparison = bench::compare_timed(name, "FFTW, cut", ours, theirs);
  check_agreement(squares_of_ours, squares_of_theirs, "FFTW");
  return comparison;
}

Comparison against_torch(const std::string& name, Work work, Batch& batch, bench::Script& torch) {
  const bool is_forward = work == Work::forward;
  const std::string question = fmt::format("{} {} {} {}", is_forward ? "forward" : "inverse", batch.x.shape()[0],
                                           batch.transform.shape()[0], modes);
  double theirs = 0;
  const Comparison comparison = bench::compare_timed(
      name, "torch, cut", [&] { return timed([&] { is_forward ? batch.forward() : batch.inverse(); }); },
      [&] {
        const auto answer = torch.ask(question);
        theirs = answer.check;
        return answer.seconds;
      });
  check_agreement(is_forward ? squares(batch.y_out) : squares(batch.x_out), theirs, "torch");
  return comparison;
}

Shape with_batch(Index fields, const Shape& shape) {
  std::vector<Index> sizes{fields};
  sizes.insert(sizes.end(), shape.span().begin(), shape.span().end());
  return Shape(sizes);
}

/// Nanoseconds for each number of a batch that stays in the nearer caches, there and back.
template <class T>
double cost(const Shape& shape, const Shape& kept, TruncatedMethod method) {
  const TruncatedTransform<T> transform(shape, kept, method);
  const Index fields = std::max<Index>(1, (1 << 15) / shape.count());
  Tensor<T> x(with_batch(fields, shape), Rows::dense);
  Tensor<std::complex<T>> y(with_batch(fields, kept), Rows::dense);
  const Index rounds = std::max<Index>(1, (1 << 18) / x.count());
  double best = 1;
  for (int repeat = 0; repeat < 5; ++repeat)
    best = std::min(best, timed([&] {
                      for (Index i = 0; i < rounds; ++i) {
                        transform.forward(std::as_const(x).view(), y.view());
                        transform.inverse(std::as_const(y).view(), x.view());
                      }
                    }));
  return 1e9 * best / static_cast<double>(2 * rounds * x.count());
}

/// What the choice of a method rests on: where it changes, both should cost the same.
template <class T>
void print_methods(const char* precision) {
  const auto print = [&](const Shape& shape, const Shape& kept) {
    const double waves = cost<T>(shape, kept, TruncatedMethod::waves),
                 full = cost<T>(shape, kept, TruncatedMethod::full);
    const bool is_waves = TruncatedTransform<T>(shape, kept).method() == TruncatedMethod::waves;
    fmt::print("{} {:>2} x {:>3} points, last axis {:>3} modes: {:.2f} ns by waves, {:.2f} by FFTW; chosen: {}\n",
               precision, shape.dimensions(), shape.back(), kept.back(), waves, full, is_waves ? "waves" : "FFTW");
  };
  for (const Index m : {64, 128, 192, 256}) print({256, 256}, {m, m / 2 + 1});
  for (const Index m : {32, 48, 64}) print({64, 64, 64}, {m, m, m / 2 + 1});
  for (const Index m : {16, 32, 64, 128}) print({1024}, {m});
}

int measure(const Comm& comm, const std::string& path) {
  fmt::print("vector level {}\n", name(simd_level()));
  print_methods<float>("float ");
  print_methods<double>("double");
  bench::Script torch("truncated_transform_peer.py");
  if (!torch.is_there()) fmt::print("SKIPPED: nothing is compared with torch, as python3-torch is not installed\n");
  std::vector<Comparison> results;
  for (const Index points : {128, 256}) {
    Batch batch((1 << 22) / (points * points), points);
    for (const Work work : {Work::forward, Work::inverse}) {
      const std::string name =
          fmt::format("{} {}^2, {} modes", work == Work::forward ? "forward" : "inverse", points, modes);
      results.push_back(against_fftw(name, work, batch));
      if (torch.is_there()) results.push_back(against_torch(name, work, batch, torch));
    }
  }
  if (simd_level() != Simd::baseline)  // where FFTW has wider vectors
    for (Comparison& comparison : results) comparison.least = comparison.peer == "FFTW, cut" ? 2 : 5;
  return bench::conclude(comm, results, path);
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], mercer::measure); }
