// The multigrid neural operator: against torch on one core and on two, and two ranks against one.
#include "bench/bench.hpp"
#include "bench/memory.hpp"
#include "bench/script.hpp"
#include "bench/waves.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/round_trip.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/optim/adam.hpp>

#include <cmath>
#include <numeric>

namespace mercer {
namespace {

using bench::Comparison;
using bench::Script;

constexpr Index samples = 8;
constexpr std::array<Index, 3> sizes{64, 128, 256};
constexpr std::array layouts{"contiguous_format", "channels_last"};  // of torch's memory: each has its own kernels
constexpr double least_forward = 2.5, least_step = 2, most_memory = 0.6;

/// The published network for Darcy's flow on some samples, with torch's choice of Adam.
class Network {
 public:
  enum class Use { inference, training };
  Network(Index count, Index points, Use use)
      : layer_(mgno(parameters_, "", points, points, mgno_for_darcy())),
        adam_(parameters_.count()),
        x_(bench::waves({count, points, 1, points})),
        y_(x_.shape()),
        tape_(layer_->make_tape(BatchShape::of(x_.shape()),
                                use == Use::training ? purpose_of_learning(*layer_) : Purpose::inference)) {
    layer_->initialise(parameters_.raw(), 1);
  }
  void forward() { layer_->forward(raw(), std::as_const(x_).view(), y_.view(), *tape_); }
  /// With the loss that has dL/dy = y.
  void step() {
    std::ranges::fill(parameters_.gradient(), 0.0f);
    learn<float>(*layer_, raw(),
                 {std::as_const(x_).view(), y_.view(), std::as_const(y_).view(), {}, [](const Range&) {}},
                 parameters_.gradient(), *tape_);
    adam_.step(parameters_.raw(), std::as_const(parameters_).gradient());
  }

 private:
  std::span<const float> raw() const { return parameters_.raw(); }
  ParameterVector<float> parameters_;
  std::unique_ptr<Layer<float>> layer_;
  Adam<float> adam_;
  Tensor<float> x_, y_;
  std::unique_ptr<Tape> tape_;
};

/// Fields in memory.
class Waves final : public Batches<float> {
 public:
  explicit Waves(Index points) : fields_(bench::waves({samples, points, 1, points})) {}
  Index count() const override { return samples; }
  SampleShapes shapes() const override {
    const Index points = fields_.shape()[1];
    return {{points, 1, points}, {points, 1, points}};
  }
  void read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const override {
    const Index rows = fields_.shape()[1];
    for (Index at = 0; const Index id : ids) {
      for (Index y = 0; y < rows; ++y)
        for (View<float> into : {inputs, outputs}) std::copy_n(&fields_(id, y, 0, 0), rows, &into(at, y, 0, 0));
      ++at;
    }
  }

 private:
  Tensor<float> fields_;
};

/// All that a training does, one step an epoch.
class Training {
 public:
  Training(const Comm& comm, Index points, Parallel parallel)
      : waves_(points),
        layer_(mgno(parameters_, "", points, points, mgno_for_darcy())),
        trainer_(comm, task(), options(parallel)) {}
  void step() {
    trainer_.advance([](Index, double) {});
  }

 private:
  static TrainingOptions options(Parallel parallel) {
    TrainingOptions options;
    options.epochs = 1000;
    options.batch_size = samples;
    options.parallel = parallel;
    return options;
  }
  Task<float> task() {
    layer_->initialise(parameters_.raw(), 1);
    std::vector<Index> training(static_cast<std::size_t>(samples));
    std::iota(training.begin(), training.end(), 0);
    return {*layer_, parameters_, waves_, training, {}};
  }

