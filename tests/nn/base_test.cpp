// Outputs on top of a base: the last input channels are known approximations, and the network corrects them.
#include "nn/batches.hpp"
#include "nn/states.hpp"
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/optim/derivative_check.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <vector>

using namespace mercer;
using namespace mercer::test;

namespace {

constexpr Index points = 5;

/// Two channels in, of which the second is the base, and one out: base + 0.1 base^2 less a little of the first.
class SamplesWithBase final : public Batches<double> {
 public:
  explicit SamplesWithBase(Index samples) : inputs_(random_fields<double>({samples, points, 2, points}, 5)) {}
  Index count() const override { return inputs_.shape()[0]; }
  SampleShapes shapes() const override { return {{points, 2, points}, {points, 1, points}, 1}; }
  void read(std::span<const Index> ids, View<double> inputs, View<double> outputs) const override {
    for (Index at = 0; const Index id : ids) {
      for (Index j = 0; j < points; ++j)
        for (Index i = 0; i < points; ++i) {
          const double first = inputs_(id, j, 0, i), base = inputs_(id, j, 1, i);
          inputs(at, j, 0, i) = first;
          inputs(at, j, 1, i) = base;
          outputs(at, j, 0, i) = base + correction(first, base);
        }
      ++at;
    }
  }
  static double correction(double first, double base) { return 0.1 * base * base - 0.02 * first; }

 private:
  Tensor<double> inputs_;
};

/// A small network, and the way through it.
struct Network {
  SamplesWithBase samples{6};
  ParameterVector<double> parameters;
  std::unique_ptr<Layer<double>> layer = mgno<double>(parameters, "", points, points, options());
  Normalisers<double> normalisers;

