// Verbs list and describe: what there is, and what it takes.
#include <mercer/base/table.hpp>
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>

namespace mercer::driver {

int list(Run& run) {
  Table table({"solver", "plugin", "what it does"});
  Record record;
  for (const auto& [name, entry] : run.registry.solvers()) {
    table.add({name, entry.plugin, entry.summary});
    record.set("solvers." + name, entry.summary);
  }
  print(run.comm, run.line.as_json ? record.json() + "\n" : table.text());
  return 0;
}

int describe(Run& run) {
  const SolverEntry* entry = nullptr;
  together(run.comm, [&] { entry = &run.registry.solver(run.line.name); });
  std::string answer;
  if (run.line.as_json) {
    Record record;
    record.set("name", entry->name);
    record.set("summary", entry->summary);
    record.set("plugin", entry->plugin);
    record.set("problem", problem_table(entry->problem));
    record.set("options", entry->options);
    answer = record.json() + "\n";
  } else {
    answer = fmt::format("{}: {}\n\n`problem:`\n\n{}\n`options:`\n\n{}", entry->name, entry->summary,
                         problem_table(entry->problem), entry->options);
  }
  print(run.comm, answer);
  return 0;
}

}  // namespace mercer::driver
