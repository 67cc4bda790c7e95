// Accuracy of the mesh-morphing Gaussian process on datasets that MERCER_DATA holds; its time is printed, not judged.
#include "support/data.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/solvers/mmgp/mmgp.hpp>
#include <mercer/solvers/mmgp/predict.hpp>
#include <mercer/solvers/mmgp/train.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <ctime>
#include <limits>

using namespace mercer;
using mercer::test::NeedsData;

namespace {

const std::string tensile = "tensile/elastic_tt.h5", airfoils = "airfoil_cp/airfrans_cp.h5";

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Result {
  Record errors;
  double training = 0;    ///< [s] of the processor
  double prediction = 0;  ///< [s] for a sample that is read and mapped
};

mmgp::Settings settings_for_benchmark() {
  mmgp::Settings settings;
  settings.data.train = "train";
  settings.data.split = "test";
  return settings;
}

/// Seconds of the processor for a sample, of many at once; the best of several runs.
double prediction_seconds(const Context& context, const mmgp::Mmgp& model, const mmgp::Settings& settings,
                          const SampleSource& source, const test::SharedScratch& scratch) {
  OutputFile kept(context.comm, scratch / "model", Existing::replace);
  model.save(kept, "model");
  kept.commit();
  const auto learnt = mmgp::load(InputFile(context.comm, scratch / "model"), "model", settings.options);
  const MeshDataset dataset(context.comm, source.file);
  std::vector<mmgp::Specimen> specimens;
  for (const Index place : mmgp::places_of(dataset, "test")) {
    specimens.push_back(mmgp::read_specimen(dataset, place, settings.options));
    specimens.back().ways = learnt->common.ways(specimens.back());
  }
  const mmgp::Predictor predictor(*learnt, settings.options, 0);
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 5; ++run) {
    const double start = processor_seconds();
    predictor.predict(specimens);
    best = std::min(best, processor_seconds() - start);
  }
  return best / static_cast<double>(specimens.size());
}

Result result_of(const std::string& file, const mmgp::Settings& settings) {
  const Comm comm;
  Log log(comm, Level::warning);
  Phases phases;
  const Context context{comm, log, phases, 0, ProgressStyle::none};
  const test::SharedScratch scratch(comm);
  const SampleSource source{test::data(file)};
  mmgp::Mmgp model(settings);
  Result result;
  const double start = processor_seconds();
  model.train(context, source);
  result.training = processor_seconds() - start;
  result.prediction = prediction_seconds(context, model, settings, source, scratch);
  OutputFile output(comm, scratch / "prediction", Existing::replace);
  model.predict(context, source, output);
  output.commit();
  result.errors = mmgp::Mmgp::evaluate(context, scratch / "prediction", source);
  std::printf("%s: training %.1f s, prediction %.2f ms a sample (processor)\n", file.c_str(), result.training,
              1e3 * result.prediction);
  return result;
}

struct Gate {
  std::string name;
  double rrmse, q2;
};

double value(const Record& errors, const std::string& path) { return std::get<double>(*errors.find(path)); }

void compare(const Record& errors, const Gate& gate, double least_coverage, double most_coverage) {
  const double rrmse = value(errors, gate.name + ".rrmse"), q2 = value(errors, gate.name + ".q2"),
               coverage = value(errors, gate.name + ".coverage95");
  std::printf("%-24s rrmse %.3e (most %.1e)  q2 %.5f (least %.4f)  coverage %.3f\n", gate.name.c_str(), rrmse,
              gate.rrmse, q2, gate.q2, coverage);
  BOOST_TEST(rrmse <= gate.rrmse, gate.name << ": rrmse " << rrmse);
  BOOST_TEST(q2 >= gate.q2, gate.name << ": q2 " << q2);
  BOOST_TEST(coverage >= least_coverage, gate.name << ": coverage " << coverage);
  BOOST_TEST(coverage <= most_coverage, gate.name << ": coverage " << coverage);
}

}  // namespace

BOOST_AUTO_TEST_CASE(elastic_specimens_are_predicted_better_than_published,
                     *boost::unit_test::precondition(NeedsData{tensile})) {
  const Result result = result_of(tensile, settings_for_benchmark());
  for (const Gate& gate : {Gate{"fields.U1", 5.8e-3, 0.9995},
                           {"fields.U2", 3.3e-3, 0.9998},
                           {"fields.sig11", 9.0e-3, 0.9970},
                           {"fields.sig22", 3.5e-3, 0.9978},
                           {"fields.sig12", 9.5e-3, 0.9945}})
    compare(result.errors, gate, 0.92, 0.995);
  for (const Gate& gate : {Gate{"scalars.max_U2_top", 0.03, 0.990},
                           {"scalars.max_sig22_top", 0.004, 0.998},
                           {"scalars.max_von_mises", 0.06, 0.95}})
    compare(result.errors, gate, 0.8, 1);
}

BOOST_AUTO_TEST_CASE(scales_of_linear_elasticity_halve_errors_of_displacements,
                     *boost::unit_test::precondition(NeedsData{tensile})) {
  mmgp::Settings settings = settings_for_benchmark();
  settings.data.outputs = {"U1", "U2", "sig11", "sig22", "sig12"};
  settings.options.scales = {{"U1", "P/E"}, {"U2", "P/E"}, {"sig11", "P"}, {"sig22", "P"}, {"sig12", "P"}};
  const Result result = result_of(tensile, settings);
  for (const Gate& gate : {Gate{"fields.U1", 2.6e-3, 0.9998},
                           {"fields.U2", 1.5e-3, 0.9999},
                           {"fields.sig11", 8.5e-3, 0.9980},
                           {"fields.sig22", 3.3e-3, 0.9988},
                           {"fields.sig12", 7.2e-3, 0.9968}})
    compare(result.errors, gate, 0.92, 0.995);
}

BOOST_AUTO_TEST_CASE(the_published_recipe_gives_its_own_error, *boost::unit_test::precondition(NeedsData{tensile})) {
  mmgp::Settings settings = settings_for_benchmark();
  settings.data.outputs = {"sig22"};
  mmgp::Options& options = settings.options;
  options.landmarks = mmgp::Landmarks::none;
  options.map = mmgp::Map::uniform;
  options.refinements = 0;
  options.shape_modes = options.modes = 8;
  options.centring = Centring::none;
  options.fields.hyper_parameters = Sharing::shared;
  const double rrmse = value(result_of(tensile, settings).errors, "fields.sig22.rrmse");
  std::printf("fields.sig22 by the published recipe: rrmse %.3e (3.1e-2 within 15 %%)\n", rrmse);
  BOOST_TEST(std::abs(rrmse - 3.1e-2) <= 0.15 * 3.1e-2);
}

BOOST_AUTO_TEST_CASE(pressure_around_airfoils_is_predicted, *boost::unit_test::precondition(NeedsData{airfoils})) {
  mmgp::Settings settings = settings_for_benchmark();
  compare(result_of(airfoils, settings).errors, {"fields.cp", 1.6e-2, 0.998}, 0.92, 0.99);
}
