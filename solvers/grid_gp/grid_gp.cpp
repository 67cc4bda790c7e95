// Plugin grid_gp: a field from noisy readings on a regular grid of which some may be missing.
#include <mercer/base/text.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/report/timer.hpp>
#include <mercer/solvers/grid_gp/learn.hpp>
#include <mercer/solvers/plugin.hpp>

#include <cmath>

namespace mercer::grid_gp {
namespace {

/// @collective Takes the mean of what was observed off the data, and gives it.
double take_mean_off(const Comm& comm, Field& data) {
  std::vector<double> observed;
  for (const double value : data.span())
    if (!std::isnan(value)) observed.push_back(value);
  const double mean =
      reproducible_sum(comm, observed) / static_cast<double>(sum(comm, static_cast<Index>(observed.size())));
  for (double& value : data.span()) value -= mean;
  return mean;
}

/// The names of the axes in the order of arrays.
std::vector<std::string> array_axes(const Problem& problem) {
  std::vector<std::string> names = problem.axis_names();
  std::reverse(names.begin(), names.end());
  return names;
}

void record_parameters(const ProductCovariance& covariance, std::span<const double> theta,
                       const std::vector<std::string>& axes, Record& record) {
  for (int number = 0; number < covariance.dimensions(); ++number) {
    auto raw = covariance.theta_of(theta, number).begin();
    for (const ParameterInfo& info : covariance.factor(number).parameters()) {
      std::vector<double> values;
      for (Index i = 0; i < info.shape.count(); ++i) values.push_back(info.domain.value(*raw++));
      record.set(fmt::format("parameters.{}.{}", axes[static_cast<std::size_t>(number)], info.name), values);
    }
  }
}

class GridGp : public Solver {
 public:
  using Options = grid_gp::Options;
  explicit GridGp(const Options& options) : options_(options) {}

  void check(const Problem& problem, Complaints& complaints) const override {
    if (!problem.grid_data)
      complaints.add(Node(), "data",
                     "missing; name the file and the array of readings: {file: readings.h5, values: u}");
    if (problem.domain.axes.size() > 3)
      return complaints.add(Node(), "problem.domain", "grid_gp knows one to three axes");
    if (!options_.parameters.empty())
      given_parameters(covariance(problem), options_.parameters, array_axes(problem), complaints);
  }

  Estimate estimate(const Context& context, const Problem& problem) const override {
    const Field data = read_grid_data(context.comm, *problem.grid_data, problem.axes());
    const Shape& shape = data.grid().shape();
    Estimate estimate;
    estimate.unknowns = shape.count();
    estimate.unknowns_per_rank = Decomposition(shape, context.comm).owned(0).count();
    // Arrays of a solve and its draws; in the worst case as many modes as points, on every rank. A product goes to the
    // modes and back, along one axis at a time, and a solve takes about twenty.
    double lengths = 0;
    for (const Index points : shape.span()) lengths += static_cast<double>(points);
    estimate.bytes_per_rank =
        8 * (16 * static_cast<double>(estimate.unknowns_per_rank) + 4 * static_cast<double>(shape.count()));
    estimate.flops_per_rank = static_cast<double>(options_.draws + options_.probes + 1) * 20 * 4 * lengths *
                              static_cast<double>(estimate.unknowns_per_rank);
    return estimate;
  }

  Solution solve(const Context& context, const Problem& problem) override {
    const Comm& comm = context.comm;
    Field data = [&] {
      const PhaseTimer phase(context.phases, "read");
      return read_grid_data(comm, *problem.grid_data, problem.axes());
    }();
    const double offset = options_.mean == PriorMean::observed ? take_mean_off(comm, data) : 0;
    const ProductCovariance process = covariance(problem);
    const Parameters parameters = [&] {
      const PhaseTimer phase(context.phases, "learn");
      return learn(context, process, data, known(problem, process), options_);
    }();
    Solution solution;
    record_parameters(process, parameters.theta(), array_axes(problem), solution.record);
    solution.record.set("prior_mean", offset);
    infer(context, data, process, parameters, offset, solution);
    return solution;
  }

 private:
  ProductCovariance covariance(const Problem& problem) const {
    return covariance_of(options_, static_cast<int>(problem.domain.axes.size()));
  }

  Known known(const Problem& problem, const ProductCovariance& process) const {
    Known known;
    Complaints none;  // `check` has seen them
    if (!options_.parameters.empty())
      known.theta = given_parameters(process, options_.parameters, array_axes(problem), none);
    if (problem.grid_data->noise.is_given()) known.noise = problem.grid_data->noise.deviation;
    return known;
  }

  void infer(const Context& context, const Field& data, const ProductCovariance& process, const Parameters& parameters,
             double offset, Solution& solution) const {
    const double noise = parameters.noise();
    const auto timed = [&](const char* phase, const auto& work) {
      const PhaseTimer timer(context.phases, phase);
      return work();
    };
    const GridBasis basis = timed("eigenvectors", [&] {
      return GridBasis(context.comm, covariance_columns(process, parameters.theta(), spacing_of(data.grid())),
                       negligible_share * noise * noise);
    });
    Field u("u", "", data.shared_grid(), data.decomposition(), context.comm.rank());
    Field deviation("u_std", "", data.shared_grid(), data.decomposition(), context.comm.rank());
    const GridRegression regression = timed("mean", [&] {
      return GridRegression(basis, noise, data.span(), {options_.tolerance, options_.iterations});
    });
    regression.mean(u.span());
    for (double& value : u.span()) value += offset;
    const auto evidence = timed("evidence", [&] { return regression.evidence(options_.probes, context.seed); });
    timed("deviation", [&] { regression.deviation(options_.draws, context.seed, deviation.span()); });
    solution.fields.push_back(std::move(u));
    solution.fields.push_back(std::move(deviation));
    record_outcome(basis, regression, evidence, parameters, solution.record);
  }

  static void record_outcome(const GridBasis& basis, const GridRegression& regression,
                             const GridRegression::Evidence& evidence, const Parameters& parameters, Record& record) {
    record.set("observed", regression.observed());
    record.set("missing", regression.missing());
    record.set("modes", static_cast<Index>(basis.values().size()));
    record.set("noise", parameters.noise());
    record.set("log_evidence", evidence.log_evidence);
    record.set("log_evidence_error", evidence.error);
    record.set("krylov_iterations", regression.iterations());
    record.set("learning_points", parameters.learning_points);
    record.set("evaluations", parameters.evaluations);
    record.set("converged", parameters.converged);
  }

  Options options_;
};

ProblemSpec problem() {
  ProblemSpec spec;
  spec.faces = {};
  spec.takes_grid_data = true;
  return spec;
}

}  // namespace
}  // namespace mercer::grid_gp

MERCER_PLUGIN("grid_gp", registry) {
  registry.add_solver<mercer::grid_gp::GridGp>(
      "grid_gp", "a field from noisy readings on a regular grid with gaps, by Gaussian process regression",
      mercer::grid_gp::problem());
}
