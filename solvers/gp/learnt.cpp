#include <mercer/base/fingerprint.hpp>
#include <mercer/gp/regression_file.hpp>
#include <mercer/report/timer.hpp>
#include <mercer/solvers/gp/arrays.hpp>
#include <mercer/solvers/gp/learnt.hpp>
#include <mercer/solvers/model_file.hpp>
#include <mercer/solvers/support/regression_state.hpp>
#include <mercer/solvers/support/sample_runs.hpp>
#include <mercer/solvers/support/samples.hpp>

#include <algorithm>
#include <numeric>

namespace mercer::gp_model {
namespace {

/// Predictions go by the last part of a name.
void require_own_names(const std::vector<std::string>& outputs) {
  std::vector<std::string> names;
  for (const std::string& name : outputs) names.push_back(short_name(name));
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  require(twice == names.end(), Fault::config,
          "data.outputs: two arrays are called '{}'; rename one, as predictions are called so",
          twice == names.end() ? "" : *twice);
}

void require_varying(const InputFile& file, const Matrix& inputs) {
  for (Index column = 0; column < inputs.cols(); ++column)
    if (inputs.col(column).minCoeff() < inputs.col(column).maxCoeff()) return;
  fail(Fault::data, "{}: no input varies among the {} training samples, so there is nothing to learn from",
       file.path().string(), inputs.rows());
}

/// @collective The basis of a field, and the coefficients [samples, modes].
Matrix find_modes(const Context& context, const InputFile& file, const Options& options,
                  const std::vector<Index>& samples, Output& output) {
  const Comm& comm = context.comm;
  const Index size = output.sample.count();
  const std::vector<double> weights(static_cast<std::size_t>(size), 1 / static_cast<double>(size));
  const Tensor<double> snapshots =
      part_of_fields(file, output.name, samples, aligned_part(size, comm.rank(), comm.size()));
  FittedBasis fitted =
      fit_basis(comm, snapshots, weights, basis_options(options.modes, options.energy, options.centring));
  output.basis = std::move(fitted.basis);
  output.residual = std::move(fitted.residual_variance);
  const double factor = freedom_factor(std::ssize(samples), output.basis.count);
  for (double& variance : output.residual) variance *= factor;
  return fitted.coefficients;
}

std::string output_group(const std::string& group, std::size_t number) {
  return fmt::format("{}/outputs/{:03}", group, number);
}

}  // namespace

std::vector<Index> fingerprints(const Matrix& inputs) {
  std::vector<Index> marks;
  for (Index row = 0; row < inputs.rows(); ++row) {
    Fingerprint mark;
    for (const double value : inputs.row(row)) mark.add(value);
    marks.push_back(mark.value());
  }
  return marks;
}

Lesson read_lesson(const InputFile& file, const Settings& settings) {
  const DataOptions& data = settings.data;
  require_agreed(!data.inputs.empty() && !data.outputs.empty(), Fault::config,
                 "data.inputs and data.outputs need one array or more");
  together(file.comm(), [&] { require_own_names(data.outputs); });
  const Shape first = array_shape(file, data.inputs.front());
  require_agreed(first.dimensions() > 0, Fault::data, "{}: '{}' is one number; [sample, ...] was expected",
                 file.path().string(), data.inputs.front());
  Lesson lesson;
  for (const std::string& name : data.inputs) sample_shape(file, name, first[0]);
  for (const std::string& name : data.outputs) {
    Output output{name, sample_shape(file, name, first[0]), false, {}, {}};
    output.is_field = output.sample.count() > settings.options.most_numbers;
    lesson.outputs.push_back(std::move(output));
  }
  lesson.samples = split_samples(file, data.train, data.inputs.front());
  lesson.inputs = input_table(file, data.inputs, lesson.samples);
  together(file.comm(), [&] { require_varying(file, lesson.inputs); });
  lesson.numbers.resize(lesson.inputs.rows(), 0);
  for (const Output& output : lesson.outputs) {
    if (output.is_field) continue;
    const Matrix table = output_table(file, output.name, lesson.samples);
    const Index before = lesson.numbers.cols();
    lesson.numbers.conservativeResize(Eigen::NoChange, before + table.cols());
    lesson.numbers.rightCols(table.cols()) = table;
  }
  return lesson;
}

std::unique_ptr<Learnt> learn(const Context& context, const InputFile& file, const Settings& settings, Lesson lesson) {
  auto learnt = std::make_unique<Learnt>();
  learnt->inputs = settings.data.inputs;
  for (const std::string& name : learnt->inputs) {
    const Shape whole = array_shape(file, name);
    learnt->input_sizes.push_back(whole.count() / whole[0]);
  }
  learnt->fingerprints = fingerprints(lesson.inputs);
  std::vector<Matrix> coefficients, numbers;
  const auto sample = [&](Index number) { return std::to_string(lesson.samples[static_cast<std::size_t>(number)]); };
  Called fields{{}, sample}, others{{}, sample};
  Index at = 0;
  for (Output& output : lesson.outputs) {
    if (output.is_field) {
      const PhaseTimer timer(context.phases, "bases");
      fields.outputs.push_back(output.name);
      coefficients.push_back(find_modes(context, file, settings.options, lesson.samples, output));
    } else {
      others.outputs.push_back(output.name);
      numbers.push_back(lesson.numbers.middleCols(at, output.columns()));
      at += output.columns();
    }
  }
  const PhaseTimer timer(context.phases, "regression");
  learnt->coefficients = regressed(context, lesson.inputs, coefficients, fields, settings.options.fields);
  learnt->numbers = regressed(context, lesson.inputs, numbers, others, settings.options.scalars);
  learnt->outputs = std::move(lesson.outputs);
  return learnt;
}

void save(const Learnt& learnt, OutputFile& file, const std::string& group) {
  file.write_text(group + "/inputs", learnt.inputs);
  file.write<Index>(group + "/input_sizes", Shape{std::ssize(learnt.input_sizes)}, std::span(learnt.input_sizes));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < learnt.outputs.size(); ++i) {
    const Output& output = learnt.outputs[i];
    const std::string own = output_group(group, i);
    names.push_back(output.name);
    const std::span<const Index> sizes = output.sample.span();
    file.write<Index>(own + "/sample_shape", Shape{std::ssize(sizes)}, sizes);
    if (!output.is_field) continue;
    save_basis(output.basis, file, own);
    file.write<double>(own + "/residual", Shape{output.basis.size()}, std::span<const double>(output.residual));
  }
  file.write_text(group + "/names", names);
  file.write<Index>(group + "/fingerprints", Shape{std::ssize(learnt.fingerprints)}, std::span(learnt.fingerprints));
  if (learnt.coefficients) save_regression(file, group + "/coefficients", learnt.coefficients->fit());
  if (learnt.numbers) save_regression(file, group + "/numbers", learnt.numbers->fit());
}

