// A model used on data of its own or another grid: to the grid that it sees, through it, and back.
#pragma once

#include <mercer/solvers/model.hpp>
#include <mercer/solvers/support/model_grid.hpp>
#include <mercer/solvers/support/prediction_options.hpp>

namespace mercer {

class Predictor {
 public:
  /// For inputs [y, channel, x] that `grid` has outputs for. The model must outlive it. Throws Fault::config where
  /// `check_prediction` does.
  Predictor(Model& model, const ModelGrid& grid, const PredictionOptions& options, const Shape& inputs);

  const Shape& outputs() const noexcept { return outputs_; }  ///< of one sample, [y, channel, x]
  /// Both [sample, y, channel, x]. Local.
  void predict(View<const float> inputs, View<float> outputs);

 private:
  Model& model_;
  ModelGrid grid_;
  PredictionOptions options_;
  Shape outputs_;
  FieldMap to_model_, base_to_model_, from_model_;
};

}  // namespace mercer
