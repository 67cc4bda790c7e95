#include <mercer/base/random.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/optim/gradient_norm.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>
#include <optional>

namespace mercer {
namespace {

constexpr std::uint64_t order_stream = 0x6f72646572;  // apart from other random numbers of a seed

Index batches_of(Index samples, Index batch) { return (samples + batch - 1) / batch; }

/// Samples that the fullest group has of a batch.
Index share(Index batch, int groups) { return (batch + groups - 1) / groups; }

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Rows of sample `from_sample`, from `first` on, to all rows of sample `to_sample`.
template <class T>
void copy_rows(View<const T> from, Index from_sample, Index first, View<T> to, Index to_sample) {
  for (Index y = 0; y < to.shape()[1]; ++y)
    for (Index c = 0; c < to.shape()[2]; ++c)
      std::copy_n(&from(from_sample, first + y, c, 0), to.shape()[3], &to(to_sample, y, c, 0));
}

/// @collective The first of some samples whose targets are zero everywhere, or -1; each rank looks at a part.
template <class T>
Index zero_sample(const Comm& comm, const Batches<T>& batches, std::span<const Index> samples) {
  const SampleShapes shapes = batches.shapes();
  Tensor<T> x(batch_shape(1, shapes.inputs)), y(batch_shape(1, shapes.outputs));
  const auto is_zero = [&](const Index& sample) {
    batches.read({&sample, 1}, x.view(), y.view());
    for (Index row = 0; row < y.view().rows(); ++row)
      if (std::ranges::any_of(y.view().row(row), [](T value) { return value != T(0); })) return false;
    return true;
  };
  const Range mine = block(static_cast<Index>(samples.size()), comm.rank(), comm.size());
  const auto own = samples.subspan(static_cast<std::size_t>(mine.begin), static_cast<std::size_t>(mine.count()));
  const auto found = std::ranges::find_if(own, is_zero);
  constexpr Index none = std::numeric_limits<Index>::max();
  const Index first = -largest(comm, -(found == own.end() ? none : *found));
  return first == none ? -1 : first;
}

/// @collective Refuses samples that a relative error is not defined for.
template <class T>
void require_targets(const Comm& comm, const Task<T>& task, const TrainingOptions& options) {
  const Index taught = options.loss.are_relative() ? zero_sample(comm, task.batches, task.training) : -1;
  require_agreed(
      taught < 0, Fault::data,
      "sample {} is zero in all of data.outputs, so that its relative error is not defined; leave it out by a "
      "split in data.train, or train by training.loss.h1_absolute alone",
      taught);
  const Index judging = zero_sample(comm, task.batches, task.validation);
  require_agreed(judging < 0, Fault::data,
                 "sample {}, which judges, is zero in all of data.outputs, so that its relative error is not defined; "
                 "leave it out of data.validation",
                 judging);
}

template <class T>
Task<T> checked(const Comm& comm, const Task<T>& task, const TrainingOptions& options, const Space& space) {
  together(comm, [&] {
    check_training(options, task.batches.shapes(), static_cast<Index>(task.training.size()));
    const SampleShapes shapes = task.batches.shapes();
    Pass<T>(task.layer, {}, shapes, 1, Purpose::inference, Zeros::none, space);
  });
  require_targets(comm, task, options);
  return task;
}

/// @collective The memory for batches of which this rank has so many samples.
template <class T>
Pass<T> batch_pass(const Comm& comm, const Task<T>& task, const Normalisers<T>& normalisers, Index samples,
                   Purpose purpose, const Space& space) {
  std::optional<Pass<T>> pass;
  const auto refuse = [&](const std::string& what) {
    fail(
        Fault::memory,
        "{}; a rank has {} of the samples of a batch: lower training.batch_size, use more ranks, or divide the rows of "
        "samples by training.parallel: space",
        what, samples);
  };
  together(comm, [&] {
    try {
      pass.emplace(task.layer, normalisers, task.batches.shapes(), samples, purpose, task.zeros, space);
    } catch (const std::bad_alloc&) {
      refuse("there is not enough memory");
    } catch (const Error& error) {
      if (error.fault() != Fault::memory) throw;
      refuse(error.what());
    }
  });
  return std::move(*pass);
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
  rates(options, batches_of(samples, options.batch_size));
  Adam<float>(0, options.optimiser);
}

template <class T>
Trainer<T>::Trainer(const Comm& comm, const Task<T>& task, const TrainingOptions& options)
    : comm_(comm),
      options_(options),
      groups_(comm, options.parallel, options.space_ranks),
      space_{&groups_.space, options.least_rows},
      task_(checked(comm, task, options, space_)),
      steps_per_epoch_(batches_of(static_cast<Index>(task.training.size()), options.batch_size)),
      rates_(rates(options, steps_per_epoch_)),
      normalisers_(fit_normalisers(comm, task.batches, task.training, options.inputs, options.outputs)),
      training_pass_(
          batch_pass(comm, task, normalisers_,
                     share(std::min(options.batch_size, static_cast<Index>(task.training.size())), groups_.groups),
                     Purpose::training, space_)),
      inference_pass_(batch_pass(comm, task, normalisers_, training_pass_.samples(), Purpose::inference, space_)),
      loss_(options.loss, task.batches.shapes().outputs, space_),
      error_({}, task.batches.shapes().outputs, space_),
      gradient_sum_(comm, task.parameters.count()),
      adam_(task.parameters.count(), options.optimiser, adam_blocks(task.parameters, options.decayed)),
      average_(raw().begin(), raw().end()),
      best_(average_),
      history_({1 + options.epochs, 3}, Rows::dense) {
  if (space_.is_divided()) {
    whole_inputs_ = Tensor<T>(batch_shape(1, task.batches.shapes().inputs));
    whole_targets_ = Tensor<T>(batch_shape(1, task.batches.shapes().outputs));
  }
  if (has_base()) judge_base();
}

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
  for (Index first = 0; first < count; first += options_.batch_size) {
    const Index size = std::min(options_.batch_size, count - first);
    epoch.learning_rate = rates_.learning_rate(steps);
    const auto batch = std::span(samples).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(size));
    const double loss = step(batch, done * count + first);
    total += loss * static_cast<double>(size);
    ++steps;
    watch(steps, loss);
  }
  epoch.training_loss = total / static_cast<double>(count);
  epoch.validation_error = mean_of(error_, task_.validation, &Trainer::forward_network);
  const bool is_first = best == 0 && !has_base();
  epoch.is_best = task_.validation.empty() || is_first || epoch.validation_error < history_(best, 2);
  ++done;
  history_(done, 0) = epoch.learning_rate;
  history_(done, 1) = epoch.training_loss;
  history_(done, 2) = epoch.validation_error;
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
  gradient_sum_.start(gradient);
  learn(samples, first_draw, losses, factor);
  sum_in_rank_order<double>(comm_, losses);
  gradient_sum_.finish();
  const double loss = mean(losses);
  const Index now = counts_[2];
  require_agreed(std::isfinite(loss), Fault::numerics,
                 "the loss is {} in step {} of epoch {}; a lower training.learning_rate or a "
                 "training.gradient_limit may help",
                 loss, now % steps_per_epoch_ + 1, now / steps_per_epoch_ + 1);
  if (options_.gradient_limit > 0) limit_gradient_norm(gradient, options_.gradient_limit);
  adam_.step(task_.parameters.raw(), gradient, rates_.learning_rate(now), rates_.beta1(now));
  if (options_.averaging > 0) average();
  return loss;
}

