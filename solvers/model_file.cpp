#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/solvers/model_file.hpp>
#include <mercer/solvers/output.hpp>
#include <mercer/solvers/support/prior.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

constexpr const char* state_group = "mercer/model/state";
constexpr const char* training_group = "mercer/training/state";

/// "16,16" and back.
std::string axes_text(const Shape& shape) {
  std::vector<std::string> sizes;
  for (const Index size : shape.span()) sizes.push_back(std::to_string(size));
  return join(sizes, ",");
}

std::vector<std::string> axes_texts(const Channels& channels) {
  std::vector<std::string> texts;
  for (const Shape& array : channels.arrays) texts.push_back(axes_text(array));
  return texts;
}

Channels read_channels(const InputFile& file, const std::string& name) {
  Channels channels;
  const std::vector<std::string> texts = file.texts_attribute("mercer/model", name);
  together(file.comm(), [&] {
    for (const std::string& axes : texts) {
      std::vector<Index> sizes;
      for (const std::string& size : split(axes, ','))
        sizes.push_back(!size.empty() && size.size() < 10 && std::ranges::all_of(size, ::isdigit) ? std::stoll(size)
                                                                                                  : 0);
      require(!sizes.empty() && sizes.size() <= 3 && std::ranges::min(sizes) > 0, Fault::data,
              "{}: the model's {} have the sizes '{}', which are none", file.path().string(), name, axes);
      channels.arrays.push_back(Shape(sizes));
    }
    require(!channels.arrays.empty(), Fault::data, "{}: the model has no {}", file.path().string(), name);
  });
  return channels;
}

void write_numbers(OutputFile& file, const std::string& name, const std::vector<Index>& numbers) {
  file.write<Index>(name, {static_cast<Index>(numbers.size())}, numbers);
}

std::vector<Index> read_numbers(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  std::vector<Index> numbers(static_cast<std::size_t>(shape.count()));
  file.read<Index>(name, Slab::whole(shape), View<Index>(numbers.data(), shape));
  return numbers;
}

void write_history(OutputFile& file, const std::vector<Epoch>& history) {
  std::vector<double> rates, losses, errors;
  std::vector<Index> numbers;
  for (const Epoch& epoch : history) {
    numbers.push_back(epoch.number);
    rates.push_back(epoch.learning_rate);
    losses.push_back(epoch.training_loss);
    errors.push_back(epoch.validation_error);
  }
  const Shape shape{static_cast<Index>(history.size())};
  write_numbers(file, "mercer/history/epoch", numbers);
  file.write<double>("mercer/history/learning_rate", shape, rates);
  file.write<double>("mercer/history/training_loss", shape, losses);
  file.write<double>("mercer/history/validation_error", shape, errors);
}

/// Channels [first, first + planes) of some samples as an array [sample, (channel,) (y,) x].
Tensor<float> array_of(View<const float> fields, const Shape& sample, Index first) {
  const Index samples = fields.shape()[0], planes = sample.dimensions() < 3 ? 1 : sample[0];
  Tensor<float> array({samples, planes, fields.shape()[1], fields.shape()[3]}, Rows::dense);
  for (Index s = 0; s < samples; ++s)
    for (Index c = 0; c < planes; ++c)
      for (Index j = 0; j < fields.shape()[1]; ++j)
        std::copy_n(&fields(s, j, first + c, 0), fields.shape()[3], &array(s, c, j, 0));
  return array;
}

void write_output(OutputFile& file, const std::string& name, const Shape& sample, const Tensor<float>& mine,
                  const Prediction& prediction) {
  std::vector<Index> whole{prediction.count}, start{prediction.first}, count{mine.shape()[0]};
  for (const Index size : sample.span()) {
    whole.push_back(size);
    start.push_back(0);
    count.push_back(size);
  }
  const Shape shape(whole), part(count);
  file.write<float>(name, shape, part[0] == 0 ? Slab::none(shape) : Slab::box(Shape(start), part),
                    View<const float>(mine.data(), part));
  static constexpr std::array axes{"sample,x", "sample,y,x", "sample,channel,y,x"};
  file.attribute(name, "axes", std::string(axes[static_cast<std::size_t>(sample.dimensions() - 1)]));
}

}  // namespace

