// Losses, halos and trainings on slabs of rows: the same numbers as on whole samples.
#include "nn/batches.hpp"
#include "nn/fields.hpp"
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/io/file.hpp>
#include <mercer/nn/mgno.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>
#include <numeric>

using namespace mercer;
using namespace mercer::test;

namespace {

constexpr Outside boundaries[] = {Outside::zeros, Outside::circular, Outside::reflect, Outside::replicate};

/// The rows of a rank of [sample, y, channel, x].
Tensor<double> cut(const Tensor<double>& whole, const Range& rows) {
  const Shape& shape = whole.shape();
  Tensor<double> part({shape[0], rows.count(), shape[2], shape[3]});
  for (Index s = 0; s < shape[0]; ++s)
    for (Index y = 0; y < rows.count(); ++y)
      for (Index c = 0; c < shape[2]; ++c) std::copy_n(&whole(s, rows.begin + y, c, 0), shape[3], &part(s, y, c, 0));
  return part;
}

void check_loss(const LossWeights& weights, const Shape& shape) {
  const Comm comm;
  const Space space{&comm, 1};
  const Shape sample{shape[1], shape[2], shape[3]};
  const auto x = random_fields<double>(shape, 1), y = random_fields<double>(shape, 2);
  RelativeLoss<double> whole(weights, sample), divided(weights, sample, space);
  std::vector<double> expected(static_cast<std::size_t>(shape[0])), values(expected);
  Tensor<double> slopes(shape);
  whole.evaluate(x.view(), y.view(), expected, 0.5, slopes.view());
  const Range rows = space.own(shape[1]);
  const auto own_x = cut(x, rows), own_y = cut(y, rows), own_slopes = cut(slopes, rows);
  Tensor<double> made(own_slopes.shape());
  divided.evaluate(own_x.view(), own_y.view(), values, 0.5, made.view());
  check_small(distance(values, expected), 1e-14, fmt::format("a loss of {} rows", shape[1]));
  check_small(distance_of_batches(made, own_slopes), 1e-14, fmt::format("the slope of a loss of {} rows", shape[1]));
}

TrainingOptions options_for(Parallel parallel) {
  TrainingOptions options;
  options.epochs = 3;
  options.batch_size = 4;
  options.loss = {.l2 = 1, .h1_periodic = 0.3, .forward_differences = 0.2};
  options.augmentation = Augmentation::square;
  options.inputs = Normalisation::pixel;
  options.outputs = Normalisation::channel;
  options.optimiser.epsilon = 1e-4;  // Adam makes much of differences between small gradients
  options.parallel = parallel;
  options.least_rows = 3;
  return options;
}

/// A small network that learns a parabola.
struct Lesson {
  ParameterVector<double> parameters;
  SamplesOfParabola<double> batches{11, 12, 12};
  std::unique_ptr<Layer<double>> layer;
  Trainer<double> trainer;

