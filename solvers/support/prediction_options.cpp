#include <mercer/solvers/support/prediction_options.hpp>

namespace mercer {

void describe(Binder& bind, PredictionOptions& prediction) {
  bind.choice(
      "symmetries", prediction.symmetries,
      {{"none", Augmentation::none}, {"transposition", Augmentation::transposition}, {"square", Augmentation::square}},
      "symmetries over which predictions are averaged, for scalar fields and equations that share them: none, axes "
      "swapped, or all eight of the square");
}

void check_prediction(const PredictionOptions& options, const SampleShapes& shapes) {
  const Shape &from = shapes.inputs, &to = shapes.outputs;
  require(options.symmetries == Augmentation::none || (from[0] == from[2] && to[0] == to[2]), Fault::config,
          "prediction.symmetries of a square need square fields, not {} x {} points", from[0], from[2]);
}

}  // namespace mercer
