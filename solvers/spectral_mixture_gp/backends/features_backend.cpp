// The default backend for cases: the flat limit where the source is exact, prior and evidence where data have noise.
#include <mercer/solvers/spectral_mixture_gp/backends/backend.hpp>
#include <mercer/solvers/spectral_mixture_gp/backends/features_record.hpp>
#include <mercer/solvers/spectral_mixture_gp/backends/noisy_data.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/case_statement.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/deviation.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/grid_assimilation.hpp>

#include <algorithm>
#include <optional>
#include <type_traits>

namespace mercer::smgp {
namespace {

class FeaturesBackend : public Solver {
 public:
  explicit FeaturesBackend(const FeaturesBackendOptions& options) : options_(options) {}

  void check(const Problem& problem, Complaints& complaints) const override {
    if (!problem.equation) return;
    try {
      const Statement statement = statement_of(problem);
      select_conditions(statement);
      require(!problem.observations || !statement.reaction, Fault::config,
              "readings of the unknown can only be combined with a linear equation");
    } catch (const Error& error) {
      complaints.add(problem.boundary.written, "problem", error.what());
    }
  }

  Estimate estimate(const Context& context, const Problem& problem) const override {
    const FeatureSizes sizes =
        first_sizes(context.comm, statement_with_samples(context.comm, problem), options_.features);
    Estimate estimate;
    estimate.unknowns = Shape(sizes.features).count();
    estimate.unknowns_per_rank = estimate.unknowns;  // coefficients are on every rank, the nodes are divided
    const double nodes = static_cast<double>(Shape(sizes.nodes).count()) / context.comm.size();
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
    const Statement statement = statement_with_samples(context.comm, problem);
    Solution solution = choose(context, problem, statement);
    if (const auto* reason = solution.record.find("reason"))
      context.log.warning("the answer is not certified: {}", std::get<std::string>(*reason));
    return solution;
  }

 private:
  /// Readings always have noise. Samples may: on a line, where that is cheap, noise is always part of the model; on
  /// several axes it is where the answer that takes them as exact leaves a residual.
  Solution choose(const Context& context, const Problem& problem, const Statement& statement) const {
    const bool may_be_noisy = options_.noise == SampleNoise::estimate && statement.samples && !statement.reaction &&
                              statement.samples->placement == Placement::nodes;
    if (problem.observations || (may_be_noisy && statement.dimensions() == 1))
      return from_noisy(context, problem, statement);
    if (!may_be_noisy) return from_exact(context, problem, statement, features(context, statement));
    const std::optional<FeatureResult> exact = unless(Fault::numerics, [&] { return features(context, statement); });
    if (exact && exact->certificate.residual <= options_.features.tolerance)
      return from_exact(context, problem, statement, *exact);
    std::optional<Solution> noisy = unless(Fault::unavailable, [&] { return from_noisy(context, problem, statement); });
    if (noisy) return std::move(*noisy);
    return from_exact(context, problem, statement, exact ? *exact : features(context, statement));
  }

  /// What `work` gives, or nothing where it fails by this fault on all ranks.
  template <class Work>
  static std::optional<std::invoke_result_t<Work>> unless(Fault fault, const Work& work) {
    try {
      return work();
    } catch (const Error& error) {
      if (error.fault() != fault || !error.agreed()) throw;
      return std::nullopt;
    }
  }

  FeatureResult features(const Context& context, const Statement& statement) const {
    const PhaseTimer phase(context.phases, "solve");
    return solve_features(context.comm, statement, options_.features);
  }

  Solution from_exact(const Context& context, const Problem& problem, const Statement& statement,
                      const FeatureResult& result) const {
    const Comm& comm = context.comm;
    Solution solution;
    const PhaseTimer phase(context.phases, "evaluate");
    solution.fields.push_back(answer_field(comm, problem, "u"));
    const Coordinates own = own_coordinates(solution.fields.front());
    together(comm, [&] { copy_into(result.solution(own), solution.fields.front()); });
    if (options_.draws > 0) {
      const DeviationOptions draws{source_deviation(result.certificate), options_.draws, context.seed};
      const Array spread = deviation(comm, statement, result, own, draws);
      solution.fields.push_back(answer_field(comm, problem, "u_std"));
      copy_into(spread, solution.fields.back());
    }
    record(problem, result, solution.record);
    return solution;
  }

  Solution from_noisy(const Context& context, const Problem& problem, const Statement& statement) const {
    const Comm& comm = context.comm;
    const Assimilation found = [&] {
      const PhaseTimer phase(context.phases, "solve");
      const NoisyData data = noisy_data(comm, problem, statement, options_.features);
      if (statement.samples) return assimilate(comm, statement, data, noise_options());
      Assimilation answer;
      together(comm, [&] { answer = assimilate(statement, data, noise_options()); });
      return answer;
    }();
    Solution solution;
    const PhaseTimer phase(context.phases, "evaluate");
    add_fields(comm, problem, found, solution);
    record(problem, found, solution.record);
    if (statement.samples) solution.record.set("assumption", sampling_assumption(statement));
    return solution;
  }

  AssimilationOptions noise_options() const {
    return {.loops = std::max(options_.features.loops, 6),
            .base_degree = options_.features.base_degree,
            .tolerance = options_.deviation,
            .resolved = options_.features.tolerance};
  }

  static void copy_into(const Array& values, Field& field) { std::ranges::copy(values.span(), field.span().begin()); }

  static void add_fields(const Comm& comm, const Problem& problem, const Assimilation& found, Solution& solution) {
    for (const char* name : {"u", "u_std", "u_std_conservative"})
      solution.fields.push_back(answer_field(comm, problem, name));
    const Coordinates own = own_coordinates(solution.fields.front());
    together(comm, [&] {
      if (solution.fields.front().span().empty()) return;
      const GridPrediction plain = found.posterior->predict_on(own), wide = found.conservative->predict_on(own);
      copy_into(plain.mean, solution.fields[0]);
      copy_into(plain.deviation, solution.fields[1]);
      copy_into(wide.deviation, solution.fields[2]);
    });
  }

  FeaturesBackendOptions options_;
};

}  // namespace

std::unique_ptr<Solver> features_backend(const FeaturesBackendOptions& options) {
  return std::make_unique<FeaturesBackend>(options);
}

}  // namespace mercer::smgp
