// What a training costs a rank, told before it is run.
#pragma once

#include <mercer/nn/batch_cost.hpp>
#include <mercer/nn/batches.hpp>
#include <mercer/nn/training_options.hpp>

namespace mercer {

/// Of the fullest rank.
struct TrainingCost {
  double batch_bytes = 0;      ///< arrays and tapes of a batch, one of training and one of validation
  double parameter_bytes = 0;  ///< weights, gradient, its terms from other ranks, averages, optimiser
  double step_flops = 0;       ///< of convolutions
  double epoch_flops = 0;      ///< with the validation
  double step_bytes_sent = 0;  ///< in messages of rows, where these are divided
  double sum_bytes_sent = 0;   ///< by the sums over all ranks of a step: the gradient, and the losses of the batch
};

/// @collective For a network of so many parameters and a training on so many samples. Throws Fault::unavailable where
/// the layer does not tell what it costs, else what Trainer throws of options and shapes. Instantiated for float and
/// double.
template <class T>
TrainingCost training_cost(const Comm& comm, const Layer<T>& layer, Index parameters, const SampleShapes& shapes,
                           Index training, Index validation, const TrainingOptions& options);

}  // namespace mercer
