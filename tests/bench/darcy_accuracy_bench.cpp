// How well MgNO learns Darcy's flow: each recipe with three seeds, by the command, as a user would run it.
#include "bench/bench.hpp"
#include "support/process.hpp"
#include <mercer/base/table.hpp>
#include <mercer/base/text.hpp>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

namespace mercer {
namespace {

namespace fs = std::filesystem;
using bench::Comparison;

constexpr int seeds = 3, day = 86400;  // [s], longer than any training
constexpr double most_parameters = 600'000;

/// A way to read a trained model, and the errors that are asked for.
struct Reading {
  std::string name, recipe, symmetries;
  double most_coarse = std::numeric_limits<double>::infinity(), most_fine = std::numeric_limits<double>::infinity();
};

// Recipes come from earlier trainings whose test errors for seed 0 were known; neither they nor the epochs were changed
// after the models of this study had been judged.
const std::vector<std::string> recipes{"plain", "square", "nodes", "prior"};
const std::vector<Reading> readings{{"nothing more", "plain", "none", 0.087},
                                    {"averaged over symmetries", "plain", "square"},
                                    {"trained with symmetries", "square", "none", 0.074},
                                    {"trained with symmetries, on nodes", "nodes", "none", 0.074},
                                    {"the same, averaged over them", "nodes", "square", 0.070, 0.075},
                                    {"correction of a prior", "prior", "none", 0.0625, 0.027},
                                    {"the same, averaged over symmetries", "prior", "square"}};

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

/// What a verb says in JSON. Throws Fault::internal where it fails.
nlohmann::json run_verb(const std::string& verb) {
  const test::Outcome outcome = test::mercer(0, verb + " --json", day);
  require(outcome.code == 0, Fault::internal, "mercer {} ended with code {}: {}", verb, outcome.code, outcome.error);
  return nlohmann::json::parse(outcome.out);
}

/// Files of a recipe and a seed, which a later run of the study takes as they are.
class Study {
 public:
  Study()
      : source_(test::setting("MERCER_SOURCE")),
        folder_(fs::path(test::setting("MERCER_BUILD")) / "bench/darcy_accuracy") {
    fs::create_directories(folder_);
  }

  /// Goes on where it was interrupted; does nothing for a model that is there.
  void train(const std::string& recipe, int seed) const {
    if (fs::exists(model(recipe, seed))) return;
    const fs::path file = source_ / "tests/bench/darcy_accuracy" / (recipe + ".yaml");
    run_verb(fmt::format("train {} -o {} --seed {} --resume --progress off", quoted(file), quoted(model(recipe, seed)),
                         seed));
  }

  /// All trainings, as many at a time as there are cores.
  void train_all() const {
    std::atomic<int> next = 0;
    const int count = seeds * static_cast<int>(recipes.size());
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
    const auto work = [&] {
      for (int i = next++; i < count; i = next++) try {
          train(recipes[static_cast<std::size_t>(i / seeds)], i % seeds);
        } catch (...) {
          failures[static_cast<std::size_t>(i)] = std::current_exception();
        }
    };
    {
      std::vector<std::jthread> workers;
      for (unsigned worker = 0; worker < std::max(1u, std::thread::hardware_concurrency()); ++worker)
        workers.emplace_back(work);
    }
    for (const std::exception_ptr& failure : failures)
      if (failure) std::rethrow_exception(failure);
  }

  /// A number that the training left in the model's file.
  double recorded(const std::string& recipe, int seed, const char* name) const {
    const nlohmann::json all = run_verb("info " + quoted(model(recipe, seed)));
    return std::stod(all["record"][name].get<std::string>());
  }

  /// Mean relative L2 error on test samples.
  double error(const Reading& reading, int seed, const char* data) const {
    const fs::path samples = source_ / "examples" / data, prediction = folder_ / "prediction.h5";
    run_verb(fmt::format("predict {} {} -o {} --overwrite --set prediction.symmetries={}",
                         quoted(model(reading.recipe, seed)), quoted(samples), quoted(prediction), reading.symmetries));
    return run_verb(fmt::format("evaluate {} {}", quoted(prediction), quoted(samples)))["relative_l2"];
  }

 private:
  fs::path model(const std::string& recipe, int seed) const { return folder_ / fmt::format("{}-{}.h5", recipe, seed); }
  fs::path source_, folder_;
};

struct Spread {
  double mean, deviation;
};

Spread over_seeds(const std::function<double(int)>& value) {
  std::vector<double> values;
  for (int seed = 0; seed < seeds; ++seed) values.push_back(value(seed));
  double mean = 0, squares = 0;
  for (const double v : values) mean += v / seeds;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return {mean, std::sqrt(squares / (seeds - 1))};
}

std::string text(const Spread& spread) { return fmt::format("{:.4f} +- {:.4f}", spread.mean, spread.deviation); }

/// What a reading reaches, as means over seeds.
struct Result {
  double parameters;
  Spread validation, coarse, fine;
};

Result result(const Study& study, const Reading& reading) {
  const auto recorded = [&](const char* name) {
    return over_seeds([&](int seed) { return study.recorded(reading.recipe, seed, name); });
  };
  const auto error = [&](const char* data) {
    return over_seeds([&](int seed) { return study.error(reading, seed, data); });
  };
  return {recorded("parameters").mean, recorded("validation_error"), error("06_learn_darcy/darcy_test_16.h5"),
          error("01_darcy_flow/darcy_32.h5")};
}

nlohmann::json object(const Reading& reading, const Result& result) {
  return {{"case", reading.name},
          {"recipe", reading.recipe},
          {"symmetries", reading.symmetries},
          {"parameters", result.parameters},
          {"validation", result.validation.mean},
          {"test_16", result.coarse.mean},
          {"test_16_deviation", result.coarse.deviation},
          {"test_32", result.fine.mean},
          {"test_32_deviation", result.fine.deviation}};
}

/// In the form in which bars are required; nothing is timed.
Comparison bars(const Reading& reading, const Result& result) {
  Comparison row{.name = reading.name, .peer = "", .ours_seconds = 0, .peer_seconds = 0, .ratio = 1, .spread = 0};
  row.figures = {{"error on 16 x 16", result.coarse.mean, reading.most_coarse},
                 {"error on 32 x 32", result.fine.mean, reading.most_fine},
                 {"parameters", result.parameters, most_parameters}};
  return row;
}

int measure(const Comm& comm, const std::string& path) {
  const Study study;
  study.train_all();
  Table table({"recipe", "case", "validation", "test 16 x 16", "at most", "test 32 x 32", "at most"});
  std::vector<Comparison> all_bars;
  nlohmann::json objects = nlohmann::json::array();
  const auto bar = [](double most) { return std::isfinite(most) ? fmt::format("{}", most) : std::string(); };
  for (const Reading& reading : readings) {
    const Result reached = result(study, reading);
    table.add({reading.name, reading.recipe, text(reached.validation), text(reached.coarse), bar(reading.most_coarse),
               text(reached.fine), bar(reading.most_fine)});
    objects.push_back(object(reading, reached));
    all_bars.push_back(bars(reading, reached));
  }
  fmt::print("{}", table.text());
  test::write_file(path, objects.dump(2) + "\n");
  bench::require_bars(comm, all_bars);
  return 0;
}

}  // namespace
}  // namespace mercer

int main(int, char** argv) { return mercer::bench::run_benchmark(argv[1], mercer::measure); }