std::unique_ptr<Learnt> load(const InputFile& file, const std::string& group) {
  auto learnt = std::make_unique<Learnt>();
  learnt->inputs = file.read_text(group + "/inputs");
  learnt->input_sizes = read_list<Index>(file, group + "/input_sizes");
  const Index inputs = std::accumulate(learnt->input_sizes.begin(), learnt->input_sizes.end(), Index{0});
  require_agreed(learnt->inputs.size() == learnt->input_sizes.size(), Fault::data,
                 "{}: there are {} arrays of inputs, and sizes of {}", file.path().string(), learnt->inputs.size(),
                 learnt->input_sizes.size());
  learnt->fingerprints = read_list<Index>(file, group + "/fingerprints");
  Index modes = 0, numbers = 0;
  for (const std::string& name : file.read_text(group + "/names")) {
    const std::string own = output_group(group, learnt->outputs.size());
    Output output{name, Shape(read_list<Index>(file, own + "/sample_shape")), file.has(own + "/modes"), {}, {}};
    if (output.is_field) {
      output.basis = load_basis(file, own, output.sample.count());
      output.residual = read_list<double>(file, own + "/residual");
      require_agreed(std::ssize(output.residual) == output.basis.size(), Fault::data,
                     "{}: the residuals of '{}' are not one for each of {} entries", file.path().string(), name,
                     output.basis.size());
    }
    (output.is_field ? modes : numbers) += output.columns();
    learnt->outputs.push_back(std::move(output));
  }
  learnt->coefficients = load_fit(file, group + "/coefficients", inputs, modes);
  learnt->numbers = load_fit(file, group + "/numbers", inputs, numbers);
  return learnt;
}

}  // namespace mercer::gp_model
