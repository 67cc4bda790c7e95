#include <mercer/base/random.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/optim/gradient_norm.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mercer {
namespace {

constexpr std::uint64_t order_stream = 0x6f72646572;  // apart from other random numbers of a seed

Index batches_of(Index samples, Index batch) { return (samples + batch - 1) / batch; }

/// Samples that the fullest rank has of a batch.
Index share(Index batch, int ranks) { return (batch + ranks - 1) / ranks; }

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

template <class T>
Task<T> checked(const Comm& comm, const Task<T>& task, const TrainingOptions& options) {
  together(comm, [&] {
    check_training(options, task.batches.shapes(), static_cast<Index>(task.training.size()));
    const SampleShapes shapes = task.batches.shapes();
    Pass<T>(task.layer, {}, shapes, 1, Purpose::inference);
  });
  return task;
}

}  // namespace

void check_training(const TrainingOptions& options, const SampleShapes& shapes, Index samples) {
  require(samples > 0, Fault::config, "there are no samples to train on");
  require(options.epochs > 0 || shapes.base > 0, Fault::config,
          "training.epochs must be 1 or more; only a model with a prior can do without training");
  const Shape &from = shapes.inputs, &to = shapes.outputs;
  const bool are_square = from[0] == from[2] && to[0] == to[2];
  require(options.augmentation == Augmentation::none || are_square, Fault::config,
          "training.augmentation by the symmetries of a square needs square fields, not {} x {} points", from[0],
          from[2]);
  RelativeLoss<float>(options.loss, to);
  rates(options, batches_of(samples, options.batch));
  Adam<float>(0, options.optimiser);
}

template <class T>
Trainer<T>::Trainer(const Comm& comm, const Task<T>& task, const TrainingOptions& options)
    : comm_(comm),
      task_(checked(comm, task, options)),
      options_(options),
      steps_per_epoch_(batches_of(static_cast<Index>(task.training.size()), options.batch)),
      rates_(rates(options, steps_per_epoch_)),
      normalisers_(fit_normalisers(comm, task.batches, task.training, options.inputs, options.outputs)),
      training_pass_(task.layer, normalisers_, task.batches.shapes(),
                     share(std::min(options.batch, static_cast<Index>(task.training.size())), comm.size()),
                     Purpose::training, task.zeros),
      inference_pass_(task.layer, normalisers_, task.batches.shapes(), training_pass_.samples(), Purpose::inference,
                      task.zeros),
      loss_(options.loss, task.batches.shapes().outputs),
      error_({}, task.batches.shapes().outputs),
      adam_(task.parameters.count(), options.optimiser, adam_blocks(task.parameters, options.decayed)),
      average_(raw().begin(), raw().end()),
      best_(average_),
      history_({options.epochs, 3}, Rows::dense) {}

template <class T>
bool Trainer<T>::is_done() const noexcept {
  const auto [done, best, steps, adam_steps] = counts_;
  return done >= options_.epochs || (options_.patience > 0 && done - best >= options_.patience);
}

template <class T>
std::vector<Index> Trainer<T>::order(Index epoch) const {
  std::vector<Index> samples = task_.training;
  const auto count = static_cast<std::uint64_t>(samples.size());
  const Random random(task_.seed, order_stream);
  for (std::uint64_t left = count; left > 1; --left)  // Fisher and Yates
    std::swap(samples[left - 1], samples[random.integer(static_cast<std::uint64_t>(epoch) * count + left - 1, left)]);
  return samples;
}

template <class T>
Epoch Trainer<T>::advance(const StepWatch& watch) {
  auto& [done, best, steps, adam_steps] = counts_;
  const std::vector<Index> samples = order(done);
  const auto count = static_cast<Index>(samples.size());
  double total = 0;
  Epoch epoch{.number = done + 1};
  for (Index first = 0; first < count; first += options_.batch) {
    const Index size = std::min(options_.batch, count - first);
    epoch.learning_rate = rates_.learning_rate(steps);
    const auto batch = std::span(samples).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(size));
    const double loss = step(batch, done * count + first);
    total += loss * static_cast<double>(size);
    ++steps;
    watch(steps, loss);
  }
  epoch.training_loss = total / static_cast<double>(count);
  epoch.validation_error = validation_error();
  epoch.is_best = task_.validation.empty() || best == 0 || epoch.validation_error < history_(best - 1, 2);
  history_(done, 0) = epoch.learning_rate;
  history_(done, 1) = epoch.training_loss;
  history_(done, 2) = epoch.validation_error;
  ++done;
  if (epoch.is_best) {
    best = done;
    best_.assign(judged().begin(), judged().end());
  }
  return epoch;
}

