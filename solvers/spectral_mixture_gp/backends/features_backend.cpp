// The default backend for cases: the flat limit where the source is exact, prior and evidence where data have noise.
#include <mercer/solvers/spectral_mixture_gp/backends/backend.hpp>
#include <mercer/solvers/spectral_mixture_gp/backends/noisy_data.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/case_statement.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/deviation.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

Index product_of(const std::vector<Index>& sizes) {
  Index product = 1;
  for (const Index size : sizes) product *= size;
  return product;
}

Statement prepared(const Comm& comm, const Problem& problem) {
  Statement statement;
  together(comm, [&] { statement = statement_of(problem); });
  if (has_source_values(problem)) read_samples(comm, problem, statement);
  return statement;
}

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
    const FeatureSizes sizes = first_sizes(context.comm, prepared(context.comm, problem), options_.features);
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
    const Statement statement = prepared(context.comm, problem);
    Solution solution = is_noisy(problem, statement) ? from_noisy(context, problem, statement)
                                                     : from_exact(context, problem, statement);
    const Record& record = solution.record;
    if (const auto* reason = record.find("reason"))
      context.log.warning("the answer is not certified: {}", std::get<std::string>(*reason));
    return solution;
  }

 private:
  /// Whether noise is part of the model: readings always have it, samples of a source may.
  static bool is_noisy(const Problem& problem, const Statement& statement) {
    return problem.observations || (statement.samples && statement.samples->placement == Placement::nodes &&
                                    !statement.reaction && statement.dimensions() == 1);
  }

  Solution from_exact(const Context& context, const Problem& problem, const Statement& statement) const {
    const Comm& comm = context.comm;
    const FeatureResult result = [&] {
      const PhaseTimer phase(context.phases, "solve");
      return solve_features(comm, statement, options_.features);
    }();
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
    struct Part {
      const char* name;
      const Posterior& posterior;
      Eigen::VectorXd Prediction::*part;
    };
    for (const Part& part :
         {Part{"u", *found.posterior, &Prediction::mean}, Part{"u_std", *found.posterior, &Prediction::deviation},
          Part{"u_std_conservative", *found.conservative, &Prediction::deviation}}) {
      solution.fields.push_back(answer_field(comm, problem, part.name));
      Field& field = solution.fields.back();
      together(comm, [&] { predict_on(part.posterior, own_coordinates(field), part.part, field.span()); });
    }
  }

  /// By how much the relative error of the unknown may exceed that of the source.
  static double ratio(double unknown, double source) { return source > 0 ? unknown / source : 0; }

  static void record_certificate(bool certified, const std::string& reason, Record& record) {
    record.set("certified", certified ? "yes" : "no");
    if (!certified) record.set("reason", reason);
  }

  /// How many bands each axis has.
  static void record_bands(const Problem& problem, std::vector<Index> bands, Record& record) {
    std::ranges::reverse(bands);
    for (std::size_t axis = 0; axis < bands.size(); ++axis)
      record.set("bands." + problem.domain.axes[axis].name, bands[axis]);
  }

  static void record(const Problem& problem, const FeatureResult& result, Record& record) {
    const Certificate& certificate = result.certificate;
    record_certificate(certificate.certified, certificate.reason, record);
    if (!certificate.assumption.empty()) record.set("assumption", certificate.assumption);
    record.set("residual", certificate.residual);
    record.set("error_bound", certificate.error_bound);
    record.set("condition", ratio(certificate.error_bound, certificate.residual));
    record.set("unknowns", result.solution.coefficients().count());
    record.set("loops", result.loops);
    record_bands(problem, result.bands, record);
    record.set("newton_iterations", result.newton);
    record.set("krylov_iterations", result.krylov);
    record.set("collectives", result.collectives);
  }

  static void record(const Problem& problem, const Assimilation& found, Record& record) {
    const NoiseCertificate& certificate = found.certificate;
    record_certificate(certificate.certified, certificate.reason, record);
    record.set("residual", certificate.residual);
    record.set("deviation", certificate.deviation);
    record.set("condition", ratio(certificate.deviation, certificate.residual));
    record.set("noise", certificate.noise);
    if (certificate.reading_noise > 0) record.set("reading_noise", certificate.reading_noise);
    record.set("log_evidence", found.log_evidence);
    record.set("unknowns", found.posterior->space().size());
    record.set("loops", found.loops);
    record.set("evaluations", found.evaluations);
    std::vector<Index> bands;
    for (const std::vector<Band>& list : found.posterior->space().bands()) bands.push_back(std::ssize(list));
    record_bands(problem, bands, record);
    record.set("newton_iterations", 0);
    record.set("krylov_iterations", 0);
    for (const Statistic& statistic : certificate.statistics)
      record.set("statistics." + underscored(statistic.name), statistic.value);
  }

  /// "off-grid source" as a name in records.
  static std::string underscored(std::string name) {
    std::ranges::replace_if(
        name, [](char c) { return c == ' ' || c == '-'; }, '_');
    return name;
  }

  FeaturesBackendOptions options_;
};

}  // namespace

std::unique_ptr<Solver> features_backend(const FeaturesBackendOptions& options) {
  return std::make_unique<FeaturesBackend>(options);
}

}  // namespace mercer::smgp
