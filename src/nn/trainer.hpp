// Trains a network on batches, or their rows, spread over the ranks: the loop over epochs, its state, and which weights
// are kept.
#pragma once

#include <mercer/nn/pass.hpp>
#include <mercer/nn/training_options.hpp>
#include <mercer/parallel/overlapped_sum.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mercer {

/// What is trained, and on what. The references must outlive the trainer.
template <class T>
struct Task {
  const Layer<T>& layer;
  ParameterVector<T>& parameters;
  const Batches<T>& batches;
  std::vector<Index> training, validation;  ///< samples; without the latter the last weights are kept
  Points inputs = Points::symmetric, outputs = Points::symmetric;  ///< for the augmentation
  Zeros zeros = Zeros::none;                                       ///< of the outputs, before they are judged
  std::uint64_t seed = 0;                                          ///< of the order of samples and the augmentation
};

/// The outcome of one pass over the training samples; number 0 is that of the base alone, before there is a network.
struct Epoch {
  Index number = 0;             ///< from 1
  double learning_rate = 0;     ///< of its last step
  double training_loss = 0;     ///< mean over the samples, each at the weights of its step
  double validation_error = 0;  ///< mean relative L2 error at the end; 0 without validation samples
  bool is_best = false;         ///< whether its weights are kept so far
};

/// Whether a training on samples of these shapes makes sense. Local. Throws Fault::config where options are out of
/// their ranges or do not go together with the data.
void check_training(const TrainingOptions& options, const SampleShapes& shapes, Index samples);

/// Each batch is split among groups of ranks, and the rows of its samples inside a group. Gradients of all ranks are
/// added in rank order, so that a run repeats itself bit for bit and agrees with one on another number of ranks to
/// rounding; their sum starts during the way back, where the layer tells what is complete. All members that compute are
/// @collective. Instantiated for float and double.
template <class T>
class Trainer {
 public:
  /// After each step, with the number of steps done since the start of the training and the mean loss of the batch.
  using StepWatch = std::function<void(Index steps, double loss)>;

  /// Fits the normalisers and judges the base, where there is one. Throws Fault::config where `check_training` does,
  /// where the network does not fit the data, and where ranks cannot be divided as asked for; Fault::data for a sample
  /// that is zero everywhere, where its relative error is asked for.
  Trainer(const Comm& comm, const Task<T>& task, const TrainingOptions& options);
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  Index steps_per_epoch() const noexcept { return steps_per_epoch_; }
  Index epochs_done() const noexcept { return counts_[0]; }
  /// Whether all epochs are done, or the validation error has not fallen for `patience` of them.
  bool is_done() const noexcept;
  /// One epoch. Throws Fault::numerics where the loss of a batch is not finite.
  Epoch advance(const StepWatch& watch);
  /// Puts the best weights into the parameters: the initial ones where the base alone is best.
  void keep_best();

  /// All epochs, after epoch 0 where there is a base. Without validation samples the last one is best.
  std::vector<Epoch> history() const;
  Normalisers<T>& normalisers() noexcept { return normalisers_; }

  /// All that a training that stops here needs to go on with the same bits.
  std::vector<StateArray> state();
  /// `load` fills the arrays of `state`.
  void restore(const std::function<void(std::span<const StateArray>)>& load);

 private:
  bool has_base() const { return task_.batches.shapes().base > 0; }
  std::span<const T> judged() const { return options_.averaging > 0 ? std::span<const T>(average_) : raw(); }
  std::span<const T> raw() const { return std::as_const(task_.parameters).raw(); }
  std::vector<Index> order(Index epoch) const;
  double step(std::span<const Index> samples, Index first_draw);
  void learn(std::span<const Index> samples, Index first_draw, std::span<double> losses, double factor);
  void read(std::span<const Index> ids, Pass<T>& pass, const std::function<Symmetry(Index)>& symmetry);
  void average();
  using Forward = void (Trainer::*)(Index count);  ///< fills the outputs of the inference pass
  void forward_network(Index count) { inference_pass_.forward(judged(), count); }
  void forward_base(Index count) { inference_pass_.forward_base(count); }
  double mean_of(RelativeLoss<T>& loss, std::span<const Index> samples, Forward forward);
  void judge_base();

  const Comm& comm_;
  TrainingOptions options_;
  RankGroups groups_;
  Space space_;
  Task<T> task_;
  Index steps_per_epoch_;
  Rates rates_;
  Normalisers<T> normalisers_;
  Pass<T> training_pass_, inference_pass_;
  RelativeLoss<T> loss_, error_;
  OverlappedSum<T> gradient_sum_;
  Tensor<T> whole_inputs_, whole_targets_;  ///< one sample, where its rows are divided
  Adam<T> adam_;
  typename Adam<T>::State stored_adam_;
  std::vector<T> average_, best_;
  std::array<Index, 4> counts_{};  ///< epochs done, best epoch, steps done, steps of Adam
  Tensor<double> history_;         ///< [1 + epochs, 3]: learning rate, training loss, validation error
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace mercer
