// Datasets of Darcy flow on 64 x 64 nodes: what drawing and keeping samples costs beside solving them, and what a
// second rank gains. Run on two ranks.
#include "bench/bench.hpp"
#include "support/process.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/generate/generator.hpp>
#include <mercer/solvers/generate/recipe.hpp>
#include <mercer/solvers/loader.hpp>

namespace {

using namespace mercer;

const std::string text =
    "solver: darcy\n"
    "problem: {domain: {x: [0, 1], y: [0, 1]}, source: s, boundary: {x_min: 0, x_max: 0, y_min: 0, y_max: 0}}\n"
    "output: {points: {x: 64, y: 64}}\n"
    "generate:\n"
    "  parameters: {s: {uniform: [1, 2]}}\n"
    "  fields: {coefficient: {covariance: {family: inverse_laplacian}, ends: neumann, transform: threshold}}\n"
    "  outputs: [u]\n";

class Flows {
 public:
  explicit Flows(const Comm& comm) {
    load_plugin(comm, test::setting("MERCER_BUILD") + "/plugins/darcy.so", registry_);
  }

  std::unique_ptr<Recipe> recipe(Index samples) const {
    Case read;
    Complaints complaints;
    read_options(parse_yaml(text + "  samples: " + std::to_string(samples) + "\n", "case"), "", read, complaints);
    auto made = make_recipe(read, registry_.solvers().at(read.solver), complaints);
    complaints.raise();
    return made;
  }

  /// @collective The whole way to a dataset.
  void generate(const Comm& comm, Index samples, const std::filesystem::path& output) const {
    const std::unique_ptr<Recipe> made = recipe(samples);
    Log log(comm, Level::error);
    Phases phases;
    Journal journal(comm, output.string() + ".checkpoint", "bench");
    make_samples({comm, log, phases}, *made, journal, {});
    made->write(comm, output, Existing::replace, 0, journal, {{}, 0, "dataset"});
    journal.remove();
  }

  /// Solves the problems of the samples, whose media are there, and nothing else. Local.
  void solve(Index samples) {
    const Comm alone = Comm::self();
    Log log(alone, Level::error);
    Phases phases;
    Case read;
    Complaints complaints;
    read_options(parse_yaml(text, "case"), "", read, complaints);
    const SolverEntry& entry = registry_.solvers().at("darcy");
    read.problem.set("source", Node::scalar("1.5"));
    read.problem.set("coefficient", Node::scalar("1"));
    Problem problem = Problem::read(read.problem, read.output.points, entry.problem, {}, complaints);
    const auto solver = entry.make({}, "options", complaints);
    complaints.raise();
    Input& medium = problem.inputs.at("coefficient");
    medium.text.clear();
    medium.array.emplace();
    draw_media(samples, problem.grid());
    for (Index i = 0; i < samples; ++i) {
      medium.field = media_[static_cast<std::size_t>(i)];
      solver->solve({alone, log, phases}, problem);
    }
  }

 private:
  void draw_media(Index samples, const std::shared_ptr<const Grid>& grid) {
    RandomFieldOptions options;
    options.covariance.family = FieldFamily::inverse_laplacian;
    options.ends = FieldEnds::neumann;
    options.transform = FieldTransform::threshold;
    for (Index i = std::ssize(media_); i < samples; ++i) {
      Field medium("coefficient", "", grid, Decomposition(grid->shape(), 1, Split::slabs), 0);
      RandomField(options, {grid->shape(), {1, 1}}, 0).draw(i, medium.span());
      media_.push_back(std::make_shared<const Field>(std::move(medium)));
    }
  }

  Registry registry_;
  std::vector<std::shared_ptr<const Field>> media_;
};

/// @collective What a dataset costs all ranks together, against its solves alone on one of them. By the CPU clock.
bench::Comparison compare_with_solves(const Comm& comm, Flows& flows, const std::filesystem::path& output) {
  constexpr Index samples = 1000;
  constexpr int pairs = 3;
  std::vector<double> ours, theirs;
  if (comm.is_root()) flows.solve(samples);  // draws the media, which is not to be timed
  bench::sleep_until_all_arrive(comm);
  for (int pair = 0; pair < pairs; ++pair) {
    double start = bench::processor_seconds();
    flows.generate(comm, samples, output);
    const double spent = bench::processor_seconds() - start;
    ours.push_back(reproducible_sum(comm, std::span(&spent, 1)));
    start = bench::processor_seconds();
    if (comm.is_root()) flows.solve(samples);
    theirs.push_back(bench::processor_seconds() - start);
    bench::sleep_until_all_arrive(comm);
  }
  bench::Comparison row =
      bench::summary("1000 samples of 64 x 64, whole way, two ranks", "1000 solves alone", ours, theirs);
  row.ranks = comm.size();
  row.least = 0.5;
  return row;
}

int measure(const Comm& comm, const std::string& path) {
  const test::SharedScratch scratch(comm);
  Flows flows(comm);
  constexpr Index samples = 100;
  const auto output = [&](const Comm& ranks) {
    return scratch / (ranks.size() == 1 ? "alone" + std::to_string(comm.rank()) : std::string("together"));
  };
  std::vector<bench::Comparison> rows{compare_with_solves(comm, flows, output(comm))};
  bench::Comparison two = bench::compare_ranks(comm, "100 samples of 64 x 64, two ranks", [&](const Comm& ranks) {
    flows.generate(ranks, samples, output(ranks));
  });
  two.least = 1.8;
  rows.push_back(two);
  return bench::conclude(comm, rows, path);
}

}  // namespace

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], measure); }