  Waves waves_;
  ParameterVector<float> parameters_;
  std::unique_ptr<Layer<float>> layer_;
  Trainer<float> trainer_;
};

double timed(const std::function<void()>& work) {
  const double begin = bench::processor_seconds();
  work();
  return bench::processor_seconds() - begin;
}

/// Pairs of runs; a short one is disturbed more by all else on the machine.
int pairs(Index points) { return points < 128 ? 21 : points < 256 ? 11 : 5; }

std::string question(const char* work, int threads, Index points, const char* layout) {
  return fmt::format("{} {} {} {} {}", work, threads, samples, points, layout);
}

/// Peak memory of three steps over torch's in a layout, both above start-up and in processes of their own.
double memory_ratio(Index points, const char* layout) {
  Script torch("mgno_peer.py", bench::Memory::given_back);
  const double ours = bench::peak_memory([&] {
    Network network(samples, points, Network::Use::training);
    for (int i = 0; i < 3; ++i) network.step();
  });
  return ours / torch.ask(question("memory", 1, points, layout)).check;
}

/// One core each, against each of torch's layouts, so that the bars hold for the better one.
void compare_cores(Script& torch, std::vector<Comparison>& rows) {
  for (const Index points : sizes)
    for (const char* layout : layouts) {
      const auto add = [&](const char* work, double least, const std::function<void()>& ours) {
        rows.push_back(bench::compare_timed(
            fmt::format("MgNO {} {}^2", work, points), fmt::format("torch, {}", layout), [&] { return timed(ours); },
            [&] { return torch.ask(question(work, 1, points, layout)).seconds; }, pairs(points)));
        rows.back().least = least;
      };
      const double memory = memory_ratio(points, layout);
      Network inference(samples, points, Network::Use::inference), training(samples, points, Network::Use::training);
      add("forward", least_forward, [&] { inference.forward(); });
      add("step", least_step, [&] { training.step(); });
      rows.back().figures = {{"memory / torch's", memory, most_memory}};
    }
}

/// @collective The time of the slowest rank [s], by the clock.
double slowest(const Comm& comm, const std::function<void()>& work) {
  bench::sleep_until_all_arrive(comm);
  check_mpi(MPI_Barrier(comm.raw()));
  const double start = MPI_Wtime();
  work();
  return largest(comm, MPI_Wtime() - start);
}

/// @collective The time of rank 0 [s], by the clock, while the others sleep and leave it their cores.
double time_on_root(const Comm& comm, const std::function<void()>& work) {
  double seconds = 0;
  bench::on_root_alone(comm, [&] {
    const double start = MPI_Wtime();
    work();
    seconds = MPI_Wtime() - start;
  });
  return largest(comm, seconds);
}

/// @collective All ranks against torch, which rank 0 asks, on one or two cores and in either layout, whichever is
/// fastest.
Comparison compare_ranks(const Comm& comm, Script* torch, const char* work, Index points,
                         const std::function<void()>& ours) {
  const auto theirs = [&] {
    double best = std::numeric_limits<double>::infinity();
    for (const int threads : {1, 2})
      for (const char* layout : layouts)
        best = std::min(best, time_on_root(comm, [&] { torch->ask(question(work, threads, points, layout)); }));
    return best;
  };
  Comparison row = bench::compare_timed(
      fmt::format("MgNO {} {}^2, {} ranks", work, points, comm.size()),
      "torch, the best of two layouts and one or two threads", [&] { return slowest(comm, ours); }, theirs, 3);
  row.ranks = row.threads = comm.size();
  return row;
}

/// @collective
void compare_ranks_with_torch(const Comm& comm, Script* torch, std::vector<Comparison>& rows) {
  for (const Index points : sizes) {
    Network part(samples / comm.size(), points, Network::Use::inference);
    Training training(comm, points, Parallel::samples);
    rows.push_back(compare_ranks(comm, torch, "forward", points, [&] { part.forward(); }));
    rows.back().least = least_forward;
    rows.push_back(compare_ranks(comm, torch, "step", points, [&] { training.step(); }));
    rows.back().least = least_step;
  }
}

/// @collective Two ranks against one rank of our own.
Comparison compare_division(const Comm& comm, const char* name, Parallel parallel) {
  constexpr Index points = 256;
  const Comm self = Comm::self();
  Training shared(comm, points, parallel), alone(self, points, parallel);
  Comparison row = bench::compare_ranks(
      comm, fmt::format("MgNO step {}^2, {} divided", points, name),
      [&](const Comm& ranks) { (ranks.size() > 1 ? shared : alone).step(); }, 3);
  row.least = 1.7;
  return row;
}

/// torch on rank 0, or nothing where it is not installed. Throws Fault::numerics where it runs another network.
std::unique_ptr<Script> start_torch() {
  auto torch = std::make_unique<Script>("mgno_peer.py", bench::Memory::kept, MERCER_BENCH_VECTORS);
  if (!torch->is_there()) {
    fmt::print("SKIPPED: nothing is compared with torch, as python3-torch or python3-h5py is not installed\n");
    return nullptr;
  }
  for (const char* layout : layouts) {
    const double difference = torch->ask(question("check", 1, 64, layout)).check;
    require(difference < 1e-12, Fault::numerics, "torch's network differs from its authors' vectors by {:.2g}",
            difference);
  }
  return torch;
}

int measure(const Comm& comm, const std::string& path) {
  std::vector<Comparison> rows;
  std::unique_ptr<Script> torch;
  bench::on_root_alone(comm, [&] {
    torch = start_torch();
    if (torch) compare_cores(*torch, rows);
  });
  if (broadcast(comm, Index{torch != nullptr}) != 0) compare_ranks_with_torch(comm, torch.get(), rows);
  rows.push_back(compare_division(comm, "samples", Parallel::samples));
  rows.push_back(compare_division(comm, "rows", Parallel::space));
  return bench::conclude(comm, rows, path);
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], mercer::measure); }