  Lesson(const Comm& comm, const TrainingOptions& options)
      : layer(mgno(parameters, "", 12, 12,
                   {.layers = 1, .cycle = {.levels = uniform_levels(4, 4, {1, 1, 1}), .boundary = Outside::reflect}})),
        trainer(comm, task(), options) {}
  Task<double> task() {
    layer->initialise(parameters.raw(), 3);
    std::vector<Index> training(9), validation{9, 10};
    std::iota(training.begin(), training.end(), 0);
    return {*layer, parameters, batches, training, validation, Points::left_open, Points::left_known, Zeros::first, 5};
  }
  std::vector<double> run() {
    std::vector<double> losses;
    while (!trainer.is_done()) trainer.advance([&](Index, double loss) { losses.push_back(loss); });
    for (const Epoch& epoch : trainer.history()) losses.push_back(epoch.validation_error);
    return losses;
  }
};

/// Groups of two where the number of ranks allows it.
TrainingOptions shared_options(const Comm& comm, Parallel parallel) {
  TrainingOptions options = options_for(parallel);
  options.space_ranks = comm.size() % 2 == 0 ? 2 : comm.size();
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(space_training)

BOOST_AUTO_TEST_CASE(bringing_rows_and_sending_them_back_are_adjoint) {
  const Comm comm;
  for (const Outside boundary : boundaries)
    for (const Index rows : {5, 8, 11})
      for (const Index width : {1, 2, 4}) {
        std::vector<Range> needed;
        for (int rank = 0; rank < comm.size(); ++rank) {
          const Range own = block(rows, rank, comm.size());
          needed.push_back({own.begin - width, own.end + width});
        }
        const Range own = block(rows, comm.rank(), comm.size());
        RowExchange<double> exchange(comm, rows, needed, boundary);
        auto x = random_fields<double>({1, own.count() + 2 * width, 2, 7}, static_cast<std::uint64_t>(comm.rank()));
        auto y = random_fields<double>(x.shape(), 100 + static_cast<std::uint64_t>(comm.rank()));
        for (Index j = 0; j < x.shape()[1]; ++j)
          for (Index i = 0; i < 14 && (j < width || j >= width + own.count()); ++i) x(0, j, i / 7, i % 7) = 0;
        const auto given = cut(x, {0, x.shape()[1]}), wanted = cut(y, {0, x.shape()[1]});
        exchange.exchange(FieldRows<double>::of(x.view(), 0).from(width), 2, 7);
        exchange.accumulate(FieldRows<double>::of(y.view(), 0).from(width), 2, 7);
        std::vector<double> products{dot_of_batches(x, wanted), dot_of_batches(given, y)};
        sum_in_rank_order<double>(comm, products);
        check_small(std::abs(products[0] - products[1]), 1e-11, fmt::format("{} rows around {}", width, rows));
      }
}

BOOST_AUTO_TEST_CASE(losses_of_slabs_are_those_of_whole_samples) {
  for (const LossWeights& weights :
       {LossWeights{}, LossWeights{.l2 = 0, .h1_periodic = 1}, LossWeights{.l2 = 0, .h1_one_sided = 1},
        LossWeights{.l2 = 0, .forward_differences = 1}, LossWeights{.l2 = 0, .h1_fourier = 1},
        LossWeights{.l2 = 0, .h1_absolute = 1},
        LossWeights{.l2 = 1, .h1_fourier = 1, .h1_periodic = 1, .h1_one_sided = 1}})
    for (const Shape& shape : {Shape{2, 16, 2, 5}, Shape{1, 5, 1, 9}, Shape{3, 4, 1, 4}}) check_loss(weights, shape);
  check_loss({.l2 = 1, .h1_periodic = 1, .forward_differences = 1}, {2, 1, 1, 7});
}

BOOST_AUTO_TEST_CASE(the_three_ways_to_divide_a_training_give_the_same_losses) {
  const Comm comm, self = Comm::self();
  const std::vector<double> expected = Lesson(self, options_for(Parallel::samples)).run();
  for (const Parallel parallel : {Parallel::samples, Parallel::space, Parallel::both}) {
    const std::vector<double> losses = Lesson(comm, shared_options(comm, parallel)).run();
    check_small(distance(losses, expected), 1e-10, "the history of losses");
  }
}

BOOST_AUTO_TEST_CASE(a_divided_training_that_was_stopped_goes_on_with_the_same_bits) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const TrainingOptions options = shared_options(comm, Parallel::space);
  Lesson whole(comm, options), first(comm, options), second(comm, options);
  whole.run();
  first.trainer.advance([](Index, double) {});
  OutputFile file(comm, scratch / "state.h5", Existing::refuse);
  save_state(file, "state", first.trainer.state());
  file.commit();
  second.trainer.restore(
      [&](std::span<const StateArray> state) { load_state(InputFile(comm, scratch / "state.h5"), "state", state); });
  second.run();
  const auto weights = [](const Lesson& lesson) {
    return std::vector<double>(lesson.parameters.raw().begin(), lesson.parameters.raw().end());
  };
  BOOST_TEST(weights(second) == weights(whole), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ranks_and_networks_that_cannot_be_divided_are_refused) {
  const Comm comm;
  TrainingOptions odd = options_for(Parallel::both);
  odd.space_ranks = comm.size() + 1;
  BOOST_CHECK_EXCEPTION(Lesson(comm, odd), Error, failure(Fault::config, "that training.space_ranks divides"));
  if (comm.size() == 1) return;
  ParameterVector<double> parameters;
  const Parabola<double> layer(parameters);
  const SamplesOfParabola<double> batches(4, 8, 8);
  BOOST_CHECK_EXCEPTION(
      Trainer<double>(comm, {layer, parameters, batches, {0, 1, 2, 3}, {}}, options_for(Parallel::space)), Error,
      failure(Fault::config, "whole samples only"));
}

BOOST_AUTO_TEST_SUITE_END()
