// Verbs list and describe: what there is, and what it takes.
#include <mercer/base/table.hpp>
#include <mercer/config/options.hpp>
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/generate/generation.hpp>
#include <mercer/solvers/support/prediction_options.hpp>
#include <mercer/solvers/support/samples.hpp>

namespace mercer::driver {

namespace {

template <class E>
void add_entries(const Catalogue<E>& catalogue, const std::string& kind, Table& table, Record& record) {
  for (const auto& [name, entry] : catalogue.entries()) {
    table.add({name, kind, entry.plugin, entry.summary});
    record.set(kind + "s." + plain_name(name), entry.summary);
  }
}

/// What is known of a solver, a model or a covariance, for people and for programs.
struct Description {
  Record record;
  std::string text;
};

template <class E>
Description description(const E& entry, const std::string& kind) {
  Description told;
  told.record.set("name", entry.name);
  told.record.set("kind", kind);
  told.record.set("summary", entry.summary);
  told.record.set("plugin", entry.plugin);
  told.record.set("options", entry.options);
  told.text = fmt::format("{}: {}\n\n", entry.name, entry.summary);
  return told;
}

Description describe_model(const ModelEntry& entry) {
  Description told = description(entry, "model");
  const std::string data = options_table<LearningData>(), training = options_table<TrainingOptions>(),
                    prediction = options_table<PredictionOptions>(), prior = options_table<PriorOptions>();
  told.record.set("data", data);
  told.record.set("training", training);
  told.record.set("prediction", prediction);
  told.record.set("prior", prior);
  told.text += fmt::format(
      "`data:`, samples of fields:\n\n{}\n`training:`\n\n{}\n`prediction:`\n\n{}\n`prior:`\n\n{}\n`options:`\n\n{}",
      data, training, prediction, prior, entry.options);
  return told;
}

/// The block of a case that makes datasets.
Description describe_generation() {
  Description told;
  const std::string block = options_table<Generation>(), field = options_table<RandomFieldOptions>();
  told.record.set("name", "generate");
  told.record.set("kind", "block");
  told.record.set("generate", block);
  told.record.set("field", field);
  told.text = fmt::format("`generate:`\n\n{}\nEach of `generate.fields:`\n\n{}", block, field);
  return told;
}

std::vector<std::string> all_names(const Registry& registry) {
  std::vector<std::string> names = registry.solvers().names();
  for (const auto& more : {registry.models().names(), registry.file_models().names(), registry.covariances().names()})
    names.insert(names.end(), more.begin(), more.end());
  return names;
}

Description describe_entry(const Registry& registry, const std::string& name) {
  if (name == "generate") return describe_generation();
  if (registry.covariances().has(name)) {
    const CovarianceEntry& entry = registry.covariances().at(name);
    Description told = description(entry, "covariance");
    told.text += fmt::format("options:\n\n{}", entry.options);
    return told;
  }
  if (registry.file_models().has(name)) {
    const FileModelEntry& entry = registry.file_models().at(name);
    Description told = description(entry, "model");
    told.text += fmt::format("`data:`, `options:` and `training:`\n\n{}", entry.options);
    return told;
  }
  if (registry.models().has(name)) return describe_model(registry.models().at(name));
  require(registry.solvers().has(name), Fault::unavailable, "there is no solver, model or covariance '{}'{}", name,
          suggestion(name, all_names(registry)));
  const SolverEntry& entry = registry.solvers().at(name);
  Description told = description(entry, "solver");
  const std::string problem = problem_table(entry.problem);
  told.record.set("problem", problem);
  told.text += fmt::format("`problem:`\n\n{}\n", problem);
  if (entry.problem.takes_observations || entry.problem.takes_grid_data) {
    const std::string data = entry.problem.takes_grid_data ? options_table<GridData>() : options_table<Observations>();
    told.record.set("data", data);
    told.text += fmt::format("`data:`, readings of the unknown:\n\n{}\n", data);
  }
  told.text += fmt::format("`options:`\n\n{}", entry.options);
  return told;
}

}  // namespace

int list(Run& run) {
  Table table({"name", "kind", "plugin", "what it does"});
  Record record;
  add_entries(run.registry.solvers(), "solver", table, record);
  add_entries(run.registry.models(), "model", table, record);
  add_entries(run.registry.file_models(), "model", table, record);
  add_entries(run.registry.covariances(), "covariance", table, record);
  print(run.comm, run.line.as_json ? record.json() + "\n" : table.text());
  return 0;
}

int describe(Run& run) {
  Description told;
  together(run.comm, [&] { told = describe_entry(run.registry, run.line.name); });
  print(run.comm, run.line.as_json ? told.record.json() + "\n" : told.text);
  return 0;
}

}  // namespace mercer::driver
