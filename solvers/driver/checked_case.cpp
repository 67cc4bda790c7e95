// Cases that have been read and checked as far as that goes without work, as every other verb starts with.
#include <mercer/config/options.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/loader.hpp>

namespace mercer::driver {
namespace {

namespace fs = std::filesystem;

/// Those of the case, then those of the command line; raises the complaints, since the latter are read without.
std::vector<PetscOption> all_petsc_options(const Run& run, const Case& read, Complaints& complaints) {
  std::vector<PetscOption> options = petsc_options(read.petsc, "petsc", complaints);
  complaints.raise();
  for (const PetscOption& option : petsc_options(run.line.petsc)) options.push_back(option);
  return options;
}

void require_solver(const Case& read, const Complaints& complaints) {
  if (read.solver.empty()) complaints.raise();
  require(!read.solver.empty(), Fault::config, "a case for this verb needs 'solver: NAME'; see mercer list");
}

void refuse_blocks_of_models(const Case& read, Complaints& complaints) {
  refuse_blocks({{"training", &read.training}, {"prediction", &read.prediction}, {"prior", &read.prior}},
                fmt::format("solver '{}'", read.solver), complaints);
}

/// Tells the nearest model of either kind.
void require_model(const Registry& registry, const std::string& name) {
  std::vector<std::string> names = registry.models().names();
  for (const std::string& more : registry.file_models().names()) names.push_back(more);
  require(registry.models().has(name), Fault::unavailable, "there is no model '{}'{}", name, suggestion(name, names));
}

}  // namespace

void load_plugins(Run& run, const std::vector<std::string>& names, const fs::path& folder) {
  for (const std::string& name : names) load_plugin(run.comm, found(name, folder), run.registry);
}

Context context(Run& run, Index seed) {
  return {run.comm, run.log, run.phases, static_cast<std::uint64_t>(seed),
          progress_style(run.line.progress, run.log.level()), run.line.output.parent_path()};
}

OpenCase open_case(Run& run) {
  OpenCase open;
  open.read = read_case(run.comm, run.line.file, run.line.overrides, open.complaints);
  load_plugins(run, open.read.plugins, open.read.folder);
  together(run.comm, [&] {
    require(open.read.model.empty() || open.read.solver.empty(), Fault::config,
            "{}: a case names a solver or a model, not both", open.read.root.where());
  });
  return open;
}

void refuse_blocks(const std::vector<std::pair<const char*, const Node*>>& blocks, const std::string& who,
                   Complaints& complaints) {
  for (const auto& [key, block] : blocks)
    if (!block->is_absent()) complaints.add(*block, key, fmt::format("the {} has no use for it", who));
}

CheckedCase check_case(Run& run, OpenCase open) {
  CheckedCase checked;
  checked.read = std::move(open.read);
  Complaints& complaints = open.complaints;
  const Case& read = checked.read;
  together(run.comm, [&] {
    require_solver(read, complaints);
    checked.entry = &run.registry.solvers().at(read.solver);
    checked.problem = Problem::read(read.problem, read.output.points, checked.entry->problem, read.folder, complaints);
    checked.problem.observe(read.data, read.folder, complaints);
    checked.solver = checked.entry->make(read.options, "options", complaints);
  });
  checked.problem.read_mesh(run.comm, complaints);
  together(run.comm, [&] {
    if (complaints.empty() || checked.problem.mesh) checked.solver->check(checked.problem, complaints);
    refuse_blocks_of_models(read, complaints);
    if (!read.generate.is_absent())
      complaints.add(read.generate, "generate", "this verb has no use for it; mercer generate has");
    checked.petsc = all_petsc_options(run, read, complaints);
    checked.effective = read.root;
    checked.effective.set("options", checked.entry->complete(read.options));
  });
  checked.problem.check_files(run.comm);
  return checked;
}

CheckedRecipe check_recipe(Run& run, OpenCase open) {
  CheckedRecipe checked;
  checked.read = std::move(open.read);
  Complaints& complaints = open.complaints;
  const Case& read = checked.read;
  together(run.comm, [&] {
    if (read.generate.is_absent()) complaints.raise();
    require_solver(read, complaints);
    require(!read.generate.is_absent(), Fault::config,
            "a case for this verb needs a block 'generate:', with samples, outputs and what differs between samples");
    checked.entry = &run.registry.solvers().at(read.solver);
    refuse_blocks_of_models(read, complaints);
    checked.recipe = make_recipe(read, *checked.entry, complaints);
    checked.petsc = all_petsc_options(run, read, complaints);
    checked.effective = read.root;
    checked.effective.set("options", checked.entry->complete(read.options));
    checked.effective.set("generate", record_options(checked.recipe->generation()));
  });
  checked.recipe->prepare(run.comm);
  return checked;
}

CheckedModel check_model(Run& run, OpenCase open) {
  CheckedModel checked;
  checked.read = std::move(open.read);
  Complaints& complaints = open.complaints;
  const Case& read = checked.read;
  together(run.comm, [&] {
    if (read.model.empty()) complaints.raise();
    require(!read.model.empty(), Fault::config, "a case for this verb needs 'model: NAME'; see mercer list");
    require_model(run.registry, read.model);
    const ModelEntry& entry = run.registry.models().at(read.model);
    checked.model = entry.make(read.options, "options", complaints);
    checked.made = read_model_case(read.root, complaints);
    check_lesson(checked.made, read.root, complaints);
    refuse_blocks({{"problem", &read.problem}, {"generate", &read.generate}, {"petsc", &read.petsc}},
                  fmt::format("model '{}'", read.model), complaints);
    complaints.raise();
    checked.made.effective.set("options", entry.complete(read.options));
  });
  const auto seed = static_cast<std::uint64_t>(checked.made.seed);
  checked.samples = std::make_unique<GridSamples>(run.comm, checked.made.data, read.folder, seed);
  together(run.comm, [&] {
    checked.grid = {checked.made.data, learnt_shapes(checked.made, checked.samples->shapes())};
    if (checked.made.prior) {
      const Channels& inputs = checked.samples->inputs().channels;
      checked.prior = std::make_unique<Prior>(*checked.made.prior, run.registry, checked.made.data, inputs,
                                              inputs.sample()[2], complaints);
      complaints.raise();
    }
    const SampleShapes shapes = checked.grid.shapes();
    check_prediction(checked.made.prediction, shapes);
    check_training(checked.made.training, shapes, std::ssize(checked.samples->lessons().training));
    checked.model->prepare(shapes, checked.made.training, seed);
  });
  return checked;
}

}  // namespace mercer::driver
