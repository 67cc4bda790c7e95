// How a network is trained, as a case says it.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/nn/loss.hpp>
#include <mercer/nn/normaliser.hpp>
#include <mercer/nn/space.hpp>
#include <mercer/nn/symmetry.hpp>
#include <mercer/optim/adam.hpp>
#include <mercer/optim/schedule.hpp>
#include <mercer/parallel/rank_groups.hpp>

namespace mercer {

enum class ScheduleKind { constant, step, cosine, one_cycle };
enum class Tick { step, epoch };

/// How the learning rate changes.
struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::one_cycle;
  Tick tick = Tick::step;
  Index every = 60;
  double factor = 0.5;
  double rise = 0.2, start_divisor = 10, end_divisor = 100;
  bool cycles_memory = false;
};

enum class Reduction { mean, sum };

struct TrainingOptions {
  Index epochs = 40, batch_size = 16;
  LossWeights loss{.l2 = 1, .forward_differences = 0.3};
  Reduction over_batch = Reduction::mean;
  AdamOptions optimiser{.learning_rate = 1e-3, .weight_decay = 1e-4};
  DecayScope decayed = DecayScope::arrays;
  ScheduleOptions schedule;
  double gradient_limit = 1;
  double averaging = 0.995;
  Augmentation augmentation = Augmentation::none;
  Normalisation inputs = Normalisation::channel, outputs = Normalisation::scale;
  Index patience = 0;
  Parallel parallel = Parallel::samples;
  Index space_ranks = 2, least_rows = Space{}.least_rows;
};

void describe(Binder& bind, LossWeights& loss);
void describe(Binder& bind, AdamOptions& adam);
void describe(Binder& bind, ScheduleOptions& schedule);
void describe(Binder& bind, TrainingOptions& training);

/// Learning rate and beta1 at each step of a training.
struct Rates {
  Schedule learning_rate, beta1;
};

/// Throws Fault::config where an option is out of its range.
Rates rates(const TrainingOptions& options, Index steps_per_epoch);

}  // namespace mercer
