// Plugin elasticity: small deformations of elastic bodies on meshes of triangles or tetrahedra.
#include <mercer/base/text.hpp>
#include <mercer/report/timer.hpp>
#include <mercer/solvers/elasticity/linear_solve.hpp>
#include <mercer/solvers/elasticity/results.hpp>
#include <mercer/solvers/plugin.hpp>

namespace mercer::elasticity {

void describe(Binder& bind, Options& options) {
  bind.field("order", options.order, "of the polynomials in a cell: 1, or 2 with nodes in the middle of edges", {1, 2});
  bind.choice(
      "solver", options.solver,
      {{"automatic", LinearSolver::automatic},
       {"multigrid", LinearSolver::multigrid},
       {"direct", LinearSolver::direct}},
      "what preconditions conjugate gradients; automatic factorises small systems on one rank (CHOLMOD: plane up "
      "to 30000 unknowns, solid up to 3000)");
  bind.field("tolerance", options.tolerance,
             "of the preconditioned residual against the right side, in the norm of conjugate gradients", {1e-15, 0.1});
  bind.field("iterations", options.iterations, "at most so many conjugate gradient steps", {1, 100000});
}

namespace {

class Elasticity : public Solver {
 public:
  using Options = elasticity::Options;
  explicit Elasticity(const Options& options) : options_(options) {}

  void check(const Problem& problem, Complaints& complaints) const override { read_body(problem, complaints); }

  Estimate estimate(const Context& context, const Problem& problem) const override {
    const MeshDomain& mesh = *problem.mesh;
    const auto d = static_cast<double>(mesh.space);
    Estimate estimate;
    // A mesh has about as many edges as nodes and cells together (Euler), and a node so many neighbours.
    estimate.unknowns = mesh.space * (options_.order == 1 ? mesh.nodes : 2 * mesh.nodes + mesh.cells);
    estimate.unknowns_per_rank = (estimate.unknowns + context.comm.size() - 1) / context.comm.size();
    const double neighbours = mesh.space == 2 ? (options_.order == 1 ? 7 : 11.5) : (options_.order == 1 ? 15 : 28);
    const double row = d * neighbours * (sizeof(double) + sizeof(PetscInt));
    // Multigrid keeps as much again as the matrix and a half; CG and the fields 20 vectors. About 30 steps, each a
    // cycle of 6 products with the matrix.
    estimate.bytes_per_rank = static_cast<double>(estimate.unknowns_per_rank) * (2.5 * row + 20 * sizeof(double));
    estimate.flops_per_rank = static_cast<double>(estimate.unknowns_per_rank) * 30 * 6 * 2 * d * neighbours;
    return estimate;
  }

  Solution solve(const Context& context, const Problem& problem) override {
    const Comm& comm = context.comm;
    Body body;
    together(comm, [&] {
      Complaints complaints;
      body = read_body(problem, complaints);
      complaints.raise();
    });
    const DistributedMesh mesh = [&] {
      const PhaseTimer phase(context.phases, "distribute");
      return distribute(comm, body.domain->part);
    }();
    const Space space = make_space(comm, mesh, static_cast<int>(options_.order));
    const Discretisation discretisation(body, mesh, space);
    const System system = [&] {
      const PhaseTimer phase(context.phases, "assemble");
      return assemble(comm, discretisation);
    }();
    Solution solution;
    solution.record.set("unknowns", space.nodes * space.dimension);
    const std::vector<double> u = [&] {
      const PhaseTimer phase(context.phases, "solve");
      return elasticity::solve(context, space, system, options_, solution.record);
    }();
    const PhaseTimer phase(context.phases, "results");
    solution.mesh = fields_of(comm, discretisation, u, solution.record);
    record_forces(comm, discretisation, system, u, solution.record);
    if (!body.exact.empty()) solution.record.set("relative_l2_error", relative_error(comm, discretisation, u));
    return solution;
  }

 private:
  Options options_;
};

ProblemSpec problem() {
  ProblemSpec spec;
  spec.takes_mesh = true;
  spec.keys = [] { return std::make_shared<Keys>(); };
  return spec;
}

}  // namespace
}  // namespace mercer::elasticity

MERCER_PLUGIN("elasticity", registry) {
  registry.add_solver<mercer::elasticity::Elasticity>(
      "elasticity", "elastic bodies on meshes by linear or quadratic elements, multigrid or factorisation",
      mercer::elasticity::problem());
}
