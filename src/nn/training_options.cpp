#include <mercer/nn/training_options.hpp>

#include <algorithm>

namespace mercer {

void describe(Binder& bind, LossWeights& loss) {
  const Limits weight{0, 1e9};
  bind.field("l2", loss.l2, "weight of the relative L2 error", weight);
  bind.field("h1_fourier", loss.h1_fourier,
             "weight of the relative H1 error by Fourier transform, wave numbers below 20 (MgNO)", weight);
  bind.field("h1_periodic", loss.h1_periodic, "weight of the relative H1 error by differences on a torus", weight);
  bind.field("h1_one_sided", loss.h1_one_sided,
             "weight of the relative H1 error by differences, one-sided at the boundary", weight);
  bind.field("forward_differences", loss.forward_differences,
             "weight of the relative error of differences between neighbours", weight);
  bind.field("h1_absolute", loss.h1_absolute,
             "weight of sqrt(10 |e|^2 + |grad e|^2) by differences, over no norm of the target (MgNO for Helmholtz)",
             weight);
  bind.field("guard", loss.guard, "added to the norms of the targets", {0, 1e9});
}

void describe(Binder& bind, AdamOptions& adam) {
  bind.field("beta1", adam.beta1, "memory of the mean of the gradient", {0, 0.9999999});
  bind.field("beta2", adam.beta2, "memory of the mean of its square", {0, 0.9999999});
  bind.field("epsilon", adam.epsilon, "added to the root of that", {0, 1});
  bind.choice("epsilon_in", adam.epsilon_in, {{"corrected", Epsilon::corrected}, {"raw", Epsilon::raw}},
              "whether after bias correction (PyTorch) or before (neuraloperator)");
  bind.field("weight_decay", adam.weight_decay, "strength of the pull to zero", {0, 1e3});
  bind.choice("decay", adam.decay,
              {{"decoupled", Decay::decoupled}, {"after", Decay::after}, {"gradient", Decay::gradient}},
              "AdamW, AdamW with the decay after the step (neuraloperator), or a term of the gradient (MgNO)");
}

void describe(Binder& bind, ScheduleOptions& schedule) {
  bind.choice("kind", schedule.kind,
              {{"constant", ScheduleKind::constant},
               {"step", ScheduleKind::step},
               {"cosine", ScheduleKind::cosine},
               {"one_cycle", ScheduleKind::one_cycle}},
              "of the learning rate");
  bind.choice("tick", schedule.tick, {{"step", Tick::step}, {"epoch", Tick::epoch}}, "when it changes");
  bind.field("every", schedule.every, "step: ticks between two changes", {1, 1e12});
  bind.field("factor", schedule.factor, "step: factor of each change", {0, 1});
  bind.field("rise", schedule.rise, "one_cycle: fraction of the ticks before the peak", {0, 1});
  bind.field("start_divisor", schedule.start_divisor, "one_cycle: peak / first rate", {1e-9, 1e9});
  bind.field("end_divisor", schedule.end_divisor, "one_cycle: first rate / last rate", {1e-9, 1e9});
  bind.field("cycles_memory", schedule.cycles_memory,
             "one_cycle: let beta1 go from 0.95 to 0.85 at the peak and back, as PyTorch does by default");
}

void describe(Binder& bind, TrainingOptions& training) {
  bind.field("epochs", training.epochs,
             "passes over the training samples; 0, with a prior, leaves its fields as they are", {0, 1e9});
  bind.field("batch_size", training.batch_size, "samples a step, over all ranks", {1, 1e9});
  bind.field("learning_rate", training.optimiser.learning_rate, "at the peak of the schedule", {0, 1e3});
  bind.section("loss", training.loss, "what is minimised");
  bind.choice("over_batch", training.over_batch, {{"mean", Reduction::mean}, {"sum", Reduction::sum}},
              "how the losses of a batch are put together; the published MgNO takes the sum");
  bind.section("optimiser", training.optimiser, "Adam");
  bind.choice("decayed", training.decayed, {{"arrays", DecayScope::arrays}, {"all", DecayScope::all}},
              "whether the weight decay spares parameters of one dimension, such as biases");
  bind.section("schedule", training.schedule, "of the learning rate");
  bind.field("gradient_limit", training.gradient_limit, "longest gradient, longer ones are shortened; 0 for any",
             {0, 1e30});
  bind.field("averaging", training.averaging,
             "memory of the average of the weights that is judged and kept, shorter at first; 0 for the weights as "
             "they are",
             {0, 0.9999999});
  bind.choice(
      "augmentation", training.augmentation,
      {{"none", Augmentation::none}, {"transposition", Augmentation::transposition}, {"square", Augmentation::square}},
      "symmetries that the equation shares: axes swapped, or all eight of the square");
  const auto normalisation = [&](const char* name, Normalisation& kind, const char* meaning) {
    bind.choice(name, kind,
                {{"none", Normalisation::none},
                 {"scale", Normalisation::scale},
                 {"channel", Normalisation::channel},
                 {"pixel", Normalisation::pixel}},
                meaning);
  };
  normalisation("inputs", training.inputs,
                "what the network sees: values as they are, over the deviation of a channel, less its mean, or both a "
                "point");
  normalisation("outputs", training.outputs, "the same for what it gives; the loss is that of the values themselves");
  bind.field("patience", training.patience,
             "epochs without a better validation error before the training stops; 0 for "
             "never",
             {0, 1e9});
  bind.choice("parallel", training.parallel,
              {{"samples", Parallel::samples}, {"space", Parallel::space}, {"both", Parallel::both}},
              "what is divided among ranks: samples of a batch, rows of each sample, or samples among groups and rows "
              "inside");
  bind.field("space_ranks", training.space_ranks, "both: ranks of a group", {1, 1e6});
  bind.field("least_rows", training.least_rows,
             "space, both: grids of which a rank would have fewer rows are worked on by all as a whole", {1, 1e9});
}

Rates rates(const TrainingOptions& options, Index steps_per_epoch) {
  const ScheduleOptions& schedule = options.schedule;
  const Index stride = schedule.tick == Tick::step ? 1 : steps_per_epoch;
  const Index ticks = std::max<Index>(1, options.epochs * steps_per_epoch / stride);
  const double peak = options.optimiser.learning_rate;
  Rates by_tick{constant_schedule(peak), constant_schedule(options.optimiser.beta1)};
  if (schedule.kind == ScheduleKind::step) by_tick.learning_rate = step_schedule(peak, schedule.every, schedule.factor);
  if (schedule.kind == ScheduleKind::cosine) by_tick.learning_rate = cosine_schedule(peak, ticks);
  if (schedule.kind == ScheduleKind::one_cycle) {
    const OneCycle cycle{peak, std::max<Index>(2, ticks), schedule.rise, schedule.start_divisor, schedule.end_divisor};
    by_tick.learning_rate = one_cycle_schedule(cycle);
    if (schedule.cycles_memory) by_tick.beta1 = one_cycle_memory(cycle);
  }
  const auto by_step = [stride](Schedule tick) { return [=](Index step) { return tick(step / stride); }; };
  return {by_step(by_tick.learning_rate), by_step(by_tick.beta1)};
}

}  // namespace mercer
