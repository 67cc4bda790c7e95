// Verb solve: one problem in, one file and one record out.
#include <mercer/config/petsc_options.hpp>
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>
#include <mercer/solvers/output.hpp>

namespace mercer::driver {
namespace {

/// @collective Relative error of the solution in the Euclidean norm over the points of its grid.
double exact_error(const Comm& comm, const Field& u, const Expression& exact) {
  const Field truth = evaluate(comm, exact, "exact", u.shared_grid(), u.decomposition());
  return relative_l2(comm, u, truth);
}

Record results(const Run& run, const CheckedCase& checked, const Solution& solution, double seconds) {
  Record record;
  record.set("solver", checked.entry->name);
  record.set("seconds", seconds);
  record.set("ranks", Index{run.comm.size()});
  if (!solution.mesh) record.set("unknowns", solution.fields.front().grid().shape().count());
  for (const auto& [name, value] : solution.record.entries()) record.set(name, value);
  for (const Phase& phase : run.phases.phases()) record.set("phases." + phase.name, phase.seconds);
  record.set("output", run.line.output.string());
  return record;
}

}  // namespace

int solve(Run& run) {
  const Existing existing = run.line.overwrite ? Existing::replace : Existing::refuse;
  OutputFile::check(run.comm, run.line.output, existing);
  CheckedCase checked = check_case(run, open_case(run));
  set_petsc_options(checked.petsc);

  const double start = MPI_Wtime();
  Solution solution = checked.solver->solve(context(run, checked.read.seed), checked.problem);
  const double seconds = largest(run.comm, MPI_Wtime() - start);
  if (checked.problem.exact)
    solution.record.set("relative_l2_error", exact_error(run.comm, solution.fields.front(), *checked.problem.exact));
  write_solution(run.comm, run.line.output, existing, checked.read.output, solution,
                 {checked.effective, checked.read.seed, "solution"});
  refuse_unused(run.comm, checked.petsc);  // PETSc knows only now; the answer is kept all the same

  const Record record = results(run, checked, solution, seconds);
  const std::string first = solution.mesh ? solution.mesh->fields.front().name : solution.fields.front().name();
  const std::string hint =
      fmt::format("look at it: open {0} in ParaView, or read h5py.File('{0}')['fields/{1}'][...] in Python\n",
                  run.line.output.string(), first);
  print(run.comm, run.line.as_json ? record.json() + "\n" : record_text(record) + hint);
  return 0;
}

}  // namespace mercer::driver
