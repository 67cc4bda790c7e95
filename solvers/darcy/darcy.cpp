// Plugin darcy: steady flow through a porous medium, -div(a grad u) = f on boxes of one to three dimensions.
#include <mercer/base/text.hpp>
#include <mercer/report/timer.hpp>
#include <mercer/solvers/darcy/linear_solve.hpp>
#include <mercer/solvers/plugin.hpp>

namespace mercer::darcy {

void describe(Binder& bind, LinearOptions& options) {
  bind.field("tolerance", options.tolerance,
             "of the preconditioned residual against the right side, in the norm of conjugate gradients", {1e-15, 0.1});
  bind.field("iterations", options.iterations, "at most so many conjugate gradient steps", {1, 100000});
}

namespace {

/// -div(a grad u) of an exact solution, as a formula.
Expression manufactured(const Expression& a, const Expression& exact, const std::vector<std::string>& axes) {
  Expression divergence;
  for (const std::string& axis : axes) divergence = divergence + (a * exact.derivative(axis)).derivative(axis);
  return (-divergence).over(axes);
}

class Darcy : public Solver {
 public:
  using Options = LinearOptions;
  explicit Darcy(const Options& options) : options_(options) {}

  void check(const Problem& problem, Complaints& complaints) const override {
    const Node nowhere;
    const bool can_derive = problem.exact && !problem.inputs.at("coefficient").text.empty();
    if (!problem.inputs.at("source").is_given() && !can_derive)
      complaints.add(nowhere, "problem.source",
                     "missing; it can be left out only where 'exact' and a formula for the coefficient give it");
    if (problem.domain.axes.size() > 3 || problem.domain.axes.back().name == "t")
      complaints.add(nowhere, "problem.domain", "darcy solves steady problems in x, y, z");
    if (complaints.empty() && !std::in_range<PetscInt>(problem.grid()->shape().count()))
      complaints.add(nowhere, "output.points", "so many unknowns need a PETSc with 64-bit integers");
    bool is_fixed = false;
    for (const auto& [name, face] : problem.boundary.faces) is_fixed |= face.kind == Face::Kind::value;
    if (!is_fixed)
      complaints.add(problem.boundary.written, "problem.boundary",
                     "a value on at least one face is needed; with derivatives alone u is not unique");
  }

  Estimate estimate(const Context& context, const Problem& problem) const override {
    const auto grid = problem.grid();
    const Decomposition nodes = node_decomposition(*grid, context.comm.size());
    Estimate estimate;
    estimate.unknowns = grid->shape().count();
    estimate.unknowns_per_rank = nodes.owned(0).count();
    // A row of the matrix is 2 d + 1 numbers with 4-byte columns; multigrid keeps about three times the matrix, CG and
    // the fields 12 vectors.
    const double row = (2.0 * grid->shape().dimensions() + 1) * (sizeof(double) + sizeof(PetscInt));
    estimate.bytes_per_rank = static_cast<double>(estimate.unknowns_per_rank) * (4 * row + 12 * sizeof(double));
    // About 12 steps, each a cycle of 8 products with the matrix.
    estimate.flops_per_rank =
        static_cast<double>(estimate.unknowns_per_rank) * 12 * 8 * 2 * (2.0 * grid->shape().dimensions() + 1);
    return estimate;
  }

  Solution solve(const Context& context, const Problem& problem) override {
    const Comm& comm = context.comm;
    const auto grid = problem.grid();
    const Decomposition nodes = node_decomposition(*grid, comm.size());
    require_enough_points(nodes);
    Field coefficient = problem.evaluate(comm, "coefficient", grid, nodes);
    const Field source = source_of(comm, problem, grid, nodes);
    const System system = [&] {
      const PhaseTimer phase(context.phases, "assemble");
      return assemble(comm, problem, coefficient, source);
    }();
    const PhaseTimer phase(context.phases, "solve");
    Solution solution;
    Field u("u", "", grid, nodes, comm.rank());
    darcy::solve(context, system, options_, u, solution.record);
    solution.fields.push_back(std::move(u));
    solution.fields.push_back(std::move(coefficient));
    return solution;
  }

 private:
  static void require_enough_points(const Decomposition& nodes) {
    for (int axis = 0; axis < nodes.shape().dimensions(); ++axis) {
      const int parts = nodes.rank_grid()[static_cast<std::size_t>(axis)];
      require_agreed(nodes.shape()[axis] >= parts, Fault::config,
                     "{} points cannot be spread over {} ranks; use fewer ranks or more output.points",
                     nodes.shape()[axis], parts);
    }
  }

  static Field source_of(const Comm& comm, const Problem& problem, const std::shared_ptr<const Grid>& grid,
                         const Decomposition& nodes) {
    if (problem.inputs.at("source").is_given()) return problem.evaluate(comm, "source", grid, nodes);
    const Expression formula =
        manufactured(problem.inputs.at("coefficient").formula, *problem.exact, problem.axis_names());
    return evaluate(comm, formula, "source", grid, nodes);
  }

  Options options_;
};

ProblemSpec problem() {
  ProblemSpec spec;
  spec.inputs = {
      {"coefficient", "conductivity a > 0; arrays are taken as piecewise constant", true, Interpolation::nearest},
      {"source", "source f; without it, it is derived from 'exact'", false, Interpolation::linear}};
  spec.faces = {Face::Kind::value, Face::Kind::derivative};
  return spec;
}

}  // namespace
}  // namespace mercer::darcy

MERCER_PLUGIN("darcy", registry) {
  registry.add_solver<mercer::darcy::Darcy>("darcy", "-div(a grad u) = f on a box by finite volumes and multigrid",
                                            mercer::darcy::problem());
}
