#include "solvers/solve_case.hpp"

#include "support/process.hpp"
#include <mercer/config/options.hpp>
#include <mercer/solvers/case.hpp>
#include <mercer/solvers/loader.hpp>

namespace mercer::test {
namespace {

/// The plugin that is named like the solver.
Registry loaded(const Comm& comm, const std::string& solver) {
  Registry registry;
  load_plugin(comm, setting("MERCER_BUILD") + "/plugins/" + solver + ".so", registry);
  return registry;
}

}  // namespace

Solved solve_case(const Comm& comm, const std::string& yaml, const std::filesystem::path& folder) {
  Case read;
  Complaints complaints;
  together(comm, [&] {
    read_options(parse_yaml(yaml, "case"), "", read, complaints);
    complaints.raise();
  });
  const Registry registry = loaded(comm, read.solver);
  Solved solved;
  std::shared_ptr<Solver> solver;
  together(comm, [&] {
    const SolverEntry& entry = registry.solvers().at(read.solver);
    solved.problem = Problem::read(read.problem, read.output.points, entry.problem, folder, complaints);
    solved.problem.observe(read.data, folder, complaints);
    solver = entry.make(read.options, "options", complaints);
  });
  solved.problem.read_mesh(comm, complaints);
  together(comm, [&] {
    if (complaints.empty() || solved.problem.mesh) solver->check(solved.problem, complaints);
    complaints.raise();
  });
  Log log(comm, Level::error);
  Phases phases;
  solved.solution = solver->solve({comm, log, phases, 0}, solved.problem);
  return solved;
}

double exact_error(const Comm& comm, const Solved& solved) {
  const Field& u = solved.solution.fields.front();
  return relative_l2(comm, u, evaluate(comm, *solved.problem.exact, "exact", u.shared_grid(), u.decomposition()));
}

std::vector<double> gathered(const Comm& comm, const Field& field) {
  const Shape& whole = field.grid().shape();
  std::vector<double> all(static_cast<std::size_t>(whole.count()), 0.0);
  const Box box = field.box();
  Index entry = 0;
  for (Index row = 0; row < (box.count() == 0 ? 0 : box.count() / box.shape().back()); ++row) {
    Index rest = row, offset = 0, stride = whole.back();
    for (int axis = box.dimensions - 2; axis >= 0; --axis) {
      const Range& range = box.ranges[static_cast<std::size_t>(axis)];
      offset += (range.begin + rest % range.count()) * stride;
      rest /= range.count();
      stride *= whole[axis];
    }
    offset += box.ranges[static_cast<std::size_t>(box.dimensions - 1)].begin;
    for (Index x = 0; x < box.shape().back(); ++x)
      all[static_cast<std::size_t>(offset + x)] = field.span()[static_cast<std::size_t>(entry++)];
  }
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, all.data(), narrow<int>(whole.count()), MPI_DOUBLE, MPI_SUM, comm.raw()));
  return all;
}

}  // namespace mercer::test
