// A published training, step by step: network, loss, optimiser and schedule together against what torch computed.
#include "support/process.hpp"
#include <mercer/io/input_file.hpp>
#include <mercer/nn/loss.hpp>
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/pass.hpp>
#include <mercer/optim/adam.hpp>
#include <mercer/optim/schedule.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <vector>

using namespace mercer;
using namespace mercer::test;

namespace {

constexpr Index points = 16, batch = 8, steps = 10;

std::vector<double> read(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  std::vector<double> values(static_cast<std::size_t>(shape.count()));
  file.read(name, Slab::whole(shape), View<double>(values.data(), shape));
  return values;
}

/// The half of some samples [sample, y, x] that a step takes, as fields of one channel.
void copy_half(const std::vector<double>& samples, Index step, View<double> fields) {
  const double* from = samples.data() + step % 2 * batch * points * points;
  for (Index row = 0; row < batch * points; ++row, from += points) std::copy_n(from, points, fields.row(row).begin());
}

}  // namespace

BOOST_AUTO_TEST_CASE(ten_steps_of_mgno_are_those_of_its_authors) {
  const Comm comm;
  const InputFile file(comm, setting("MERCER_SOURCE") + "/tests/data/operators/trajectory.h5");
  ParameterVector<double> parameters;
  const auto layer =
      mgno<double>(parameters, "", points, points, {.layers = 2, .cycle = {.levels = uniform_levels(6, 6, {1, 1, 2})}});
  for (std::size_t block = 0; block < parameters.size(); ++block)
    std::ranges::copy(read(file, "initial/" + parameters[block].name()), parameters[block].raw().begin());
  const Shape sample{points, 1, points};
  const Normalisers<double> none;
  Pass<double> pass(*layer, none, {sample, sample}, batch, Purpose::training);
  RelativeLoss<double> loss({.l2 = 0, .h1_fourier = 1, .guard = 0}, sample);
  Adam<double> adam(parameters.count(), {.weight_decay = 1e-4, .decay = Decay::gradient});
  const OneCycle cycle{.peak = 5e-3, .steps = steps, .rise = 0.2, .start_divisor = 2, .end_divisor = 100};
  const Schedule rate = one_cycle_schedule(cycle), memory = one_cycle_memory(cycle);
  const std::vector<double> x = read(file, "x"), y = read(file, "y"), losses = read(file, "loss");

  for (Index step = 0; step < steps; ++step) {
    copy_half(x, step, pass.inputs(batch));
    copy_half(y, step, pass.targets(batch));
    std::ranges::fill(parameters.gradient(), 0.0);
    std::vector<double> values(batch);
    pass.learn(parameters.raw(), parameters.gradient(), batch, pass.judge_by(loss, values, 1));
    BOOST_TEST(std::accumulate(values.begin(), values.end(), 0.0) == losses[static_cast<std::size_t>(step)],
               boost::test_tools::tolerance(1e-9));
    adam.step(parameters.raw(), parameters.gradient(), rate(step), memory(step));
  }
  double gap = 0, size = 0;
  for (std::size_t block = 0; block < parameters.size(); ++block) {
    const std::vector<double> expected = read(file, "final/" + parameters[block].name());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      gap += std::pow(parameters[block].raw()[i] - expected[i], 2);
      size += std::pow(expected[i], 2);
    }
  }
  BOOST_TEST(std::sqrt(gap / size) < 1e-8);
}
