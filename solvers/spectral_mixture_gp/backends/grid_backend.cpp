// Sources by formula or samples onto the nodes, interpolants onto the answer's grid.
#include <mercer/solvers/spectral_mixture_gp/backends/grid_backend.hpp>
#include <mercer/solvers/spectral_mixture_gp/backends/grid_statement.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/case_statement.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/exchange.hpp>

#include <cmath>

namespace mercer::smgp {

void GridBackend::check(const Problem& problem, Complaints& complaints) const {
  if (!problem.equation) return;
  if (problem.observations)
    complaints.add(problem.observations->written, "data", "only options.backend: features takes readings");
  try {
    check_grid_statement(statement_of(problem));
  } catch (const Error& error) {
    complaints.add(problem.boundary.written, "problem", error.what());
  }
}

Estimate GridBackend::estimate(const Context&, const Problem& problem) const {
  const auto nodes = static_cast<double>(nodes_);
  const int axes = static_cast<int>(problem.domain.axes.size());
  const double matrices = 12 * nodes * nodes;  // of covariances, their inverses and derivatives
  Estimate estimate;
  estimate.unknowns = axes == 2 ? nodes_ * nodes_ : nodes_;
  estimate.unknowns_per_rank = estimate.unknowns;
  estimate.bytes_per_rank = sizeof(double) * (axes * matrices + 10 * std::pow(nodes, axes));
  estimate.flops_per_rank = passes() * axes * 4 * std::pow(nodes, 3);
  return estimate;
}

Solution GridBackend::solve(const Context& context, const Problem& problem) {
  const Comm& comm = context.comm;
  Statement statement = statement_with_samples(comm, problem);
  if (statement.samples) {
    Samples& samples = *statement.samples;
    require_agreed(samples.placement == Placement::nodes, Fault::data,
                   "this backend needs samples of the source at both ends of every axis ('grid: nodes')");
    samples.values = Exchange(comm, samples.shape).gather(samples.values);
  }
  Solution solution;
  Interpolant u;
  {
    const PhaseTimer phase(context.phases, "solve");
    together(comm, [&] { u = run(context, grid_problem(statement, nodes_), solution.record); });
  }
  const PhaseTimer phase(context.phases, "evaluate");
  solution.fields.push_back(answer_field(comm, problem, "u"));
  together(comm, [&] {
    Field& field = solution.fields.front();
    if (field.span().empty()) return;
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Matrix found = u(own_coordinates(field));
    Eigen::Map<RowMajor>(field.span().data(), found.rows(), found.cols()) = found;
  });
  return solution;
}

}  // namespace mercer::smgp