template <class T>
void Trainer<T>::learn(std::span<const Index> samples, Index first_draw, std::span<double> losses, double factor) {
  const Range mine = groups_.samples(static_cast<Index>(samples.size()));
  if (mine.count() == 0) return;
  const auto begin = static_cast<std::size_t>(mine.begin), count = static_cast<std::size_t>(mine.count());
  Pass<T>& pass = training_pass_;
  read(samples.subspan(begin, count), pass,
       [&](Index i) { return random_symmetry(options_.augmentation, task_.seed, first_draw + mine.begin + i); });
  const std::span<double> values = losses.subspan(begin, count);
  pass.learn(raw(), task_.parameters.gradient(), mine.count(), pass.judge_by(loss_, values, factor),
             [&](const Range& complete) { gradient_sum_.ready(complete); });
  if (!groups_.space.is_root()) std::ranges::fill(values, 0.0);  // one rank of a group tells them to the others
}

/// Samples, each after its symmetry, into a pass; of divided ones the own rows.
template <class T>
void Trainer<T>::read(std::span<const Index> ids, Pass<T>& pass, const std::function<Symmetry(Index)>& symmetry) {
  const auto count = static_cast<Index>(ids.size());
  const View<T> inputs = pass.inputs(count), targets = pass.targets(count);
  const bool is_divided = space_.is_divided();
  const Index base = task_.batches.shapes().base;
  if (!is_divided) task_.batches.read(ids, inputs, targets);
  for (Index i = 0; i < count; ++i) {
    const View<T> x = is_divided ? whole_inputs_.view() : inputs, y = is_divided ? whole_targets_.view() : targets;
    if (is_divided) task_.batches.read(ids.subspan(static_cast<std::size_t>(i), 1), x, y);
    const Index place = is_divided ? 0 : i;
    const Symmetry of = symmetry(i);
    apply(of, task_.inputs, channels(x, 0, x.shape()[2] - base), place);
    apply(of, task_.outputs, last_channels(x, base), place);  // which is like them
    apply(of, task_.outputs, y, place);
    if (!is_divided) continue;
    copy_rows<T>(x, 0, space_.own(x.shape()[1]).begin, inputs, i);
    copy_rows<T>(y, 0, space_.own(y.shape()[1]).begin, targets, i);
  }
}

