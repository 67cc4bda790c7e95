#include <mercer/parallel/tasks.hpp>
#include <mercer/solvers/gp/arrays.hpp>
#include <mercer/solvers/gp/prediction.hpp>
#include <mercer/solvers/model_file.hpp>
#include <mercer/solvers/support/sample_runs.hpp>
#include <mercer/solvers/support/samples.hpp>
#include <mercer/solvers/support/tally.hpp>

#include <algorithm>
#include <numeric>

namespace mercer::gp_model {
namespace {

constexpr const char* about = "mercer/prediction";

/// What the regressions say of all samples; every rank has it.
struct Answers {
  Regression::Prediction coefficients, numbers;  ///< [samples, columns]
  std::vector<double> novelty;                   ///< [samples]
};

Index columns_of(const std::optional<Regression>& regression) { return regression ? regression->fit().y.cols() : 0; }

/// @collective A block of samples is a task.
Answers answers_to(const Comm& comm, const Learnt& learnt, const Matrix& inputs) {
  constexpr Index together = 64;
  const Index samples = inputs.rows(), modes = columns_of(learnt.coefficients), numbers = columns_of(learnt.numbers),
              width = 2 * (modes + numbers) + 1;
  const auto predicted = [&](Index task, std::span<double> record) {
    const Index first = task * together, count = std::min(together, samples - first);
    const Matrix x = inputs.middleRows(first, count);
    Eigen::Map<Matrix> into(record.data(), together, width);
    const auto add = [&](const std::optional<Regression>& regression, Index at) {
      if (!regression) return;
      const Regression::Prediction answer = regression->predict(x);
      into.block(0, at, count, answer.mean.cols()) = answer.mean;
      into.block(0, at + answer.mean.cols(), count, answer.mean.cols()) = answer.deviation;
      into.col(width - 1).head(count) = regression->novelty(x);
    };
    add(learnt.coefficients, 0);
    add(learnt.numbers, 2 * modes);
  };
  const Index tasks = (samples + together - 1) / together;
  std::vector<double> records = run_tasks(comm, tasks, together * width, predicted);
  Answers answers{{Matrix(samples, modes), Matrix(samples, modes)},
                  {Matrix(samples, numbers), Matrix(samples, numbers)},
                  std::vector<double>(static_cast<std::size_t>(samples))};
  for (Index task = 0; task < tasks; ++task) {
    const Index first = task * together, count = std::min(together, samples - first);
    const Eigen::Map<const Matrix> from(records.data() + task * together * width, together, width);
    const auto take = [&](Regression::Prediction& into, Index at) {
      into.mean.middleRows(first, count) = from.block(0, at, count, into.mean.cols());
      into.deviation.middleRows(first, count) = from.block(0, at + into.mean.cols(), count, into.mean.cols());
    };
    take(answers.coefficients, 0);
    take(answers.numbers, 2 * modes);
    for (Index i = 0; i < count; ++i) answers.novelty[static_cast<std::size_t>(first + i)] = from(i, width - 1);
  }
  return answers;
}

Shape with_samples(Index samples, const Shape& sample) {
  std::vector<Index> sizes{samples};
  sizes.insert(sizes.end(), sample.span().begin(), sample.span().end());
  return Shape(sizes);
}

/// Writes [samples, entries] that are columns [entries, count] of what `decode(first, count)` gives.
template <class Decode>
void write_columns(OutputFile& file, const std::string& name, const Shape& whole, const Decode& decode) {
  const Index size = whole.count() / whole[0];
  file.write_rows<double>(name, whole, [&](Index first, std::span<double> rows) {
    const Matrix values = decode(first, std::ssize(rows) / size);
    std::copy_n(values.data(), rows.size(), rows.begin());
  });
}

void write_field(OutputFile& file, const Output& output, const Regression::Prediction& all, Index at, Index samples) {
  const FieldDecoder decoder(output.basis, output.residual);
  const Shape whole = with_samples(samples, output.sample);
  const auto some = [&](const Matrix& table, Index first, Index count) -> Matrix {
    return table.block(first, at, count, decoder.modes()).transpose();
  };
  write_columns(file, "outputs/" + short_name(output.name), whole,
                [&](Index first, Index count) { return decoder.values(some(all.mean, first, count)); });
  write_columns(file, "std/" + short_name(output.name), whole, [&](Index first, Index count) -> Matrix {
    return decoder.variances(some(all.deviation, first, count).cwiseAbs2()).cwiseSqrt();
  });
}

void write_numbers(OutputFile& file, const Output& output, const Regression::Prediction& all, Index at, Index samples) {
  const Shape whole = with_samples(samples, output.sample);
  for (const auto& [group, table] : {std::pair("outputs/", &all.mean), std::pair("std/", &all.deviation)}) {
    const Matrix columns = table->middleCols(at, output.columns()).transpose();
    file.write<double>(group + short_name(output.name), whole,
                       std::span<const double>(columns.data(), static_cast<std::size_t>(columns.size())));
  }
}

template <class T>
void write_list(OutputFile& file, const std::string& name, const std::vector<T>& values) {
  file.write<T>(name, Shape{std::ssize(values)}, std::span<const T>(values));
}

void require_same_samples(const InputFile& prediction, const InputFile& truth, const std::vector<Index>& samples) {
  const std::vector<Index> then = read_list<Index>(prediction, fmt::format("{}/fingerprints", about)),
                           now = fingerprints(
                               input_table(truth, prediction.read_text(fmt::format("{}/inputs", about)), samples));
  const auto gap = std::ranges::mismatch(then, now).in1 - then.begin();
  require_agreed(then == now, Fault::data,
                 "{}: the inputs of sample {} are not those that '{}' was predicted from; evaluate a prediction with "
                 "the file it was made from",
                 truth.path().string(), gap < std::ssize(samples) ? samples[static_cast<std::size_t>(gap)] : 0,
                 prediction.path().string());
}

/// @collective One tally for each sample of an array.
std::vector<Tally> tallies(const InputFile& prediction, const InputFile& truth, const std::string& name,
                           const std::vector<Index>& samples) {
  const std::string own = short_name(name);
  const Shape whole = array_shape(prediction, "outputs/" + own);
  require_agreed(sample_shape(truth, name, array_shape(truth, name)[0]) ==
                     sample_shape(prediction, "outputs/" + own, std::ssize(samples)),
                 Fault::data, "{}: a sample of '{}' has another shape than the predicted ones, {}",
                 truth.path().string(), name, text(whole));
  constexpr std::size_t together = 64;  // samples that are held at once
  std::vector<Tally> all(samples.size());
  for (std::size_t first = 0; first < samples.size(); first += together) {
    const std::size_t last = std::min(samples.size(), first + together);
    std::vector<Index> places(last - first);
    std::iota(places.begin(), places.end(), static_cast<Index>(first));
    const auto predicted = [&](const std::string& group) {
      std::vector<double> values;
      each_sample(prediction, group + own, places, [&](Index, std::span<const double> numbers) {
        values.insert(values.end(), numbers.begin(), numbers.end());
      });
      return values;
    };
    const std::vector<double> mean = predicted("outputs/"), deviation = predicted("std/");
    const std::vector<Index> here(samples.begin() + static_cast<std::ptrdiff_t>(first),
                                  samples.begin() + static_cast<std::ptrdiff_t>(last));
    each_sample(truth, name, here, [&](Index position, std::span<const double> numbers) {
      const std::size_t at = static_cast<std::size_t>(position) * numbers.size();
      Tally& tally = all[first + static_cast<std::size_t>(position)];
      for (std::size_t k = 0; k < numbers.size(); ++k) tally.add(mean[at + k], deviation[at + k], numbers[k]);
    });
  }
  return all;
}

}  // namespace

Record write_prediction(const InputFile& file, const Learnt& learnt, const std::string& split, OutputFile& output) {
  const std::vector<Index> samples = split_samples(file, split, learnt.inputs.front());
  const Index count = array_shape(file, learnt.inputs.front())[0];
  for (std::size_t i = 0; i < learnt.inputs.size(); ++i) {
    const Index numbers = sample_shape(file, learnt.inputs[i], count).count();
    require_agreed(numbers == learnt.input_sizes[i], Fault::data,
                   "{}: a sample of '{}' has {} numbers, and the model was trained with {}", file.path().string(),
                   learnt.inputs[i], numbers, learnt.input_sizes[i]);
  }
  const Matrix inputs = input_table(file, learnt.inputs, samples);
  const Answers answers = answers_to(file.comm(), learnt, inputs);
  Index modes = 0, numbers = 0;
  std::vector<std::string> names;
  for (const Output& array : learnt.outputs) {
    names.push_back(array.name);
    if (array.is_field)
      write_field(output, array, answers.coefficients, modes, inputs.rows());
    else
      write_numbers(output, array, answers.numbers, numbers, inputs.rows());
    (array.is_field ? modes : numbers) += array.columns();
  }
  write_list(output, "novelty", answers.novelty);
  const std::vector<Index> marks = fingerprints(inputs);
  std::vector<Index> seen;
  for (const Index mark : marks) seen.push_back(std::ranges::count(learnt.fingerprints, mark) > 0);
  const std::string group = about;
  output.write_text(group + "/inputs", learnt.inputs);
  output.write_text(group + "/outputs", names);
  write_list(output, group + "/samples", samples);
  write_list(output, group + "/fingerprints", marks);
  write_list(output, group + "/seen_in_training", seen);
  Record record;
  record.set("samples", inputs.rows());
  record.set("samples_seen_in_training", Index{std::ranges::count(seen, 1)});
  record.set("largest_novelty", std::ranges::max(answers.novelty));
  return record;
}

Record errors_of(const InputFile& prediction, const InputFile& truth) {
  const std::string group = about;
  const std::vector<Index> samples = read_list<Index>(prediction, group + "/samples");
  require_same_samples(prediction, truth, samples);
  Record record;
  for (const std::string& name : prediction.read_text(group + "/outputs")) {
    const std::vector<Tally> all = tallies(prediction, truth, name, samples);
    const bool is_scalar = array_shape(prediction, "outputs/" + short_name(name)).dimensions() == 1;
    record_errors((is_scalar ? "scalars." : "fields.") + short_name(name), is_scalar, all, 1, record);
  }
  record.set("samples", std::ssize(samples));
  const std::vector<Index> seen = read_list<Index>(prediction, group + "/seen_in_training");
  record.set("samples_seen_in_training", Index{std::ranges::count(seen, 1)});
  return record;
}

}  // namespace mercer::gp_model
