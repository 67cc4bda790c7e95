// The words of the command line. The only file that sees CLI11.
#include <mercer/solvers/driver/command.hpp>

#include <CLI/CLI.hpp>

namespace mercer::driver {
namespace {

/// May be given several times with one value each, so that what comes behind a value is not taken for another one.
void repeat(CLI::Option* option) { option->expected(1)->take_all()->allow_extra_args(false); }

void add_overrides(CLI::App& verb, CommandLine& line) {
  repeat(verb.add_option("--set", line.overrides,
                         "PATH=VALUE: overrides an entry of the case; may be given several times"));
}

void add_case(CLI::App& verb, CommandLine& line) {
  verb.add_option("CASE", line.file, "case file (YAML)")->required();
  add_overrides(verb, line);
}

void add_output(CLI::App& verb, CommandLine& line, const char* meaning) {
  verb.add_option("-o,--output", line.output, meaning)->required();
  verb.add_flag("--overwrite", line.overwrite, "replaces an existing output");
}

/// For verbs that work for a while.
void add_work(CLI::App& verb, CommandLine& line) {
  static const std::map<std::string, ProgressMode> modes{
      {"auto", ProgressMode::automatic}, {"on", ProgressMode::on}, {"off", ProgressMode::off}};
  verb.add_option("--progress", line.progress, "whether to tell how far the work is; auto does unless --quiet")
      ->transform(CLI::CheckedTransformer(modes))
      ->option_text("auto | on | off");
  verb.add_option_function<std::string>(
      "--seed", [&line](const std::string& seed) { line.overrides.push_back("seed=" + seed); },
      "seed of all random numbers");
}

void add_skip_bad(CLI::App& verb, CommandLine& line) {
  verb.add_flag("--skip-bad", line.skip_bad, "leaves samples out that cannot be used");
}

void add_generate(CLI::App& generate, CommandLine& line) {
  add_case(generate, line);
  add_output(generate, line, "file for the dataset");
  add_work(generate, line);
  generate.add_flag("--resume", line.resume, "goes on with samples that were interrupted, where there are any");
  add_skip_bad(generate, line);
  generate.add_option("--max-wall", line.max_wall, "seconds after which no sample is begun, to be resumed")
      ->check(CLI::PositiveNumber);
}

void add_model_verbs(CLI::App& train, CLI::App& predict, CLI::App& evaluate, CommandLine& line) {
  add_case(train, line);
  add_output(train, line, "file for the model");
  add_work(train, line);
  train.add_flag("--resume", line.resume, "goes on with a training that was interrupted, where there is one");
  train.add_option("--max-wall", line.max_wall, "seconds after which the training stops, to be resumed")
      ->check(CLI::PositiveNumber);
  predict.add_option("MODEL", line.file, "file of a trained model")->required();
  predict.add_option("DATA", line.data, "HDF5 file or meshes with the inputs")->required();
  add_output(predict, line, "file for the prediction");
  add_overrides(predict, line);
  evaluate.add_option("OUT", line.file, "file of a prediction")->required();
  evaluate.add_option("DATA", line.data, "HDF5 file or meshes with the true outputs")->required();
  add_overrides(evaluate, line);
  for (CLI::App* verb : {&train, &predict}) add_skip_bad(*verb, line);
}

void add_common(CLI::App& verb, CommandLine& line) {
  repeat(verb.add_option("--plugin", line.plugins, "loads a plugin file"));
  verb.add_flag("--json", line.as_json, "prints the result as one JSON object");
  auto* quiet = verb.add_flag("-q,--quiet", line.quiet, "errors only");
  verb.add_flag("-v,--verbose", line.verbose, "says more")->excludes(quiet);
}

/// The verbs of `mesh` and `data`: the first demands nothing of the form of a mesh, the second what models need.
void add_mesh_verbs(CLI::App& parent, CommandLine& line) {
  static const std::map<std::string, Demand> demands{
      {"any", Demand::any}, {"automatic", Demand::automatic}, {"disk", Demand::disk}};
  const std::string group = parent.get_name();
  parent.require_subcommand(1);
  const auto verb = [&](const char* name, const char* meaning) {
    CLI::App* added = parent.add_subcommand(name, meaning);
    added->callback([&line, group, name] { line.verb = group + " " + name; });
    add_common(*added, line);
    added->add_option("FILE", line.file, "mesh dataset, folder of PLAID, CGNS, VTKHDF or gmsh file")->required();
    repeat(added->add_option("--sample", line.samples, "id of a sample; may be given several times"));
    return added;
  };
  verb("info", "tells what is in a file of meshes");
  CLI::App* check = verb("check", "looks for everything that is wrong with meshes and their fields");
  check
      ->add_option("--topology", line.demand, "what a mesh must be; automatic wants disks in the plane, else one piece")
      ->transform(CLI::CheckedTransformer(demands))
      ->option_text("any | automatic | disk");
  check->add_option("--training", line.training, "mesh dataset that the samples are compared with");
  CLI::App* convert = verb("convert", "writes meshes in another format");
  convert
      ->add_option("OUT", line.output,
                   "output; NAME.hdf or NAME.xdmf for ParaView, NAME.msh for gmsh, else a mesh dataset")
      ->required();
  convert->add_flag("--overwrite", line.overwrite, "replaces an existing output");
  convert->add_option("--format", line.format, "of the output, whatever its name")
      ->check(CLI::IsMember({"dataset", "vtkhdf", "xdmf", "gmsh"}));
  convert->add_flag("--repair", line.repair, "checks each mesh, repairs what is safe to repair, and refuses others");
  add_skip_bad(*convert, line);
  convert->add_flag("--xdmf", line.xdmf, "writes an XDMF file beside the output");
  if (group != "mesh") return;
  for (CLI::App* repairing : {check, convert})
    repairing->preparse_callback([&line](std::size_t) { line.demand = Demand::any; });
}

void add_verbs(CLI::App& app, CommandLine& line) {
  const auto verb = [&](const char* name, const char* meaning) {
    CLI::App* added = app.add_subcommand(name, meaning);
    added->callback([&line, name] { line.verb = name; });
    add_common(*added, line);
    return added;
  };
  CLI::App* solve = verb("solve", "solves the problem of a case");
  add_case(*solve, line);
  add_output(*solve, line, "file for the solution, by custom NAME.hdf");
  add_work(*solve, line);
  add_generate(*verb("generate", "makes a dataset: solves the problem of a case many times"), line);
  CLI::App* train = verb("train", "trains the model of a case");
  CLI::App* predict = verb("predict", "predicts by a trained model");
  add_model_verbs(*train, *predict, *verb("evaluate", "measures the errors of a prediction"), line);
  CLI::App* check = verb("check", "checks a case as far as that goes without solving or training");
  add_case(*check, line);
  add_skip_bad(*check, line);
  check->add_flag("--dry-run", line.dry_run, "tells bytes and flops a rank, and unknowns or messages");
  verb("info", "tells what is in a file")->add_option("FILE", line.file, "HDF5 file")->required();
  verb("list", "lists solvers, models and covariances, and the plugins that bring them");
  verb("describe", "tells what a solver, model or covariance takes, or the block generate")
      ->add_option("NAME", line.name, "its name, or generate")
      ->required();
  add_mesh_verbs(*app.add_subcommand("mesh", "meshes: info, check, convert"), line);
  add_mesh_verbs(*app.add_subcommand("data", "datasets of meshes: info, check, convert"), line);
  verb("new-plugin", "writes the project of a plugin of your own")
      ->add_option("NAME", line.name, "name, in lower case")
      ->required();
}

}  // namespace

CommandLine parse(const std::vector<std::string>& words, std::string& answer) {
  CommandLine line;
  CLI::App app{
      "mercer solves, learns and predicts fields of partial differential equations.\n"
      "Words after -- go to PETSc.",
      "mercer"};
  app.require_subcommand(1);
  app.set_version_flag("--version", [] { return version_text(); });
  add_verbs(app, line);
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    line.verb.clear();
    const CLI::App* asked = &app;
    std::string name = "mercer";
    for (auto below = asked->get_subcommands(); !below.empty(); below = asked->get_subcommands()) {
      if (asked != &app) name += " " + asked->get_name();
      asked = below.front();
    }
    answer = asked == &app ? app.help() : asked->help(name);
  } catch (const CLI::CallForVersion& version) {
    line.verb.clear();
    answer = std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    fail(Fault::usage, "{}; see mercer --help, or mercer VERB --help", error.what());
  }
  return line;
}

}  // namespace mercer::driver