Index best_epoch(const std::vector<Epoch>& history) {
  const auto best = std::ranges::find(history, true, &Epoch::is_best);
  return best == history.end() ? 0 : best->number;
}

std::string short_name(const std::string& array) { return array.substr(array.rfind('/') + 1); }

ModelCase read_model_case(const Node& root, Complaints& complaints) {
  ModelCase made;
  made.effective = root;
  made.name = root["model"].text();
  read_options(root["data"], "data", made.data, complaints);
  read_options(root["training"], "training", made.training, complaints);
  read_options(root["prediction"], "prediction", made.prediction, complaints);
  if (!root["prior"].is_absent() && !root["prior"].is_null())
    read_options(root["prior"], "prior", made.prior.emplace(), complaints);
  check_learning_data(made.data, root["data"], complaints);
  std::vector<std::string> names;
  for (const std::string& array : made.data.outputs) names.push_back(short_name(array));
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end())
    complaints.add(root["data"]["outputs"], "data.outputs", "two arrays would be predicted under the same name");
  if (!root["seed"].is_absent()) {
    Complaints known;  // the whole case is read elsewhere
    read_option(root["seed"], "seed", made.seed, {}, known);
  }
  if (!complaints.empty()) return made;
  made.effective.set("data", record_options(made.data));
  made.effective.set("training", record_options(made.training));
  made.effective.set("prediction", record_options(made.prediction));
  if (made.prior) made.effective.set("prior", record_options(*made.prior));
  return made;
}

void check_lesson(const ModelCase& made, const Node& root, Complaints& complaints) {
  if (made.training.patience > 0 && !has_validation(made.data))
    complaints.add(root["training"]["patience"], "training.patience",
                   "needs samples that judge, but data.validation is 0; give a fraction or a split there, or 0 here");
}

SampleShapes learnt_shapes(const ModelCase& made, const SampleShapes& data) {
  return made.prior ? with_prior(data) : data;
}

void write_model(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate,
                 const ModelCase& made, Model& model, const Lineage& lineage, const std::vector<Epoch>& history,
                 const Record& record) {
  OutputFile file(comm, path, existing, deflate);
  save_state(file, state_group, model.state());
  file.attribute("mercer/model", "inputs", axes_texts(lineage.inputs));
  file.attribute("mercer/model", "outputs", axes_texts(lineage.outputs));
  write_numbers(file, "mercer/model/fingerprints", lineage.training);
  write_numbers(file, "mercer/model/best_epoch", {best_epoch(history)});
  write_history(file, history);
  write_provenance(file, {made.effective, made.seed, "model"}, record);
  file.commit();
}

void write_checkpoint(const Comm& comm, const std::filesystem::path& path, const ModelCase& made,
                      const Lineage& lineage, const std::vector<StateArray>& state) {
  OutputFile file(comm, path, Existing::replace);
  save_state(file, training_group, state);
  write_numbers(file, "mercer/training/fingerprints", lineage.training);
  write_provenance(file, {made.effective, made.seed, "training"}, {});
  file.commit();
}

void read_checkpoint(const Comm& comm, const std::filesystem::path& path, const ModelCase& made, const Lineage& lineage,
                     std::span<const StateArray> state) {
  const InputFile file(comm, path);
  const Node then = stored_case(file, "training", {});
  require_agreed(then == made.effective, Fault::config,
                 "'{}' belongs to a training by another case; --overwrite without --resume discards it", path.string());
  const std::vector<Index> seen = read_numbers(file, "mercer/training/fingerprints");
  require_agreed(seen == lineage.training, Fault::data,
                 "'{}' belongs to a training on other samples than those of '{}'; --overwrite without --resume "
                 "discards it",
                 path.string(), made.data.file.string());
  load_state(file, training_group, state);
}

