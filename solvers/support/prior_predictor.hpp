// A trained model that corrects a prior, used on data of its own or another grid.
#pragma once

#include <mercer/solvers/model_file.hpp>
#include <mercer/solvers/support/predictor.hpp>
#include <mercer/solvers/support/prior.hpp>

#include <filesystem>
#include <optional>

namespace mercer {

/// The prior on the grid of the data, and there the correction of the model, which is made on its own grid for the
/// prior on that, interpolated, and weighted with the spacing: errors of a prior are of first order. A model without
/// training corrects nothing.
class PriorPredictor {
 public:
  /// @collective Solves for all samples, which stand in the file `data`. `stored` must outlive it, has a prior, and
  /// outputs for such inputs. Throws what the solver throws, and Fault::config for a prior that does not fit the data.
  PriorPredictor(const Context& context, const Registry& registry, const StoredModel& stored, const Samples& inputs,
                 const std::filesystem::path& data);

  const Shape& outputs() const noexcept { return outputs_; }  ///< of one sample, [y, channel, x]
  /// For the samples from `first` on. Local.
  void predict(Index first, View<float> outputs);

 private:
  /// Inputs and prior on the grid of the data that the model was trained on, where these are on another one.
  Tensor<float> on_own_grid(const Context& context, const Registry& registry, const StoredModel& stored,
                            const Samples& inputs, const std::filesystem::path& data) const;

  ModelGrid plain_;  ///< the grid of the data trained on, without more nodes
  Shape outputs_;
  double weight_;
  Tensor<float> priors_, own_;
  Predictor predictor_;
  FieldMap to_data_;
};

}  // namespace mercer
