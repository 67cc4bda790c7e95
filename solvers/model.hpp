// What a model is: it learns to map fields to fields from samples, and predicts. Its state is its parameters; its
// options are those of the case.
#pragma once

#include <mercer/io/checkpoint.hpp>
#include <mercer/nn/batches.hpp>
#include <mercer/nn/trainer.hpp>
#include <mercer/nn/training_cost.hpp>
#include <mercer/solvers/solver.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mercer {

/// What a model learns from, and how.
struct Lesson {
  const Batches<float>& batches;
  std::vector<Index> training, validation;                         ///< samples
  Points inputs = Points::symmetric, outputs = Points::symmetric;  ///< where the values sit
  Zeros zeros = Zeros::none;                                       ///< of the outputs; who predicts sets them again
  TrainingOptions options;
};

/// Who looks on while a model learns, alike on all ranks.
struct Watch {
  /// After each step: how many of how many are done, and the loss.
  std::function<void(Index done, Index total, double loss)> step;
  /// After each epoch; `state` gives the arrays from which the training can go on. Says whether it shall.
  std::function<bool(const Epoch& epoch, const std::function<std::vector<StateArray>()>& state)> epoch;
  /// Fills the arrays of such a state, where the training goes on from one.
  std::function<void(std::span<const StateArray>)> resume;
};

/// Made with its options; then prepared, and either trained or given its state.
class Model {
 public:
  virtual ~Model() = default;
  /// Makes the parameters for samples of these shapes and draws initial values. Local, the same on every rank. Throws
  /// Fault::config for shapes that the model cannot take.
  virtual void prepare(const SampleShapes& shapes, const TrainingOptions& training, std::uint64_t seed) = 0;
  /// @collective Learns, and gives the history. Throws Fault::numerics where a loss is not finite.
  virtual std::vector<Epoch> train(const Context& context, const Lesson& lesson, const Watch& watch) = 0;
  /// Outputs for inputs, both [sample, y, channel, x]. Local.
  virtual void predict(View<const float> inputs, View<float> outputs) = 0;
  /// All arrays that are learnt, the same on every rank; loading them restores the model.
  virtual std::vector<StateArray> state() = 0;
  virtual Index parameters() const = 0;  ///< numbers that are learnt
  /// @collective What a training on so many samples costs, after `prepare`. Throws Fault::unavailable where that is not
  /// known.
  virtual TrainingCost estimate(const Comm& comm, const TrainingOptions& options, Index training,
                                Index validation) const = 0;
};

/// What a model also is where it can predict samples whose rows are divided among ranks.
class SpaceModel {
 public:
  virtual ~SpaceModel() = default;
  /// From now on Model::predict is @collective on the space: each rank gives the same whole inputs, works on its rows,
  /// and gets the whole outputs; the space outlives its use. Local. Throws Fault::config where the model cannot be
  /// divided.
  virtual void divide(const Space& space) = 0;
};

}  // namespace mercer
