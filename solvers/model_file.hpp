// Files of models: trained ones, unfinished trainings, and predictions. A model file needs nothing else to predict.
#pragma once

#include <mercer/io/file.hpp>
#include <mercer/solvers/model.hpp>
#include <mercer/solvers/registry.hpp>
#include <mercer/solvers/support/model_grid.hpp>
#include <mercer/solvers/support/prediction_options.hpp>
#include <mercer/solvers/support/prior_options.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mercer {

/// What a case with a model says of it.
struct ModelCase {
  Node effective;  ///< the whole case, with defaults
  std::string name;
  LearningData data;
  TrainingOptions training;
  PredictionOptions prediction;
  std::optional<PriorOptions> prior;
  Index seed = 0;
};

/// What a model was trained on.
struct Lineage {
  Channels inputs, outputs;
  std::vector<Index> training;  ///< fingerprints of the inputs of all samples that the training has seen
};

/// The number of the epoch whose weights are kept; 0 where there is none.
Index best_epoch(const std::vector<Epoch>& history);

/// @collective Writes /mercer with the model's state, the history, and `record` as its certificate.
void write_model(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate,
                 const ModelCase& made, Model& model, const Lineage& lineage, const std::vector<Epoch>& history,
                 const Record& record);

/// @collective Replaces the file of an unfinished training.
void write_checkpoint(const Comm& comm, const std::filesystem::path& path, const ModelCase& made,
                      const Lineage& lineage, const std::vector<StateArray>& state);

/// @collective Fills the arrays of a training from such a file. Throws Fault::data where it is broken or of other data,
/// Fault::config where it is of another case.
void read_checkpoint(const Comm& comm, const std::filesystem::path& path, const ModelCase& made, const Lineage& lineage,
                     std::span<const StateArray> state);

/// A model ready to predict.
struct StoredModel {
  ModelCase made;
  Lineage lineage;
  Index best_epoch = 0;  ///< of its training: 0 where nothing was learnt that is better than the prior alone
  ModelGrid grid;
  std::shared_ptr<Model> model;
};

/// @collective Reads a model file whose case, as `stored_case` gives it, is `root`. Throws Fault::data for files that
/// are damaged, Fault::unavailable where nothing enrols a model of that name, Fault::config for a case that does not
/// fit.
StoredModel read_model(const Comm& comm, const std::filesystem::path& path, const Registry& registry, const Node& root);

/// What is predicted for some samples, of which this rank holds those from `first` on.
struct Prediction {
  Index first = 0, count = 0;       ///< of this rank, and of all
  View<const float> fields;         ///< [sample, y, channel, x] of this rank, on the grid of the inputs
  std::vector<Index> fingerprints;  ///< of the inputs of all samples
};

/// @collective Writes /outputs/NAME in the shape of the arrays trained on but for the grid, fingerprints, which samples
/// the training had seen, and `record` as certificate.
void write_prediction(const Comm& comm, const std::filesystem::path& path, Existing existing, const StoredModel& stored,
                      const Prediction& prediction, const Record& record);

/// @collective The case in a file of `kind`, "model", "training" or "prediction", with overrides. Throws Fault::data
/// for other files and versions.
Node stored_case(const InputFile& file, const std::string& kind, const std::vector<std::string>& overrides);

/// Reads the blocks of a case that every model has; complaints as usual.
ModelCase read_model_case(const Node& root, Complaints& complaints);
/// Complains of what a model cannot be trained by; files of trained ones may say it.
void check_lesson(const ModelCase& made, const Node& root, Complaints& complaints);

/// Shapes of samples as the model of a case takes them from the data: with the prior, where there is one. Throws
/// Fault::config for outputs that a prior does not give.
SampleShapes learnt_shapes(const ModelCase& made, const SampleShapes& data);

/// "outputs/u" is predicted as "u".
std::string short_name(const std::string& array);

}  // namespace mercer
