#include <mercer/solvers/support/predictor.hpp>
#include <mercer/solvers/support/symmetric_mean.hpp>

namespace mercer {
namespace {

Shape outputs_for(const ModelGrid& grid, const Shape& inputs) {
  const std::optional<Shape> outputs = grid.outputs_for(inputs);
  require(outputs.has_value(), Fault::internal, "the model has no outputs for {} x {} points", inputs[0], inputs[2]);
  return *outputs;
}

}  // namespace

Predictor::Predictor(Model& model, const ModelGrid& grid, const PredictionOptions& options, const Shape& inputs)
    : model_(model),
      grid_(grid),
      options_(options),
      outputs_(outputs_for(grid, inputs)),
      to_model_(grid.from_inputs(inputs)),
      base_to_model_(grid.from_outputs(outputs_)),
      from_model_(grid.to_outputs(outputs_)) {
  check_prediction(options, grid.shapes());
}

void Predictor::predict(View<const float> inputs, View<float> outputs) {
  const Index count = inputs.shape()[0];
  const SampleShapes& shapes = grid_.shapes();
  Tensor<float> seen(batch_shape(count, shapes.inputs)), answer(batch_shape(count, shapes.outputs));
  const Index others = inputs.shape()[2] - shapes.base;
  to_model_.apply(channels(inputs, 0, others), channels(seen.view(), 0, others));
  base_to_model_.apply(last_channels(inputs, shapes.base), last_channels(seen.view(), shapes.base));
  predict_mean(model_, options_.symmetries, {grid_.inputs(), grid_.outputs(), shapes.base}, std::as_const(seen).view(),
               answer.view());
  set_zeros(grid_.zeros(), answer.view());
  from_model_.apply(std::as_const(answer).view(), outputs);
}

}  // namespace mercer
