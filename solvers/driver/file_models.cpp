#include <mercer/base/text.hpp>
#include <mercer/config/options.hpp>
#include <mercer/solvers/driver/file_models.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/output.hpp>

namespace mercer::driver {
namespace {

constexpr const char* state_group = "mercer/model/state";

/// A case with such a model, ready to learn.
struct Checked {
  Case read;
  std::shared_ptr<FileModel> model;
  Node effective;
  SampleSource source;
};

BadSamples bad_samples(const Run& run) { return run.line.skip_bad ? BadSamples::left_out : BadSamples::refused; }

Checked checked(Run& run, OpenCase open) {
  Checked made;
  made.read = std::move(open.read);
  const Case& read = made.read;
  together(run.comm, [&] {
    const FileModelEntry& entry = run.registry.file_models().at(read.model);
    const Node settings = settings_of(read.root);
    made.model = entry.make(settings, "", open.complaints);
    refuse_blocks({{"problem", &read.problem},
                   {"prediction", &read.prediction},
                   {"prior", &read.prior},
                   {"generate", &read.generate},
                   {"petsc", &read.petsc}},
                  fmt::format("model '{}'", read.model), open.complaints);
    open.complaints.raise();
    made.effective = read.root;
    const Node complete = entry.complete(settings);
    for (const auto& [key, block] : complete.entries()) made.effective.set(key, block);
    made.source = {found(read.root["data"]["file"].text(), read.folder), bad_samples(run)};
  });
  return made;
}

Index seed_in(const Node& root) {
  Index seed = 0;
  Complaints complaints;
  if (!root["seed"].is_absent()) read_option(root["seed"], "seed", seed, {}, complaints);
  complaints.raise();
  return seed;
}

std::shared_ptr<FileModel> load(Run& run, const StoredCase& stored) {
  std::shared_ptr<FileModel> model;
  together(run.comm, [&] {
    Complaints complaints;
    model = stored.entry->make(settings_of(stored.root), "", complaints);
    complaints.raise();
  });
  model->load(InputFile(run.comm, run.line.file), state_group);
  return model;
}

/// Puts the entries of `told` behind those of `record`.
void add(const Record& told, Record& record) {
  for (const auto& [name, value] : told.entries())
    std::visit([&, key = &name](const auto& held) { record.set(*key, held); }, value);
}

void write_history(OutputFile& file, const std::vector<HistoryColumn>& history) {
  for (const HistoryColumn& column : history)
    file.write<double>("mercer/history/" + column.name, Shape{std::ssize(column.values)},
                       std::span<const double>(column.values));
}

/// Tells what the file keeps, and what would make its bytes differ.
void tell(Run& run, Record record, double start, const std::filesystem::path& output) {
  record.set("seconds", largest(run.comm, MPI_Wtime() - start));
  record.set("ranks", Index{run.comm.size()});
  record.set("output", output.string());
  print(run.comm, run.line.as_json ? record.json() + "\n" : record_text(record));
}

Existing existing(const Run& run) { return run.line.overwrite ? Existing::replace : Existing::refuse; }

}  // namespace

Node settings_of(const Node& root) {
  return Node::map({{"data", root["data"]}, {"options", root["options"]}, {"training", root["training"]}});
}

StoredCase stored_file_model(Run& run, const std::filesystem::path& path, const std::string& kind) {
  StoredCase stored;
  stored.root = stored_case(InputFile(run.comm, path), kind, run.line.overrides);
  std::vector<std::string> plugins;
  for (const Node& name : stored.root["plugins"].items()) plugins.push_back(name.text());
  load_plugins(run, plugins, path.parent_path());
  const std::string& name = stored.root["model"].text();
  if (run.registry.file_models().has(name)) stored.entry = &run.registry.file_models().at(name);
  return stored;
}

int check_file_model(Run& run, OpenCase open) {
  Checked made = checked(run, std::move(open));
  Record record;
  record.set("case", run.line.file.string());
  record.set("model", made.read.model);
  record.set("ranks", Index{run.comm.size()});
  add(made.model->check(context(run, made.read.seed), made.source), record);
  print(run.comm, run.line.as_json ? record.json() + "\n" : record_text(record) + "nothing wrong was found\n");
  return 0;
}

int train_file_model(Run& run, OpenCase open) {
  require_agreed(!run.line.resume && run.line.max_wall == 0, Fault::usage,
                 "model '{}' is trained in one go: --resume and --max-wall are not for it", open.read.model);
  Checked made = checked(run, std::move(open));
  const double start = MPI_Wtime();
  Learned learned = made.model->train(context(run, made.read.seed), made.source);
  Record record;
  record.set("model", made.read.model);
  add(learned.record, record);
  OutputFile file(run.comm, run.line.output, existing(run), narrow<int>(made.read.output.deflate));
  made.model->save(file, state_group);
  write_history(file, learned.history);
  write_provenance(file, {made.effective, made.read.seed, "model"}, record);
  file.commit();
  tell(run, std::move(record), start, run.line.output);
  return 0;
}

int predict_file_model(Run& run, const StoredCase& stored) {
  const std::shared_ptr<FileModel> model = load(run, stored);
  const double start = MPI_Wtime();
  const Index seed = seed_in(stored.root);
  OutputFile file(run.comm, run.line.output, existing(run));
  Record record;
  record.set("model", stored.entry->name);
  add(model->predict(context(run, seed), {run.line.data, bad_samples(run)}, file), record);
  write_provenance(file, {stored.root, seed, "prediction"}, record);
  file.commit();
  tell(run, std::move(record), start, run.line.output);
  return 0;
}

int evaluate_file_model(Run& run, const StoredCase& stored) {
  const Record record =
      stored.entry->evaluate(context(run, seed_in(stored.root)), run.line.file, {run.line.data, bad_samples(run)});
  print(run.comm, run.line.as_json ? record.json() + "\n" : record_text(record));
  return 0;
}

}  // namespace mercer::driver
