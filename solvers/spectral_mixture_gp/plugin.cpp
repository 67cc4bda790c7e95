// Plugin spectral_mixture_gp: equations on boxes by Gaussian processes whose covariance is a mixture of frequencies.
#include <mercer/report/timer.hpp>
#include <mercer/solvers/plugin.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/case_statement.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/feature_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>

#include <algorithm>

namespace mercer::smgp {

void describe(Binder& bind, FeatureOptions& options) {
  bind.field("tolerance", options.tolerance,
             "residual, relative to the largest term of the equation, at which it is certified", {1e-14, 0.1});
  bind.field("loops", options.loops, "solves with ever more features, at most", {1, 20});
  bind.field("threshold", options.threshold,
             "amplitude of a frequency, relative to the largest, from which it gets a band", {1e-8, 0.5});
  bind.field("base_degree", options.base_degree, "of the plain polynomials along each axis", {16, 500});
}

namespace {

Index product_of(const std::vector<Index>& sizes) {
  Index product = 1;
  for (const Index size : sizes) product *= size;
  return product;
}

class SpectralMixtureGp : public Solver {
 public:
  using Options = FeatureOptions;
  explicit SpectralMixtureGp(const Options& options) : options_(options) {}

  void check(const Problem& problem, Complaints& complaints) const override {
    if (!problem.equation) return;
    try {
      select_conditions(statement_of(problem));
    } catch (const Error& error) {
      complaints.add(problem.boundary.written, "problem", error.what());
    }
  }

  Estimate estimate(const Context& context, const Problem& problem) const override {
    const FeatureSizes sizes = first_sizes(context.comm, prepared(context.comm, problem), options_);
    Estimate estimate;
    estimate.unknowns = product_of(sizes.features);
    estimate.unknowns_per_rank = estimate.unknowns;  // coefficients are on every rank, the nodes are divided
    const double nodes = static_cast<double>(product_of(sizes.nodes)) / context.comm.size();
    double matrices = 0, flops = 0;
    for (std::size_t axis = 0; axis < sizes.nodes.size(); ++axis) {
      const auto n = static_cast<double>(sizes.nodes[axis]), r = static_cast<double>(sizes.features[axis]);
      matrices += 4 * n * r + 8 * r * r;
      flops += 4 * n * r * r + 25 * r * r * r + 2 * nodes * r;
    }
    // The source and one copy on the nodes, about ten arrays of coefficients, and the matrices of each axis.
    estimate.bytes_per_rank = sizeof(double) * (2 * nodes + 10 * static_cast<double>(estimate.unknowns) + matrices);
    estimate.flops_per_rank = flops;
    return estimate;
  }

  Solution solve(const Context& context, const Problem& problem) override {
    const Comm& comm = context.comm;
    const FeatureResult result = [&] {
      const PhaseTimer phase(context.phases, "solve");
      return solve_features(comm, prepared(comm, problem), options_);
    }();
    if (!result.certificate.certified)
      context.log.warning("the answer is not certified: {}", result.certificate.reason);
    Solution solution;
    const PhaseTimer phase(context.phases, "evaluate");
    solution.fields.push_back(field_of(comm, problem, result.solution));
    record(result, solution.record);
    return solution;
  }

 private:
  static Statement prepared(const Comm& comm, const Problem& problem) {
    Statement statement;
    together(comm, [&] { statement = statement_of(problem); });
    if (has_source_values(problem)) read_samples(comm, problem, statement);
    return statement;
  }

  static Field field_of(const Comm& comm, const Problem& problem, const Expansion& solution) {
    const auto grid = problem.grid();
    Field u("u", "", grid, Decomposition(grid->shape(), comm), comm.rank());
    together(comm, [&] {
      Coordinates own;
      for (int axis = 0; axis < grid->dimensions(); ++axis) own.push_back(grid->coordinates(axis));
      const Range rows = u.box().ranges[0];
      own[0] = {own[0].begin() + rows.begin, own[0].begin() + rows.end};
      const Array values = solution(own);
      std::copy_n(values.data(), values.count(), u.span().begin());
    });
    return u;
  }

  static void record(const FeatureResult& result, Record& record) {
    const Certificate& certificate = result.certificate;
    record.set("certified", certificate.certified ? "yes" : "no");
    if (!certificate.certified) record.set("reason", certificate.reason);
    record.set("residual", certificate.residual);
    record.set("error_bound", certificate.error_bound);
    record.set("condition", certificate.residual > 0 ? certificate.error_bound / certificate.residual : 0.0);
    record.set("unknowns", result.solution.coefficients().count());
    record.set("loops", result.loops);
    record.set("newton_iterations", result.newton);
    record.set("krylov_iterations", result.krylov);
    record.set("collectives", result.collectives);
  }

  Options options_;
};

ProblemSpec problem() {
  ProblemSpec spec;
  spec.inputs = {
      {"source", "source f of the equation; without it, it is derived from 'exact'", false, Interpolation::linear}};
  spec.faces = {Face::Kind::value, Face::Kind::derivative, Face::Kind::periodic, Face::Kind::free};
  spec.takes_equation = true;
  return spec;
}

}  // namespace
}  // namespace mercer::smgp

MERCER_PLUGIN("spectral_mixture_gp", registry) {
  registry.add_solver<mercer::smgp::SpectralMixtureGp>(
      "spectral_mixture_gp", "equations with high frequencies and many scales by a spectral-mixture Gaussian process",
      mercer::smgp::problem());
}