  Network() {
    layer->initialise(parameters.raw(), 3);
    normalisers = fit_normalisers(Comm::self(), samples, all(), Normalisation::channel, Normalisation::scale);
  }
  static MgnoOptions options() {
    MgnoOptions options;
    options.layers = 1;
    options.inputs = 2;
    options.cycle.levels = uniform_levels(8, 8, {1, 1}, {});
    return options;
  }
  std::vector<Index> all() const {
    std::vector<Index> ids(static_cast<std::size_t>(samples.count()));
    std::iota(ids.begin(), ids.end(), Index{0});
    return ids;
  }
  Pass<double> pass(const SampleShapes& shapes, Purpose purpose) const {
    Pass<double> pass(*layer, normalisers, shapes, samples.count(), purpose);
    samples.read(all(), pass.inputs(samples.count()), pass.targets(samples.count()));
    return pass;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(base)

BOOST_AUTO_TEST_CASE(outputs_are_the_base_and_what_the_network_says) {
  const Network network;
  const Index count = network.samples.count();
  SampleShapes shapes = network.samples.shapes();
  Pass<double> with = network.pass(shapes, Purpose::inference);
  shapes.base = 0;
  Pass<double> without = network.pass(shapes, Purpose::inference);
  const Tensor<double> given = [&] {
    Tensor<double> fields(batch_shape(count, shapes.inputs));
    for (Index row = 0; row < fields.view().rows(); ++row)
      std::ranges::copy(with.inputs(count).row(row), fields.view().row(row).begin());
    return fields;
  }();
  with.forward(std::as_const(network.parameters).raw(), count);
  without.forward(std::as_const(network.parameters).raw(), count);
  for (Index sample = 0; sample < count; ++sample)
    for (Index j = 0; j < points; ++j)
      for (Index i = 0; i < points; ++i)
        BOOST_TEST(
            with.outputs(count)(sample, j, 0, i) == given(sample, j, 1, i) + without.outputs(count)(sample, j, 0, i),
            boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(gradients_on_top_of_a_base_are_derivatives) {
  Network network;
  const Index count = network.samples.count();
  RelativeLoss<double> loss({.l2 = 1, .forward_differences = 0.3}, network.samples.shapes().outputs);
  const Objective objective = [&](std::span<const double> point, std::span<double> gradient) {
    Pass<double> pass = network.pass(network.samples.shapes(), Purpose::training);
    std::vector<double> losses(static_cast<std::size_t>(count));
    std::ranges::fill(gradient, 0.0);
    pass.learn(point, gradient, count, pass.judge_by(loss, losses, 1));
    return std::accumulate(losses.begin(), losses.end(), 0.0);
  };
  BOOST_TEST(gradient_gap(Comm::self(), objective, network.parameters.raw(), {.step = 0.02}) < 1e-7);
}

BOOST_AUTO_TEST_CASE(outputs_are_normalised_by_what_they_have_beyond_their_base) {
  const Comm comm;
  const SamplesWithBase samples(50);
  std::vector<Index> ids(50);
  std::iota(ids.begin(), ids.end(), Index{0});
  Normalisers<double> fitted = fit_normalisers(comm, samples, ids, Normalisation::none, Normalisation::scale);
  BOOST_TEST(fitted.outputs.scale()(0, 0, 0) == std::sqrt(0.01 * 2 + 0.0004), boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(a_training_on_top_of_a_base_learns_the_correction) {
  const Comm comm;
  const SamplesWithBase samples(40);
  Network network;
  std::vector<Index> training(32), validation(8);
  std::iota(training.begin(), training.end(), Index{0});
  std::iota(validation.begin(), validation.end(), Index{32});
  TrainingOptions options;
  options.epochs = 60;
  options.batch_size = 4;
  options.augmentation = Augmentation::square;
  options.optimiser.learning_rate = 3e-2;
  Trainer<double> trainer(comm,
                          {.layer = *network.layer,
                           .parameters = network.parameters,
                           .batches = samples,
                           .training = training,
                           .validation = validation},
                          options);
  while (!trainer.is_done()) trainer.advance([](Index, double) {});
  const std::vector<Epoch> history = trainer.history();
  BOOST_TEST(history.size() == 61u);
  BOOST_TEST(history.back().validation_error < 0.05);
  BOOST_TEST((0.1 < history[0].validation_error && history[0].validation_error < 0.25));  // the base alone
  BOOST_TEST(history[1].validation_error < 0.3);                                          // a network without it: 1
  BOOST_TEST(!history[0].is_best);
}

BOOST_AUTO_TEST_CASE(a_base_that_no_epoch_betters_is_the_best_and_the_weights_stay_the_initial_ones) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const SamplesWithBase samples(12);
  TrainingOptions options;
  options.epochs = 3;
  options.batch_size = 4;
  options.optimiser.learning_rate = 30;  // far beyond what learns
  options.averaging = 0;
  const auto task = [&](Network& network) {
    return Task<double>{.layer = *network.layer,
                        .parameters = network.parameters,
                        .batches = samples,
                        .training = {0, 1, 2, 3, 4, 5, 6, 7},
                        .validation = {8, 9, 10, 11}};
  };
  Network network, other;
  const std::vector<double> initial(network.parameters.raw().begin(), network.parameters.raw().end());
  Trainer<double> trainer(comm, task(network), options), later(comm, task(other), options);
  BOOST_TEST(!trainer.advance([](Index, double) {}).is_best);
  save(comm, scratch / "state.h5", trainer.state());
  later.restore(loader(comm, scratch / "state.h5"));
  for (Trainer<double>* each : {&trainer, &later}) {
    while (!each->is_done()) each->advance([](Index, double) {});
    each->keep_best();
    const std::vector<Epoch> history = each->history();
    BOOST_REQUIRE(history.size() == 4u);
    for (std::size_t epoch = 0; epoch < 4; ++epoch) {
      BOOST_TEST(history[epoch].number == static_cast<Index>(epoch));
      BOOST_TEST(history[epoch].is_best == (epoch == 0));
      BOOST_TEST(history[epoch].validation_error == trainer.history()[epoch].validation_error);
    }
  }
  for (const Network* each : {&network, &other})
    BOOST_TEST(std::as_const(each->parameters).raw() == initial, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_base_of_other_channels_than_the_outputs_is_refused) {
  const Network network;
  SampleShapes shapes = network.samples.shapes();
  shapes.base = 2;
  BOOST_CHECK_EXCEPTION(network.pass(shapes, Purpose::training), Error,
                        failure(Fault::internal, "a base of 2 channels"));
}

BOOST_AUTO_TEST_CASE(only_a_model_with_a_base_can_do_without_training) {
  TrainingOptions options;
  options.epochs = 0;
  SampleShapes shapes{{points, 2, points}, {points, 1, points}};
  BOOST_CHECK_EXCEPTION(check_training(options, shapes, 5), Error, failure(Fault::config, "must be 1 or more"));
  shapes.base = 1;
  check_training(options, shapes, 5);
}

BOOST_AUTO_TEST_SUITE_END()
