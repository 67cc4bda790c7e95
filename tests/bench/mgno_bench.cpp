// The multigrid neural operator: a step of training on two ranks, rows or samples divided, against one.
#include "bench/bench.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/parallel/session.hpp>

#include <cmath>
#include <numeric>

namespace mercer {
namespace {

using bench::Comparison;

constexpr Index points = 256, samples = 8;

/// Smooth fields on a square.
class Waves final : public Batches<float> {
 public:
  Index count() const override { return samples; }
  SampleShapes shapes() const override { return {{points, 1, points}, {points, 1, points}}; }
  void read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const override {
    for (Index at = 0; const Index id : ids) {
      for (Index j = 0; j < points; ++j)
        for (Index i = 0; i < points; ++i) {
          const double phase = 0.02 * static_cast<double>(j) + 0.03 * static_cast<double>(i + id);
          inputs(at, j, 0, i) = static_cast<float>(std::cos(phase));
          outputs(at, j, 0, i) = static_cast<float>(std::sin(phase));
        }
      ++at;
    }
  }
};

/// The published network for Darcy's flow, one step an epoch.
class Training {
 public:
  Training(const Comm& comm, Parallel parallel)
      : layer_(mgno(parameters_, "", points, points, mgno_for_darcy())), trainer_(comm, task(), options(parallel)) {}
  void step() {
    trainer_.advance([](Index, double) {});
  }

 private:
  static TrainingOptions options(Parallel parallel) {
    TrainingOptions options;
    options.epochs = 1000;
    options.batch = samples;
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

Comparison compare_division(const Comm& comm, const char* name, Parallel parallel) {
  const Comm self = Comm::self();
  Training shared(comm, parallel), alone(self, parallel);
  Comparison row = bench::compare_ranks(
      comm, fmt::format("MgNO step {}^2, {} divided", points, name),
      [&](const Comm& ranks) { (ranks.size() > 1 ? shared : alone).step(); }, 3);
  row.least = 1.7;
  return row;
}

int measure(const Comm& comm, const std::string& path) {
  std::vector<Comparison> rows;
  rows.push_back(compare_division(comm, "samples", Parallel::samples));
  rows.push_back(compare_division(comm, "rows", Parallel::space));
  if (comm.is_root()) bench::report(rows, path);
  bench::require_bars(comm, rows);
  return 0;
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) {
  const mercer::Session session;
  const mercer::Comm comm;
  return mercer::run(comm, [&] { return mercer::measure(comm, argv[1]); });
}
