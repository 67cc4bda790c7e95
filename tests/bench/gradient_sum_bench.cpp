// Waiting of two ranks that share the samples of a step: for a sum of gradients that starts on the way back, and for
// one after it.
#include "bench/bench.hpp"
#include "bench/waves.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/round_trip.hpp>
#include <mercer/optim/adam.hpp>
#include <mercer/parallel/overlapped_sum.hpp>
#include <mercer/parallel/reduce.hpp>

#include <array>
#include <cmath>

namespace mercer {
namespace {

constexpr Index samples = 8;

/// Steps of the published network for Darcy's flow on this rank's samples.
class SharedStep {
 public:
  enum class Sum { on_the_way_back, after_it };
  SharedStep(const Comm& comm, Index points)
      : comm_(comm),
        layer_(mgno(parameters_, "", points, points, mgno_for_darcy())),
        adam_(parameters_.count()),
        sum_(comm, parameters_.count()),
        x_(bench::waves({samples / comm.size(), points, 1, points})),
        y_(x_.shape()),
        tape_(layer_->make_tape(BatchShape::of(x_.shape()), purpose_of_learning(*layer_))) {
    layer_->initialise(parameters_.raw(), 1);
  }

  /// @collective How long [s] the rank waits for the sum that waits least: the others also wait for that rank.
  double waiting(Sum way) {
    check_mpi(MPI_Barrier(comm_.raw()));
    const double start = MPI_Wtime();
    const double waited = way == Sum::after_it ? sum_after() : sum_on_the_way();
    adam_.step(parameters_.raw(), std::as_const(parameters_).gradient());
    const double end = MPI_Wtime();
    seconds_[static_cast<std::size_t>(way)].push_back(largest(comm_, end - start));
    return smallest(comm_, waited);
  }
  /// Of a whole step [s].
  double seconds(Sum way) const { return bench::median(seconds_[static_cast<std::size_t>(way)]); }

 private:
  void there_and_back(const GradientWatch& watch) {
    const std::span<const float> raw = parameters_.raw();
    learn<float>(*layer_, raw,
                 {std::as_const(x_).view(), y_.view(), std::as_const(y_).view(), {}, [](const Range&) {}, watch},
                 parameters_.gradient(), *tape_);
  }
  double sum_after() {
    std::ranges::fill(parameters_.gradient(), 0.0f);
    there_and_back({});
    const double ready = MPI_Wtime();
    sum_in_rank_order(comm_, parameters_.gradient());
    return MPI_Wtime() - ready;
  }
  double sum_on_the_way() {
    std::ranges::fill(parameters_.gradient(), 0.0f);
    sum_.start(parameters_.gradient());
    there_and_back([&](const Range& complete) { sum_.ready(complete); });
    const double ready = MPI_Wtime();
    sum_.finish();
    return MPI_Wtime() - ready;
  }

  const Comm& comm_;
  ParameterVector<float> parameters_;
  std::unique_ptr<Layer<float>> layer_;
  Adam<float> adam_;
  OverlappedSum<float> sum_;
  Tensor<float> x_, y_;
  std::unique_ptr<Tape> tape_;
  std::array<std::vector<double>, 2> seconds_;
};

bench::Comparison compare(const Comm& comm, Index points, int pairs) {
  using Sum = SharedStep::Sum;
  SharedStep step(comm, points);
  bench::Comparison row = bench::compare_timed(
      fmt::format("MgNO {}^2 waiting for gradients", points), "sum after the way back",
      [&] { return step.waiting(Sum::on_the_way_back); }, [&] { return step.waiting(Sum::after_it); }, pairs);
  row.ranks = comm.size();
  row.least = 1;
  const double ours = step.seconds(Sum::on_the_way_back), theirs = step.seconds(Sum::after_it);
  row.figures = {{"% of a step", 100 * row.ours_seconds / ours},
                 {"peer's %", 100 * row.peer_seconds / theirs},
                 {"step / peer's", ours / theirs}};
  return row;
}

int measure(const Comm& comm, const std::string& path) {
  return bench::conclude(comm, {compare(comm, 64, 31), compare(comm, 128, 15), compare(comm, 256, 5)}, path);
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], mercer::measure); }