Node stored_case(const InputFile& file, const std::string& kind, const std::vector<std::string>& overrides) {
  const std::string name = file.path().string();
  const bool is_ours = file.has("mercer") && file.has_attribute("mercer", "kind") &&
                       file.has_attribute("mercer", "version") && file.has_attribute("mercer", "case");
  require_agreed(is_ours, Fault::data, "'{}' is no {} file of mercer", name, kind);
  const std::string found = file.text_attribute("mercer", "kind");
  require_agreed(found == kind, Fault::data, "'{}' is a {} file of mercer, and a {} file was expected", name, found,
                 kind);
  const std::vector<double> version = file.number_attribute("mercer", "version");
  require_agreed(version == std::vector<double>{output_format}, Fault::data,
                 "'{}' has version {} of the format, and this mercer reads version {}: use the mercer that wrote it",
                 name, version.empty() ? 0.0 : version.front(), output_format);
  require_agreed(file.has_attribute("mercer", "complete"), Fault::data, "'{}' is not complete", name);
  const std::string text = file.text_attribute("mercer", "case");
  Node root;
  together(file.comm(), [&] {
    root = parse_yaml(text, name);
    for (const std::string& assignment : overrides) apply_override(root, assignment);
  });
  return root;
}

StoredModel read_model(const Comm& comm, const std::filesystem::path& path, const Registry& registry,
                       const Node& root) {
  const InputFile file(comm, path);
  StoredModel stored;
  stored.lineage = {read_channels(file, "inputs"), read_channels(file, "outputs"),
                    read_numbers(file, "mercer/model/fingerprints")};
  const std::vector<Index> best = read_numbers(file, "mercer/model/best_epoch");
  require_agreed(best.size() == 1, Fault::data, "{}: a model has one best epoch, not {}", path.string(), best.size());
  stored.best_epoch = best.front();
  together(comm, [&] {
    Complaints complaints;
    stored.made = read_model_case(root, complaints);
    stored.model = registry.models().at(stored.made.name).make(root["options"], "options", complaints);
    if (stored.made.data.outputs.size() != stored.lineage.outputs.arrays.size())
      complaints.add("", "data.outputs",
                     fmt::format("the model gives {} arrays, not {}", stored.lineage.outputs.arrays.size(),
                                 stored.made.data.outputs.size()));
    complaints.raise();
    const SampleShapes trained{stored.lineage.inputs.sample(), stored.lineage.outputs.sample()};
    stored.grid = {stored.made.data, learnt_shapes(stored.made, trained)};
    stored.model->prepare(stored.grid.shapes(), stored.made.training, static_cast<std::uint64_t>(stored.made.seed));
  });
  load_state(file, state_group, stored.model->state());
  return stored;
}

void write_prediction(const Comm& comm, const std::filesystem::path& path, Existing existing, const StoredModel& stored,
                      const Prediction& prediction, const Record& record) {
  OutputFile file(comm, path, existing);
  const Shape& grid = prediction.fields.shape();
  const std::vector<Shape> arrays = stored.lineage.outputs.on(grid[1], grid[3]).arrays;
  for (Index first = 0, i = 0; const std::string& name : stored.made.data.outputs) {
    const Shape& sample = arrays[static_cast<std::size_t>(i++)];
    const Tensor<float> mine = array_of(prediction.fields, sample, first);
    write_output(file, "outputs/" + short_name(name), sample, mine, prediction);
    first += mine.shape()[1];
  }
  std::vector<Index> known = stored.lineage.training;
  std::ranges::sort(known);
  std::vector<std::int8_t> seen;
  for (const Index mark : prediction.fingerprints) seen.push_back(std::ranges::binary_search(known, mark) ? 1 : 0);
  write_numbers(file, "mercer/prediction/fingerprints", prediction.fingerprints);
  file.write<std::int8_t>("mercer/prediction/seen_in_training", {static_cast<Index>(seen.size())}, seen);
  write_provenance(file, {stored.made.effective, stored.made.seed, "prediction"}, record);
  file.commit();
}

}  // namespace mercer
