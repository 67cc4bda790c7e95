// Verb evaluate: the errors of a prediction against the truth.
#include <mercer/nn/loss.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/driver/file_models.hpp>
#include <mercer/solvers/driver/print.hpp>

#include <algorithm>
#include <numeric>

namespace mercer::driver {
namespace {

constexpr Index fewest_points = 4;  // that one-sided differences need

std::vector<Index> first(Index count) {
  std::vector<Index> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), Index{0});
  return ids;
}

template <class T>
View<T> part(View<T> fields, const Range& samples) {
  const Shape& shape = fields.shape();
  return {fields.data() + samples.begin * fields.strides()[0],
          {samples.count(), shape[1], shape[2], shape[3]},
          fields.strides()};
}

/// @collective Mean over all samples.
double mean_error(const Comm& comm, const LossWeights& norm, const Samples& predicted, const Samples& truth) {
  const Index count = truth.fields.shape()[0];
  const Range mine = block(count, comm.rank(), comm.size());
  std::vector<double> errors(static_cast<std::size_t>(mine.count()));
  together(comm, [&] {
    RelativeLoss<float> loss(norm, truth.channels.sample());
    loss.evaluate(part(predicted.fields.view(), mine), part(truth.fields.view(), mine), errors);
  });
  return reproducible_sum(comm, errors) / static_cast<double>(count);
}

std::vector<Index> read_numbers(const InputFile& file, const std::string& name, Index count) {
  const Shape shape = file.info(name).shape;
  require_agreed(shape == Shape{count}, Fault::data, "{}: '{}' has the shape {}, not one number for each of {} samples",
                 file.path().string(), name, text(shape), count);
  std::vector<Index> numbers(static_cast<std::size_t>(count));
  file.read<Index>(name, Slab::whole(shape), View<Index>(numbers.data(), shape));
  return numbers;
}

/// The samples must be those that were predicted, in the same order.
void require_same_samples(const InputFile& prediction, const InputFile& data, const LearningData& names,
                          const std::vector<Index>& ids) {
  const auto count = static_cast<Index>(ids.size());
  const std::vector<Index> then = read_numbers(prediction, "mercer/prediction/fingerprints", count);
  const std::vector<Index> now = fingerprints(read_samples(data, names.inputs, ids));
  const auto gap = std::ranges::mismatch(then, now).in1 - then.begin();
  require_agreed(then == now, Fault::data,
                 "{}: the inputs of sample {} are not those that '{}' was predicted from; evaluate a prediction with "
                 "the file it was made from, and the same data.split",
                 data.path().string(), gap < std::ssize(ids) ? ids[static_cast<std::size_t>(gap)] : 0,
                 prediction.path().string());
}

bool has_slopes(const Shape& sample) {
  const auto is_enough = [](Index points) { return points == 1 || points >= fewest_points; };
  return is_enough(sample[0]) && is_enough(sample[2]);
}

}  // namespace

int evaluate(Run& run) {
  const Comm& comm = run.comm;
  const StoredCase stored = stored_file_model(run, run.line.file, "prediction");
  if (stored.entry) return evaluate_file_model(run, stored);
  const InputFile prediction(comm, run.line.file), data(comm, run.line.data);
  LearningData names;
  together(comm, [&] {
    Complaints complaints;
    names = read_model_case(stored.root, complaints).data;
    complaints.raise();
  });
  const std::vector<Index> ids = split_samples(data, names.split, names.outputs.front());
  const auto count = static_cast<Index>(ids.size());
  std::vector<std::string> predicted_names;
  for (const std::string& name : names.outputs) predicted_names.push_back("outputs/" + short_name(name));
  const Samples truth = read_samples(data, names.outputs, ids);
  const Channels channels = look_at_samples(prediction, predicted_names);
  const Index predicted_count = prediction.info(predicted_names.front()).shape[0];
  require_agreed(channels.sample() == truth.channels.sample() && predicted_count == count, Fault::data,
                 "{} samples of shape {} in '{}' cannot be compared with {} of shape {} in '{}'", predicted_count,
                 text(channels.sample()), run.line.file.string(), count, text(truth.channels.sample()),
                 run.line.data.string());
  require_same_samples(prediction, data, names, ids);
  const Samples predicted = read_samples(prediction, predicted_names, first(count));

  Record record;
  record.set("relative_l2", mean_error(comm, {.l2 = 1}, predicted, truth));
  if (has_slopes(truth.channels.sample()))
    record.set("relative_h1", mean_error(comm, {.l2 = 0, .h1_one_sided = 1}, predicted, truth));
  record.set("samples", count);
  const std::vector<Index> seen = read_numbers(prediction, "mercer/prediction/seen_in_training", count);
  record.set("samples_seen_in_training", std::accumulate(seen.begin(), seen.end(), Index{0}));
  for (const double parameters : prediction.number_attribute("mercer/certificate", "parameters"))
    record.set("parameters", static_cast<Index>(parameters));
  print(comm, run.line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

}  // namespace mercer::driver
