// The words of the command line. The only file that sees CLI11.
#include <mercer/solvers/driver/command.hpp>

#include <CLI/CLI.hpp>

namespace mercer::driver {
namespace {

void add_case(CLI::App& verb, CommandLine& line) {
  verb.add_option("CASE", line.file, "case file (YAML)")->required();
  verb.add_option("--set", line.overrides, "PATH=VALUE: overrides an entry of the case; may be given several times")
      ->expected(1)
      ->take_all();
}

void add_common(CLI::App& verb, CommandLine& line) {
  verb.add_option("--plugin", line.plugins, "loads a plugin file")->expected(1)->take_all();
  verb.add_flag("--json", line.as_json, "prints the result as one JSON object");
  auto* quiet = verb.add_flag("-q,--quiet", line.quiet, "errors only");
  verb.add_flag("-v,--verbose", line.verbose, "says more")->excludes(quiet);
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
  solve->add_option("-o,--output", line.output, "file for the solution, by custom NAME.hdf")->required();
  solve->add_flag("--overwrite", line.overwrite, "replaces an existing output");
  static const std::map<std::string, ProgressMode> modes{
      {"auto", ProgressMode::automatic}, {"on", ProgressMode::on}, {"off", ProgressMode::off}};
  solve->add_option("--progress", line.progress, "whether to tell how far the work is; auto does unless --quiet")
      ->transform(CLI::CheckedTransformer(modes))
      ->option_text("auto | on | off");
  solve->add_option_function<std::string>(
      "--seed", [&line](const std::string& seed) { line.overrides.push_back("seed=" + seed); },
      "seed of all random numbers");
  CLI::App* check = verb("check", "checks a case as far as that goes without solving it");
  add_case(*check, line);
  check->add_flag("--dry-run", line.dry_run, "tells unknowns, bytes and flops a rank");
  verb("info", "tells what is in a file")->add_option("FILE", line.file, "HDF5 file")->required();
  verb("list", "lists solvers and covariances, and the plugins that bring them");
  verb("describe", "tells what a solver or covariance takes")->add_option("NAME", line.name, "its name")->required();
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
    const auto asked = app.get_subcommands();
    answer = asked.empty() ? app.help() : asked.front()->help("mercer");
  } catch (const CLI::CallForVersion& version) {
    line.verb.clear();
    answer = std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    fail(Fault::usage, "{}; see mercer --help, or mercer VERB --help", error.what());
  }
  return line;
}

}  // namespace mercer::driver
