// The command `mercer`.
#include <mercer/parallel/session.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/loader.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace {

using namespace mercer;

/// @collective
int dispatch(const Comm& comm, const std::vector<std::string>& words, const std::vector<std::string>& petsc) {
  driver::CommandLine line;
  std::string answer;
  together(comm, [&] { line = driver::parse(words, answer); });
  if (line.verb.empty()) {
    driver::print(comm, answer);
    return 0;
  }
  line.petsc = petsc;
  Log log(comm, line.quiet ? Level::warning : line.verbose ? Level::debug : Level::info);
  Phases phases;
  driver::Run run{comm, log, phases, line, {}};
  for (const auto& file : in_tree_plugins()) load_plugin(comm, file, run.registry);
  for (const auto& file : line.plugins) load_plugin(comm, file, run.registry);
  const std::map<std::string, int (*)(driver::Run&)> verbs{{"solve", driver::solve},
                                                           {"generate", driver::generate},
                                                           {"train", driver::train},
                                                           {"predict", driver::predict},
                                                           {"evaluate", driver::evaluate},
                                                           {"check", driver::check},
                                                           {"info", driver::info},
                                                           {"list", driver::list},
                                                           {"describe", driver::describe},
                                                           {"new-plugin", driver::new_plugin},
                                                           {"mesh info", driver::mesh_info},
                                                           {"mesh check", driver::mesh_check},
                                                           {"mesh convert", driver::mesh_convert},
                                                           {"data info", driver::data_info},
                                                           {"data check", driver::mesh_check},
                                                           {"data convert", driver::mesh_convert}};
  return verbs.at(line.verb)(run);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc), petsc;
  const auto divider = std::find(words.begin(), words.end(), "--");
  if (divider != words.end()) {
    petsc.assign(divider + 1, words.end());
    words.erase(divider, words.end());
  }
  const Session session(petsc);
  const Comm comm;
  return run(comm, [&] { return dispatch(comm, words, petsc); });
}