template <class T>
void Trainer<T>::average() {
  const double time = static_cast<double>(counts_[2]);
  const T fresh = static_cast<T>(1 - std::min(options_.averaging, (1 + time) / (10 + time)));
  const T* const now = raw().data();
  for (std::size_t i = 0; i < average_.size(); ++i) average_[i] += fresh * (now[i] - average_[i]);
}

template <class T>
void Trainer<T>::judge_base() {
  history_(0, 1) = mean_of(loss_, task_.training, &Trainer::forward_base);
  history_(0, 2) = mean_of(error_, task_.validation, &Trainer::forward_base);
}

/// 0 without samples.
template <class T>
double Trainer<T>::mean_of(RelativeLoss<T>& loss, std::span<const Index> samples, Forward forward) {
  if (samples.empty()) return 0;
  Pass<T>& pass = inference_pass_;
  std::vector<double> errors(samples.size());
  const Range mine = groups_.samples(static_cast<Index>(errors.size()));
  for (Index first = mine.begin; first < mine.end; first += pass.samples()) {
    const Index count = std::min(pass.samples(), mine.end - first);
    const auto begin = static_cast<std::size_t>(first), size = static_cast<std::size_t>(count);
    read(samples.subspan(begin, size), pass, [](Index) { return Symmetry{}; });
    (this->*forward)(count);
    const std::span<double> values = std::span(errors).subspan(begin, size);
    loss.evaluate(pass.outputs(count), pass.targets(count), values);
    if (!groups_.space.is_root()) std::ranges::fill(values, 0.0);
  }
  sum_in_rank_order<double>(comm_, errors);
  return mean(errors);
}

template <class T>
void Trainer<T>::keep_best() {
  std::ranges::copy(best_, task_.parameters.raw().begin());
}

template <class T>
std::vector<Epoch> Trainer<T>::history() const {
  std::vector<Epoch> epochs;
  for (Index e = has_base() ? 0 : 1; e <= counts_[0]; ++e)
    epochs.push_back({e, history_(e, 0), history_(e, 1), history_(e, 2), e == counts_[1]});
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
