// Verb predict: a model and inputs in, a file with the outputs out.
#include <mercer/parallel/rank_groups.hpp>
#include <mercer/solvers/driver/file_models.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/support/predictor.hpp>
#include <mercer/solvers/support/prior_predictor.hpp>

#include <algorithm>

namespace mercer::driver {
namespace {

constexpr Index batch = 16;  // samples predicted at once, which bounds the memory

template <class T>
View<T> part(View<T> fields, Index first, Index count) {
  const Shape& shape = fields.shape();
  return {fields.data() + first * fields.strides()[0], {count, shape[1], shape[2], shape[3]}, fields.strides()};
}

void require_fit(const StoredModel& stored, const Shape& given, const std::string& file) {
  const Shape trained = stored.lineage.inputs.sample(),
              with_base{given[0], given[1] + stored.grid.shapes().base, given[2]};
  require_agreed(
      stored.grid.outputs_for(with_base).has_value(), Fault::data,
      "{}: the inputs have {} channels of {} x {} points, and the model was trained on {} channels of {} x {}", file,
      given[1], given[0], given[2], trained[1], trained[0], trained[2]);
}

/// Tells of a grid that is not the model's, on which the answer is interpolated.
void tell_grid(Run& run, const StoredModel& stored, const Shape& given, Record& record) {
  const Shape trained = stored.lineage.inputs.sample();
  if (trained == given) return;
  run.log.info("the model predicts on its own grid, of spacing 1/{}; {} interpolated to spacing 1/{}",
               stored.grid.spacings_of(trained),
               stored.made.prior ? "its correction of the prior is" : "the outputs are",
               stored.grid.spacings_of(given));
  record.set("interpolated_from", fmt::format("{} x {}", trained[0], trained[2]));
}

/// Lets the model work on rows of samples.
void divide(Model& model, const Space& space) {
  auto* divisible = dynamic_cast<SpaceModel*>(&model);
  require(divisible != nullptr, Fault::config,
          "this model predicts whole samples only; use --set training.parallel=samples");
  divisible->divide(space);
}

/// The outputs for the samples [mine), by `predict(first, outputs)` a batch.
template <class Predict>
Tensor<float> in_batches(const Shape& output, const Range& mine, const Predict& predict) {
  Tensor<float> outputs(batch_shape(mine.count(), output));
  for (Index first = 0; first < mine.count(); first += batch) {
    const Index count = std::min(batch, mine.count() - first);
    predict(mine.begin + first, part(outputs.view(), first, count));
  }
  return outputs;
}

/// @collective Each rank of the space gets the same outputs.
Tensor<float> predicted(Run& run, const StoredModel& stored, const Samples& inputs, const Range& mine,
                        const Space& space) {
  if (space.is_divided()) together(run.comm, [&] { divide(*stored.model, space); });
  const auto on_all = [&](const auto& work) {  // what ranks of a space do with one another is no local work
    Tensor<float> outputs;
    if (space.is_divided()) return work();
    together(run.comm, [&] { outputs = work(); });
    return outputs;
  };
  if (stored.made.prior) {
    PriorPredictor predictor(context(run, stored.made.seed), run.registry, stored, inputs, run.line.data);
    return on_all([&] {
      return in_batches(predictor.outputs(), mine,
                        [&](Index first, View<float> into) { predictor.predict(first, into); });
    });
  }
  return on_all([&] {
    Predictor predictor(*stored.model, stored.grid, stored.made.prediction, inputs.channels.sample());
    return in_batches(predictor.outputs(), mine, [&](Index first, View<float> into) {
      predictor.predict(part(inputs.fields.view(), first, into.shape()[0]), into);
    });
  });
}

}  // namespace

int predict(Run& run) {
  const Comm& comm = run.comm;
  const Existing existing = run.line.overwrite ? Existing::replace : Existing::refuse;
  OutputFile::check(comm, run.line.output, existing);
  const StoredCase found = stored_file_model(run, run.line.file, "model");
  if (found.entry) return predict_file_model(run, found);
  const StoredModel stored = read_model(comm, run.line.file, run.registry, found.root);
  const InputFile data(comm, run.line.data);
  const LearningData& names = stored.made.data;
  const Shape given = look_at_samples(data, names.inputs).sample();
  require_fit(stored, given, run.line.data.string());
  const Samples inputs = read_samples(data, names.inputs, split_samples(data, names.split, names.inputs.front()));

  const double start = MPI_Wtime();
  const Index count = inputs.fields.shape()[0];
  const TrainingOptions& training = stored.made.training;
  const RankGroups groups(comm, training.parallel, training.space_ranks);
  const Range mine = groups.samples(count);
  const Tensor<float> outputs = predicted(run, stored, inputs, mine, {&groups.space, training.least_rows});
  const Index told = groups.space.is_root() ? mine.count() : 0;  // by one rank of a group
  const double seconds = largest(comm, MPI_Wtime() - start);
  Record record;
  record.set("model", stored.made.name);
  record.set("parameters", stored.model->parameters());
  record.set("samples", count);
  tell_grid(run, stored, given, record);
  write_prediction(comm, run.line.output, existing, stored,
                   {mine.begin, count, part(outputs.view(), 0, told), fingerprints(inputs)}, record);
  record.set("seconds", seconds);
  record.set("ranks", Index{comm.size()});
  record.set("output", run.line.output.string());
  print(comm, run.line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

}  // namespace mercer::driver
