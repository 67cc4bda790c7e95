// How well mmgp learns specimens that our own commands have meshed and solved: 150 teach and 50 judge. The
// bars are the figures of the tensile set, with 200 and 64.
#include "bench/bench.hpp"
#include "support/process.hpp"
#include <mercer/base/table.hpp>
#include <mercer/base/text.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>

namespace mercer {
namespace {

namespace fs = std::filesystem;

constexpr int ranks = 2, patience = 3600;  // [s]
constexpr double allowance = 1.3, least_coverage = 0.92, most_coverage = 0.995;

/// A field, and the error of the same model, scales included, that learnt 200 specimens of the tensile set.
struct Bar {
  std::string field;
  double error;
};
const std::vector<Bar> bars{{"displacement_x", 2.22e-3},
                            {"displacement_y", 1.29e-3},
                            {"stress_xx", 7.87e-3},
                            {"stress_yy", 2.99e-3},
                            {"stress_xy", 6.59e-3}};

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

/// What a verb says in JSON. Throws Fault::internal where it fails.
nlohmann::json run_verb(int on, const std::string& verb) {
  const test::Outcome outcome = test::mercer(on, verb + " --json", patience);
  require(outcome.code == 0, Fault::internal, "mercer {} ended with code {}: {}", verb, outcome.code, outcome.error);
  return nlohmann::json::parse(outcome.out);
}

int measure(const Comm& comm, const std::string& path) {
  const fs::path example = fs::path(test::setting("MERCER_SOURCE")) / "examples/09_tensile";
  const test::Scratch scratch;
  const std::string data = quoted(scratch / "specimens.h5"), model = quoted(scratch / "model.mercer"),
                    prediction = quoted(scratch / "predicted.mesh.h5");
  const nlohmann::json made =
      run_verb(ranks, fmt::format("generate {} -o {} --set generate.samples=200 --set 'generate.splits={{train: 150, "
                                  "test: 50}}'",
                                  quoted(example / "generate.yaml"), data));
  const nlohmann::json trained = run_verb(
      ranks, fmt::format("train {} -o {} --set data.file={}", quoted(example / "train_small.yaml"), model, data));
  run_verb(ranks, fmt::format("predict {} {} -o {}", model, data, prediction));
  const nlohmann::json judged = run_verb(0, fmt::format("evaluate {} {}", prediction, data));
  fmt::print("200 specimens made in {:.1f} s, 150 learnt in {:.1f} s, on {} ranks\n", made["seconds"].get<double>(),
             trained["seconds"].get<double>(), ranks);

  Table table({"field", "rrmse", "at most", "q2", "coverage of 95 %"});
  nlohmann::json objects = nlohmann::json::array();
  std::vector<bench::Comparison> rows;
  for (const Bar& bar : bars) {
    const nlohmann::json& field = judged["fields"][bar.field];
    const double error = field["rrmse"], q2 = field["q2"], coverage = field["coverage95"];
    table.add({bar.field, fmt::format("{:.3g}", error), fmt::format("{:.3g}", allowance * bar.error),
               fmt::format("{:.5f}", q2), fmt::format("{:.3f}", coverage)});
    objects.push_back({{"case", bar.field}, {"rrmse", error}, {"q2", q2}, {"coverage95", coverage}});
    bench::Comparison row{.name = bar.field, .peer = "", .ours_seconds = 0, .peer_seconds = 0, .ratio = 1, .spread = 0};
    row.figures = {{"rrmse", error, allowance * bar.error},
                   {"coverage", coverage, most_coverage},
                   {"part that is not covered", 1 - coverage, 1 - least_coverage}};
    rows.push_back(row);
  }
  fmt::print("{}", table.text());
  test::write_file(path, objects.dump(2) + "\n");
  bench::require_bars(comm, rows);
  return 0;
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], mercer::measure); }
