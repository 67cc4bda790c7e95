// Predictions averaged over the symmetries of an equation, which the averages then share.
#pragma once

#include <mercer/nn/symmetry.hpp>
#include <mercer/solvers/model.hpp>

namespace mercer {

/// Where the points of a model's fields lie.
struct FieldPoints {
  Points inputs = Points::symmetric, outputs = Points::symmetric;
  Index base = 0;  ///< of the input channels, the last: their points are those of outputs
};

/// Sets `outputs` to the mean over all S of a kind of S^-1 model(S inputs), both [sample, y, channel, x] of scalar
/// fields. Local. Throws Fault::config for fields that are not square.
void predict_mean(Model& model, Augmentation kind, const FieldPoints& points, View<const float> inputs,
                  View<float> outputs);

}  // namespace mercer
