// The verbs of the command `mercer`, and what they share.
#pragma once

#include <mercer/config/petsc_options.hpp>
#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/report/log.hpp>
#include <mercer/report/progress.hpp>
#include <mercer/solvers/case.hpp>
#include <mercer/solvers/generate/recipe.hpp>
#include <mercer/solvers/model_file.hpp>
#include <mercer/solvers/registry.hpp>
#include <mercer/solvers/support/prior.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mercer::driver {

/// What was said on the command line.
struct CommandLine {
  std::string verb;
  std::filesystem::path file;  ///< case, model, prediction or data file
  std::filesystem::path data;  ///< for predict and evaluate
  std::string name;            ///< for describe and new-plugin
  std::filesystem::path output;
  std::vector<std::string> overrides;  ///< path=value, in order
  std::vector<std::filesystem::path> plugins;
  std::vector<std::string> petsc;  ///< after --
  ProgressMode progress = ProgressMode::automatic;
  double max_wall = 0;               ///< [s], 0 for no limit
  std::vector<std::string> samples;  ///< ids, for mesh and data; none for all
  Demand demand = Demand::automatic;
  std::filesystem::path training;  ///< to compare with
  std::string format;              ///< of what is converted; by the name of the output where empty
  bool resume = false, repair = false, skip_bad = false, xdmf = false;
  bool as_json = false, overwrite = false, quiet = false, verbose = false, dry_run = false;
};

/// What all verbs work with.
struct Run {
  const Comm& comm;
  Log& log;
  Phases& phases;
  const CommandLine& line;
  Registry registry;
};

/// Reads the words of the command; where they ask for help or the version only, `answer` is that text and the verb is
/// empty. Throws Fault::usage.
CommandLine parse(const std::vector<std::string>& words, std::string& answer);

/// A case that has been read, with its plugins loaded, and what is wrong with it so far.
struct OpenCase {
  Case read;
  Complaints complaints;
};

/// A case that has been read and checked as far as that goes without work.
struct CheckedCase {
  Case read;
  const SolverEntry* entry = nullptr;
  Problem problem;
  std::shared_ptr<Solver> solver;
  std::vector<PetscOption> petsc;  ///< of the case, then of the command line
  Node effective;                  ///< with overrides and defaults
};

/// The same for a case with a model, whose data have been read.
struct CheckedModel {
  Case read;
  ModelCase made;
  std::shared_ptr<Model> model;
  std::unique_ptr<GridSamples> samples;
  std::unique_ptr<Prior> prior;  ///< none where the case has none
  ModelGrid grid;
};

/// The same for a case that makes a dataset.
struct CheckedRecipe {
  Case read;
  const SolverEntry* entry = nullptr;
  std::unique_ptr<Recipe> recipe;
  std::vector<PetscOption> petsc;
  Node effective;
};

Context context(Run& run, Index seed);

/// @collective Reads the case and loads its plugins.
OpenCase open_case(Run& run);

/// @collective Makes the solver, model or recipe of a case. Throws Fault::config with every complaint at once, and
/// where the case is one for other verbs.
CheckedCase check_case(Run& run, OpenCase open);
CheckedModel check_model(Run& run, OpenCase open);
CheckedRecipe check_recipe(Run& run, OpenCase open);

/// Complains of blocks of a case that `who` has no use for.
void refuse_blocks(const std::vector<std::pair<const char*, const Node*>>& blocks, const std::string& who,
                   Complaints& complaints);

/// @collective Loads the plugins that a case names relative to `folder` or to the working folder.
void load_plugins(Run& run, const std::vector<std::string>& names, const std::filesystem::path& folder);

/// Each verb is @collective and gives the exit code.
int solve(Run& run);
int generate(Run& run);
int train(Run& run);
int predict(Run& run);
int evaluate(Run& run);
int check(Run& run);
int info(Run& run);
int list(Run& run);
int describe(Run& run);
int new_plugin(Run& run);
int mesh_info(Run& run);   ///< of one mesh or of a dataset of meshes
int mesh_check(Run& run);  ///< the exit code is that of the worst sample
int mesh_convert(Run& run);
int data_info(Run& run);  ///< of meshes, or of any HDF5 file

/// Version of mercer and of the libraries it runs with.
std::string version_text();

}  // namespace mercer::driver
