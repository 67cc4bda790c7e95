// Where the error of pressures around real airfoils comes from: ways and modes, the regression, and its intervals
// alone.
#include "support/data.hpp"
#include "support/file_model_run.hpp"
#include <mercer/solvers/mmgp/batches.hpp>
#include <mercer/solvers/mmgp/decode.hpp>
#include <mercer/solvers/mmgp/mmgp.hpp>
#include <mercer/solvers/mmgp/predict.hpp>
#include <mercer/solvers/support/tally.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

using namespace mercer;

namespace {

const std::string airfoils = "airfoil_cp/airfrans_cp.h5";

/// A model of the 150 airfoils for training, and the 50 for the test.
struct Taught : test::FileModelRun {
  mmgp::Settings settings;
  std::unique_ptr<mmgp::Learnt> learnt;
  std::vector<mmgp::Specimen> asked;

  Taught() {
    settings.data.train = "train";
    settings.data.split = "test";
    const SampleSource source{test::data(airfoils)};
    mmgp::Mmgp model(settings);
    model.train(context, source);
    OutputFile kept(comm, scratch / "model", Existing::refuse);
    model.save(kept, "model");
    kept.commit();
    learnt = mmgp::load(InputFile(comm, scratch / "model"), "model", settings.options);
    const MeshDataset dataset(comm, source.file);
    mmgp::Mapper mapper(context, dataset, settings, learnt->common);
    asked = mapper.mapped(mmgp::places_of(dataset, "test"), learnt->names.inputs).mine;
  }

  /// On the common curve, as few numbers, and at the nodes of the airfoil again.
  std::vector<double> through_modes(const mmgp::Specimen& specimen) const {
    const Basis& basis = learnt->fields.front();
    const std::vector<double> weights = learnt->common.weights();
    Eigen::VectorXd there(basis.size());
    specimen.ways.there.apply(mmgp::field_of(specimen.sample, "cp"),
                              std::span(there.data(), static_cast<std::size_t>(there.size())));
    there -= Eigen::Map<const Eigen::VectorXd>(basis.mean.data(), basis.size());
    there.array() *= Eigen::Map<const Eigen::ArrayXd>(weights.data(), basis.size());
    const Matrix coefficients =
        Eigen::Map<const Matrix>(basis.modes.data(), basis.size(), basis.count).transpose() * there;
    return mmgp::at_nodes(specimen, values_of(basis, coefficients), 0);
  }
};

Record errors_of(const std::vector<Tally>& tallies) {
  Record errors;
  record_errors("cp", false, tallies, 1, errors);
  return errors;
}

}  // namespace

BOOST_AUTO_TEST_CASE(pressures_lose_little_in_ways_and_modes_and_intervals_of_the_regression_alone_are_fair,
                     *boost::unit_test::precondition(test::NeedsData{airfoils})) {
  Taught taught;
  BOOST_TEST(taught.asked.size() == 50u);
  std::vector<Tally> floor, raw;
  taught.learnt->residuals.front().assign(taught.learnt->residuals.front().size(), 0);
  const std::vector<MeshSample> answers =
      mmgp::Predictor(*taught.learnt, taught.settings.options, 0).predict(taught.asked);
  for (std::size_t i = 0; i < taught.asked.size(); ++i) {
    const mmgp::Specimen& specimen = taught.asked[i];
    const std::span<const double> truth = mmgp::field_of(specimen.sample, "cp");
    const std::vector<double> kept = taught.through_modes(specimen);
    Tally best, alone;
    for (std::size_t node = 0; node < truth.size(); ++node) {
      best.add(kept[node], 0, truth[node]);
      alone.add(answers[i].point_fields[0].values.data()[node], answers[i].point_deviations[0].values.data()[node],
                truth[node]);
    }
    floor.push_back(best);
    raw.push_back(alone);
  }
  const double least = test::value<double>(errors_of(floor), "cp.rrmse");
  const Record errors = errors_of(raw);
  const double rrmse = test::value<double>(errors, "cp.rrmse"), q2 = test::value<double>(errors, "cp.q2"),
               coverage = test::value<double>(errors, "cp.coverage95");
  std::printf("cp: floor %.3e, rrmse %.3e, q2 %.5f, coverage without residual %.3f\n", least, rrmse, q2, coverage);
  BOOST_TEST(least <= 6e-3);
  BOOST_TEST(rrmse <= 1.9e-2);
  BOOST_TEST(q2 >= 0.997);
  BOOST_TEST(coverage >= 0.87);
  BOOST_TEST(coverage <= 0.98);
}
