// Verb check, and the checking of a case that every other verb starts with.
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/loader.hpp>

namespace mercer::driver {
namespace {

namespace fs = std::filesystem;

void load_plugins(Run& run, const Case& read) {
  for (const std::string& name : read.plugins) {
    const fs::path beside = read.folder / name;
    load_plugin(run.comm, fs::exists(beside) ? beside : fs::path(name), run.registry);
  }
}

void require_solver(const Case& read) {
  require(read.model.empty() || read.solver.empty(), Fault::config, "{}: a case names a solver or a model, not both",
          read.root.where());
  require(!read.solver.empty(), Fault::config, "a case for this verb needs 'solver: NAME'; see mercer list");
}

}  // namespace

Context context(Run& run, const CheckedCase& checked) {
  return {run.comm, run.log, run.phases, static_cast<std::uint64_t>(checked.read.seed),
          progress_style(run.line.progress, run.log.level())};
}

CheckedCase check_case(Run& run) {
  Complaints complaints;
  CheckedCase checked;
  checked.read = read_case(run.comm, run.line.file, run.line.overrides, complaints);
  Case& read = checked.read;
  load_plugins(run, read);
  together(run.comm, [&] {
    if (read.solver.empty()) complaints.raise();
    require_solver(read);
    checked.entry = &run.registry.solvers().at(read.solver);
    checked.problem = Problem::read(read.problem, read.output.points, checked.entry->problem, read.folder, complaints);
    checked.problem.observe(read.data, read.folder, complaints);
    checked.solver = checked.entry->make(read.options, "options", complaints);
    if (complaints.empty()) checked.solver->check(checked.problem, complaints);
    for (const auto& [key, block] :
         {std::pair{"training", &read.training}, {"generate", &read.generate}})
      if (!block->is_absent())
        complaints.add(*block, key, fmt::format("the solver '{}' has no use for it", read.solver));
    checked.petsc = petsc_options(read.petsc, "petsc", complaints);
    complaints.raise();
    for (const PetscOption& option : petsc_options(run.line.petsc)) checked.petsc.push_back(option);
    checked.effective = read.root;
    checked.effective.set("options", checked.entry->complete(read.options));
  });
  checked.problem.check_files(run.comm);
  return checked;
}

int check(Run& run) {
  const CheckedCase checked = check_case(run);
  Record record;
  record.set("case", run.line.file.string());
  record.set("solver", checked.entry->name);
  record.set("ranks", Index{run.comm.size()});
  if (run.line.dry_run) {
    const Estimate estimate = checked.solver->estimate(context(run, checked), checked.problem);
    record.set("unknowns", estimate.unknowns);
    record.set("unknowns_per_rank", estimate.unknowns_per_rank);
    record.set("bytes_per_rank", estimate.bytes_per_rank);
    record.set("flops_per_rank", estimate.flops_per_rank);
  }
  print(run.comm, run.line.as_json ? record.json() + "\n" : record_text(record) + "nothing wrong was found\n");
  return 0;
}

}  // namespace mercer::driver
