// How a trained model predicts, as a case says it.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/nn/batches.hpp>
#include <mercer/nn/symmetry.hpp>

namespace mercer {

/// The block `prediction:` of a case with a model.
struct PredictionOptions {
  Augmentation symmetries = Augmentation::none;
};
void describe(Binder& bind, PredictionOptions& prediction);

/// Whether a model of such samples can predict so. Throws Fault::config.
void check_prediction(const PredictionOptions& options, const SampleShapes& shapes);

}  // namespace mercer
