// Training: that it learns, on any number of ranks alike, goes on where it stopped, and keeps what validation prefers.
#include "nn/batches.hpp"
#include "nn/states.hpp"
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/nn/trainer.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <vector>

using namespace mercer;
using namespace mercer::test;

namespace {

std::vector<Index> range(Index begin, Index end) {
  std::vector<Index> ids(static_cast<std::size_t>(end - begin));
  std::iota(ids.begin(), ids.end(), begin);
  return ids;
}

void unheard(Index, double) {}

/// A parabola, samples of one, and the trainer that brings them together.
template <class T>
struct Lesson {
  ParameterVector<T> parameters;
  Parabola<T> layer{parameters};
  SamplesOfParabola<T> batches;
  Trainer<T> trainer;

  Lesson(const Comm& comm, const TrainingOptions& options, Index training, Index validation, T first = T(0.5))
      : batches(training + validation, 4, 4, first), trainer(comm, task(training, validation), options) {}
  Task<T> task(Index training, Index validation) {
    layer.initialise(parameters.raw(), 0);
    return {layer,
            parameters,
            batches,
            range(0, training),
            range(training, training + validation),
            Points::left_open,
            Points::left_known,
            Zeros::none,
            11};
  }
  void run() {
    while (!trainer.is_done()) trainer.advance(unheard);
  }
  std::vector<T> weights() const { return {parameters.raw().begin(), parameters.raw().end()}; }
};

TrainingOptions quick() {
  TrainingOptions options;
  options.epochs = 30;
  options.batch_size = 5;
  options.loss = {.l2 = 1, .h1_periodic = 0.1};
  options.optimiser.learning_rate = 0.1;
  options.augmentation = Augmentation::square;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(training)

BOOST_AUTO_TEST_CASE(a_map_within_reach_is_learnt) {
  const Comm comm;
  TrainingOptions options = quick();
  options.inputs = options.outputs = Normalisation::none;
  options.augmentation = Augmentation::transposition;
  options.epochs = 80;
  Lesson<double> lesson(comm, options, 17, 4);
  lesson.run();
  lesson.trainer.keep_best();
  BOOST_TEST(lesson.trainer.history().back().validation_error < 2e-3);
  const std::vector<double> expected{2, -1, 0.5};
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(std::abs(lesson.weights()[i] - expected[i]) < 1e-2);
}

BOOST_AUTO_TEST_CASE(the_result_is_that_of_one_rank_to_rounding) {
  const Comm comm, self = Comm::self();
  Lesson<double> shared(comm, quick(), 13, 3), alone(self, quick(), 13, 3);
  shared.run();
  alone.run();
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_TEST(shared.weights()[i] == alone.weights()[i], boost::test_tools::tolerance(1e-9));
  BOOST_TEST(shared.trainer.history().back().validation_error == alone.trainer.history().back().validation_error,
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_batch_smaller_than_the_number_of_ranks_is_no_obstacle) {
  const Comm comm, self = Comm::self();
  TrainingOptions options = quick();
  options.batch_size = 2;
  options.epochs = 3;
  Lesson<double> shared(comm, options, 3, 1), alone(self, options, 3, 1);
  shared.run();
  alone.run();
  BOOST_TEST(shared.weights()[0] == alone.weights()[0], boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(a_training_that_was_stopped_goes_on_with_the_same_bits) {
  const Comm comm;
  const SharedScratch scratch(comm);
  Lesson<float> whole(comm, quick(), 13, 3), first(comm, quick(), 13, 3), second(comm, quick(), 13, 3);
  whole.run();
  for (int epoch = 0; epoch < 11; ++epoch) first.trainer.advance(unheard);
  save(comm, scratch / "state.h5", first.trainer.state());
  second.trainer.restore(loader(comm, scratch / "state.h5"));
  BOOST_TEST(second.trainer.epochs_done() == 11);
  second.run();
  BOOST_TEST(second.weights() == whole.weights(), boost::test_tools::per_element());
  whole.trainer.keep_best();
  second.trainer.keep_best();
  BOOST_TEST(second.weights() == whole.weights(), boost::test_tools::per_element());
  BOOST_TEST(second.trainer.history().size() == 30u);
  BOOST_TEST(second.trainer.history()[5].training_loss == whole.trainer.history()[5].training_loss);
}

BOOST_AUTO_TEST_CASE(a_state_of_another_training_is_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  Lesson<float> first(comm, quick(), 13, 3), other(comm, quick(), 9, 3);
  first.trainer.advance(unheard);
  save(comm, scratch / "state.h5", first.trainer.state());
  BOOST_CHECK_EXCEPTION(other.trainer.restore(loader(comm, scratch / "state.h5")), Error,
                        failure(Fault::data, "does not fit 30 epochs of 2 steps"));
}

BOOST_AUTO_TEST_CASE(each_step_tells_its_number_and_loss) {
  const Comm comm;
  Lesson<double> lesson(comm, quick(), 12, 2);
  std::vector<double> losses;
  std::vector<Index> steps;
  for (int epoch = 0; epoch < 2; ++epoch)
    lesson.trainer.advance([&](Index step, double loss) { steps.push_back(step), losses.push_back(loss); });
  BOOST_TEST(steps == range(1, 7), boost::test_tools::per_element());
  BOOST_TEST(losses.front() > losses.back());
  const Epoch first = lesson.trainer.history().front();
  BOOST_TEST(first.training_loss == (5 * losses[0] + 5 * losses[1] + 2 * losses[2]) / 12,
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(validation_alone_decides_which_weights_are_kept_and_when_to_stop) {
  const Comm comm;
  TrainingOptions options = quick();
  options.averaging = 0;
  options.schedule.kind = ScheduleKind::constant;
  options.optimiser.learning_rate = 1;  // too long to settle
  options.patience = 3;
  options.epochs = 1000;
  Lesson<double> lesson(comm, options, 12, 3);
  std::vector<double> best;
  Index best_epoch = 0;
  double least = INFINITY;
  while (!lesson.trainer.is_done()) {
    const Epoch epoch = lesson.trainer.advance(unheard);
    BOOST_TEST(epoch.is_best == (epoch.validation_error < least));
    if (epoch.validation_error >= least) continue;
    least = epoch.validation_error;
    best = lesson.weights();
    best_epoch = epoch.number;
  }
  BOOST_TEST(lesson.trainer.epochs_done() == best_epoch + 3);
  BOOST_TEST(lesson.trainer.history()[static_cast<std::size_t>(best_epoch - 1)].is_best);
  lesson.trainer.keep_best();
  BOOST_TEST(lesson.weights() == best, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_validation_the_last_weights_are_kept) {
  const Comm comm;
  TrainingOptions options = quick();
  options.averaging = 0;
  options.epochs = 4;
  Lesson<double> lesson(comm, options, 7, 0);
  lesson.run();
  const std::vector<double> last = lesson.weights();
  lesson.trainer.keep_best();
  BOOST_TEST(lesson.weights() == last, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(averaged_weights_lag_behind_by_their_memory) {
  const Comm comm;
  TrainingOptions options = quick();
  options.epochs = 1;
  options.batch_size = 6;
  options.averaging = 0.05;
  Lesson<double> lesson(comm, options, 6, 2);
  const double start = lesson.weights()[0];
  lesson.run();
  const double moved = lesson.weights()[0];
  lesson.trainer.keep_best();
  BOOST_TEST(moved != start);
  BOOST_TEST(lesson.weights()[0] == start + 0.95 * (moved - start), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(averages_remember_less_at_first_and_are_what_is_judged) {
  const Comm comm;
  TrainingOptions options = quick();
  options.epochs = 3;
  options.batch_size = 6;  // one step an epoch, so that each epoch shows the weights of its step
  options.averaging = 0.2;
  Lesson<double> lesson(comm, options, 6, 2);
  double average = lesson.weights()[0];
  for (int step = 0; step < 3; ++step) {
    lesson.trainer.advance(unheard);
    const double memory = std::min(0.2, (1.0 + step) / (10.0 + step));
    average += (1 - memory) * (lesson.weights()[0] - average);
    const std::vector<StateArray> state = lesson.trainer.state();
    const auto stored = std::ranges::find(state, "average", &StateArray::name);
    BOOST_TEST(std::get<Part<double>>(stored->part).values(0) == average, boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_not_finite_ends_the_training_on_all_ranks) {
  const Comm comm;
  TrainingOptions options = quick();
  options.inputs = options.outputs = Normalisation::none;
  Lesson<double> lesson(comm, options, 6, 1, std::nan(""));
  BOOST_CHECK_EXCEPTION(lesson.run(), Error, failure(Fault::numerics, "of epoch 1; a lower training.learning_rate"));
}

BOOST_AUTO_TEST_CASE(sums_and_means_over_a_batch_differ_by_its_size_alone) {
  const Comm comm;
  TrainingOptions mean = quick(), sum = quick();
  mean.epochs = sum.epochs = 3;
  mean.gradient_limit = sum.gradient_limit = 0;
  mean.batch_size = sum.batch_size = 4;
  mean.optimiser.weight_decay = sum.optimiser.weight_decay = 0;
  sum.over_batch = Reduction::sum;
  sum.optimiser.epsilon = 1e-6;
  mean.optimiser.epsilon = 1e-6 / 4;  // all batches hold 4 samples, and Adam forgets the scale of gradients
  Lesson<double> a(comm, mean, 8, 1), b(comm, sum, 8, 1);
  a.run();
  b.run();
  BOOST_TEST(a.weights()[0] == b.weights()[0], boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(options_and_data_that_do_not_go_together_are_refused) {
  const Comm comm;
  BOOST_CHECK_EXCEPTION(Lesson<float>(comm, quick(), 0, 1), Error, failure(Fault::config, "no samples to train on"));
  TrainingOptions options = quick();
  options.loss = {.l2 = 0};
  BOOST_CHECK_EXCEPTION(Lesson<float>(comm, options, 3, 1), Error, failure(Fault::config, "positive weight"));
}

BOOST_AUTO_TEST_SUITE_END()
