// Verb predict: a model and inputs in, a file with the outputs out.
#include <mercer/parallel/decomposition.hpp>
#include <mercer/solvers/driver/command.hpp>
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

std::vector<std::string> plugins_in(const Node& root) {
  std::vector<std::string> names;
  for (const Node& name : root["plugins"].items()) names.push_back(name.text());
  return names;
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

/// @collective
Tensor<float> predicted(Run& run, const StoredModel& stored, const Samples& inputs, const Range& mine) {
  Tensor<float> outputs;
  if (stored.made.prior) {
    PriorPredictor predictor(context(run, stored.made.seed), run.registry, stored, inputs, run.line.data);
    together(run.comm, [&] {
      outputs =
          in_batches(predictor.outputs(), mine, [&](Index first, View<float> into) { predictor.predict(first, into); });
    });
    return outputs;
  }
  together(run.comm, [&] {
    Predictor predictor(*stored.model, stored.grid, stored.made.prediction, inputs.channels.sample());
    outputs = in_batches(predictor.outputs(), mine, [&](Index first, View<float> into) {
      predictor.predict(part(inputs.fields.view(), first, into.shape()[0]), into);
    });
  });
  return outputs;
}

}  // namespace

int predict(Run& run) {
  const Comm& comm = run.comm;
  const Existing existing = run.line.overwrite ? Existing::replace : Existing::refuse;
  OutputFile::check(comm, run.line.output, existing);
  const StoredModel stored = read_model(comm, run.line.file, run.registry, run.line.overrides, [&](const Node& root) {
    load_plugins(run, plugins_in(root), run.line.file.parent_path());
  });
  const InputFile data(comm, run.line.data);
  const LearningData& names = stored.made.data;
  const Shape given = look_at_samples(data, names.inputs).sample();
  require_fit(stored, given, run.line.data.string());
  const Samples inputs = read_samples(data, names.inputs, split_samples(data, names.split, names.inputs.front()));

  const double start = MPI_Wtime();
  const Index count = inputs.fields.shape()[0];
  const Range mine = block(count, comm.rank(), comm.size());
  const Tensor<float> outputs = predicted(run, stored, inputs, mine);
  const double seconds = largest(comm, MPI_Wtime() - start);
  Record record;
  record.set("model", stored.made.name);
  record.set("parameters", stored.model->parameters());
  record.set("samples", count);
  tell_grid(run, stored, given, record);
  write_prediction(comm, run.line.output, existing, stored, {mine.begin, count, outputs.view(), fingerprints(inputs)},
                   record);
  record.set("seconds", seconds);
  record.set("ranks", Index{comm.size()});
  record.set("output", run.line.output.string());
  print(comm, run.line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

}  // namespace mercer::driver