template <class T>
double Trainer<T>::step(std::span<const Index> samples, Index first_draw) {
  const auto count = static_cast<Index>(samples.size());
  const double factor = options_.over_batch == Reduction::mean ? 1 / static_cast<double>(count) : 1;
  std::vector<double> losses(samples.size());
  const std::span<T> gradient = task_.parameters.gradient();
  std::ranges::fill(gradient, T(0));
  learn(samples, first_draw, losses, factor);
  sum_in_rank_order<double>(comm_, losses);
  const double loss = mean(losses);
  const Index now = counts_[2];
  require_agreed(std::isfinite(loss), Fault::numerics,
                 "the loss is {} in step {} of epoch {}; a lower training.optimiser.learning_rate or a "
                 "training.gradient_limit may help",
                 loss, now % steps_per_epoch_ + 1, now / steps_per_epoch_ + 1);
  sum_in_rank_order(comm_, gradient);
  if (options_.gradient_limit > 0) limit_gradient_norm(gradient, options_.gradient_limit);
  adam_.step(task_.parameters.raw(), gradient, rates_.learning_rate(now), rates_.beta1(now));
  if (options_.averaging > 0) average();
  return loss;
}

template <class T>
void Trainer<T>::learn(std::span<const Index> samples, Index first_draw, std::span<double> losses, double factor) {
  const Range mine = block(static_cast<Index>(samples.size()), comm_.rank(), comm_.size());
  if (mine.count() == 0) return;
  const auto begin = static_cast<std::size_t>(mine.begin), count = static_cast<std::size_t>(mine.count());
  Pass<T>& pass = training_pass_;
  const View<T> inputs = pass.inputs(mine.count()), targets = pass.targets(mine.count());
  const Index base = task_.batches.shapes().base;
  task_.batches.read(samples.subspan(begin, count), inputs, targets);
  for (Index i = 0; i < mine.count(); ++i) {
    const Symmetry symmetry = random_symmetry(options_.augmentation, task_.seed, first_draw + mine.begin + i);
    apply(symmetry, task_.inputs, channels(inputs, 0, inputs.shape()[2] - base), i);
    apply(symmetry, task_.outputs, last_channels(inputs, base), i);  // which is like them
    apply(symmetry, task_.outputs, targets, i);
  }
  pass.forward(raw(), mine.count());
  loss_.evaluate(pass.outputs(mine.count()), targets, losses.subspan(begin, count), factor, pass.slopes(mine.count()));
  pass.backward(raw(), task_.parameters.gradient(), mine.count());
}

template <class T>
void Trainer<T>::average() {
  const double time = static_cast<double>(counts_[2]);
  const T fresh = static_cast<T>(1 - std::min(options_.averaging, (1 + time) / (10 + time)));
  const T* const now = raw().data();
  for (std::size_t i = 0; i < average_.size(); ++i) average_[i] += fresh * (now[i] - average_[i]);
}

template <class T>
double Trainer<T>::validation_error() {
  if (task_.validation.empty()) return 0;
  Pass<T>& pass = inference_pass_;
  std::vector<double> errors(task_.validation.size());
  const Range mine = block(static_cast<Index>(errors.size()), comm_.rank(), comm_.size());
  for (Index first = mine.begin; first < mine.end; first += pass.samples()) {
    const Index count = std::min(pass.samples(), mine.end - first);
    const auto begin = static_cast<std::size_t>(first), size = static_cast<std::size_t>(count);
    task_.batches.read(std::span(task_.validation).subspan(begin, size), pass.inputs(count), pass.targets(count));
    pass.forward(judged(), count);
    error_.evaluate(pass.outputs(count), pass.targets(count), std::span(errors).subspan(begin, size));
  }
  sum_in_rank_order<double>(comm_, errors);
  return mean(errors);
}

template <class T>
void Trainer<T>::keep_best() {
  if (counts_[1] > 0) std::ranges::copy(best_, task_.parameters.raw().begin());
}

template <class T>
std::vector<Epoch> Trainer<T>::history() const {
  std::vector<Epoch> epochs;
  for (Index e = 0; e < counts_[0]; ++e)
    epochs.push_back({e + 1, history_(e, 0), history_(e, 1), history_(e, 2), e + 1 == counts_[1]});
  return epochs;
}

template <class T>
std::vector<StateArray> Trainer<T>::state() {
  stored_adam_ = adam_.state();
  counts_[3] = stored_adam_.steps;
  const auto array = [](const char* name, std::span<T> numbers) {
    return StateArray::everywhere(name, View<T>(numbers.data(), {static_cast<Index>(numbers.size())}));
  };
  std::vector<StateArray> arrays{array("weights", task_.parameters.raw()), array("average", average_),
                                 array("best", best_), array("adam_mean", stored_adam_.mean),
                                 array("adam_square", stored_adam_.square)};
  arrays.push_back(StateArray::everywhere("counts", View<Index>(counts_.data(), {4})));
  arrays.push_back(StateArray::everywhere("history", history_.view()));
  for (StateArray& more : normalisers_.inputs.state("normalisers/inputs")) arrays.push_back(std::move(more));
  for (StateArray& more : normalisers_.outputs.state("normalisers/outputs")) arrays.push_back(std::move(more));
  return arrays;
}

template <class T>
void Trainer<T>::restore(const std::function<void(std::span<const StateArray>)>& load) {
  load(state());
  const auto [done, best, steps, adam_steps] = counts_;
  require_agreed(0 <= best && best <= done && done <= options_.epochs && steps == done * steps_per_epoch_, Fault::data,
                 "a stored training of {} epochs and {} steps does not fit {} epochs of {} steps", done, steps,
                 options_.epochs, steps_per_epoch_);
  stored_adam_.steps = adam_steps;
  adam_.restore(stored_adam_);
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace mercer
