// Verb predict: a model and inputs in, a file with the outputs out.
#include <mercer/parallel/decomposition.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>

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

void require_fit(const StoredModel& stored, const Channels& inputs, const std::string& file) {
  const Shape trained = stored.lineage.inputs.sample(), given = inputs.sample();
  require_agreed(
      trained == given, Fault::data,
      "{}: the inputs have {} channels of {} x {} points, and the model was trained on {} channels of {} x {}", file,
      given[1], given[0], given[2], trained[1], trained[0], trained[2]);
}

/// The outputs for the samples [mine).
Tensor<float> predicted(Model& model, const Samples& samples, const Range& mine, const Shape& output) {
  Tensor<float> outputs(batch_shape(mine.count(), output));
  for (Index first = 0; first < mine.count(); first += batch) {
    const Index count = std::min(batch, mine.count() - first);
    model.predict(part(samples.fields.view(), mine.begin + first, count), part(outputs.view(), first, count));
  }
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
  require_fit(stored, look_at_samples(data, names.inputs), run.line.data.string());
  const Samples inputs = read_samples(data, names.inputs, split_samples(data, names.split, names.inputs.front()));

  const double start = MPI_Wtime();
  const Index count = inputs.fields.shape()[0];
  const Range mine = block(count, comm.rank(), comm.size());
  const Shape output = stored.lineage.outputs.sample();
  Tensor<float> outputs;
  together(comm, [&] { outputs = predicted(*stored.model, inputs, mine, output); });
  const double seconds = largest(comm, MPI_Wtime() - start);
  Record record;
  record.set("model", stored.made.name);
  record.set("parameters", stored.model->parameters());
  record.set("samples", count);
  write_prediction(comm, run.line.output, existing, stored,
                   {mine.begin, count, std::as_const(outputs).view(), fingerprints(inputs)}, record);
  record.set("seconds", seconds);
  record.set("ranks", Index{comm.size()});
  record.set("output", run.line.output.string());
  print(comm, run.line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

}  // namespace mercer::driver
