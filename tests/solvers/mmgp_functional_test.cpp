// Scalars of fields that the mesh-morphing Gaussian process predicts: formulas, draws, and what corrects them.
#include "solvers/mmgp_run.hpp"
#include "support/failure.hpp"
#include "support/shape_data.hpp"
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/solvers/mmgp/draws.hpp>
#include <mercer/solvers/support/mesh_errors.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

using Desk = test::MmgpRun;
using test::number;

/// Plates with a hill in a field, whose place goes with the load: few modes smooth it.
void write_peaks(const Comm& comm, const std::filesystem::path& path) {
  constexpr Index count = 72, taught = 40;
  MeshDatasetWriter writer(comm, path, Existing::replace, {{"load"}, {}, {"u"}});
  std::map<std::string, std::vector<Index>> splits;
  for (Index number = 0; number < count; ++number) {
    MeshSample sample = test::plate(number);
    const double load = sample.scalars.at("load");
    double peak = 0;
    for (Index i = 0; i < sample.mesh.nodes(); ++i) {
      const double x = sample.mesh.points(i, 0) - 0.3 - 0.3 * load, y = sample.mesh.points(i, 1) - 0.5;
      double& value = sample.point_fields[0].values(i, 0);
      value = load + std::exp(-20 * (x * x + y * y));
      peak = std::max(peak, value);
    }
    sample.scalars["peak"] = peak;
    writer.write(0, comm.is_root() ? &sample : nullptr);
    splits[number < taught ? "train" : "test"].push_back(number);
  }
  writer.commit(splits);
}

}  // namespace

BOOST_AUTO_TEST_CASE(functionals_are_reductions_of_formulas) {
  const std::vector<std::string> fields{"u", "v"};
  const auto all =
      mmgp::functionals_of({{"a", "max(u + v)"}, {"b", "min(u*v)"}, {"c", "mean(abs(u))"}}, fields, {"strain"});
  const std::vector<double> u{1, -2, 4}, v{0, 5, -1};
  const std::vector<std::span<const double>> columns{u, v};
  std::vector<double> scratch(3);
  BOOST_TEST(mmgp::value_of(all[0], columns, scratch) == 3);
  BOOST_TEST(mmgp::value_of(all[1], columns, scratch) == -10);
  BOOST_TEST(mmgp::value_of(all[2], columns, scratch) == 7.0 / 3);
  const auto refused = [&](const std::string& name, const std::string& text, const std::string& piece) {
    BOOST_CHECK_EXCEPTION(mmgp::functionals_of({{name, text}}, fields, {"strain"}), Error,
                          failure(Fault::config, piece));
  };
  refused("a", "sum(u)", "max(TEXT)");
  refused("a", "max", "max(TEXT)");
  refused("a", "max(w)", "w");
  refused("strain", "max(u)", "by itself");
}

BOOST_AUTO_TEST_CASE(functionals_of_predictions_come_with_deviations) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  mmgp::Settings settings = desk.settings();
  settings.options.functionals = {{"largest", "max(u)"}};
  desk.predicted(settings, desk.comm, "predicted");
  const MeshSample answer = MeshDataset(desk.comm, desk.scratch / "predicted").read(0);
  const std::span<const double> u = answer.point_fields[0].values.span();
  BOOST_TEST(std::abs(answer.scalars.at("largest") - *std::ranges::max_element(u)) <
             3 * answer.scalar_deviations.at("largest") + 1e-12);
  const Record errors = mesh_errors(desk.comm, MeshDataset(desk.comm, desk.scratch / "predicted"),
                                    MeshDataset(desk.comm, desk.scratch / "plates.h5"));
  BOOST_TEST(number(errors, "scalars.largest.q2") > 0.95);
}

BOOST_AUTO_TEST_CASE(draws_have_the_moments_of_a_linear_functional) {
  const Basis basis{{1, 2, 3}, {1, 0, 2, 0, 3, 1}, 2};
  const std::vector<Triplet> entries{{0, 0, 0.5}, {0, 1, 0.5}, {1, 2, 1}};
  mmgp::Specimen specimen;
  specimen.ways.back = SparseMatrix::sum(2, 3, entries);
  const auto functionals = mmgp::functionals_of({{"a", "mean(2*u)"}, {"b", "min(u)"}}, {"u"}, {});
  mmgp::Coefficients coefficients{Matrix(2, 2), Matrix(2, 2)};
  coefficients.mean << 0, 2, 0, -1;
  coefficients.variance << 0, 4, 0, 9;
  const auto moments = [&](Index sample, Index draws, double scale = 1) {
    return mmgp::drawn(functionals, std::span(&basis, 1), std::span(&coefficients, 1), sample, specimen,
                       std::span(&scale, 1), draws, Random(3, 0));
  };
  BOOST_TEST(moments(0, 2)[0].mean == 1.5 + 3);  // nothing varies
  BOOST_TEST(moments(0, 2)[1].mean == 1.5);
  BOOST_TEST(moments(0, 2)[1].deviation == 0);
  BOOST_TEST(moments(0, 2, -2)[0].mean == -2 * (1.5 + 3));
  BOOST_TEST(moments(0, 2, -2)[1].mean == -2 * 3.0);  // the other node has the least value now
  const Index draws = 20001;
  const double mean = 4.5 + 2 * 2.5 - 1 * 2.5, deviation = std::sqrt(4 * 2.5 * 2.5 + 9 * 2.5 * 2.5);
  BOOST_TEST(std::abs(moments(1, draws)[0].mean - mean) < 4 * deviation / std::sqrt(static_cast<double>(draws)));
  BOOST_TEST(moments(1, draws)[0].deviation == deviation, boost::test_tools::tolerance(0.02));
  BOOST_TEST(moments(1, draws)[1].mean < 1.0);  // the least of the means
}

BOOST_AUTO_TEST_CASE(peaks_that_modes_smooth_are_corrected_by_what_cross_validation_saw) {
  Desk desk;
  write_peaks(desk.comm, desk.scratch / "peaks.h5");
  const MeshDataset truth(desk.comm, desk.scratch / "peaks.h5");
  const auto judged = [&](Index folds) {
    mmgp::Settings settings = desk.settings();
    settings.options.modes = 2;
    settings.options.refinements = 0;
    settings.options.draws = 64;
    settings.options.functional_folds = folds;
    settings.options.functionals = {{"peak", "max(u)"}};
    desk.said.clear();
    desk.learned<mmgp::Mmgp>(settings, desk.comm, "peaks.h5", "predicted");
    return mesh_errors(desk.comm, MeshDataset(desk.comm, desk.scratch / "predicted"), truth);
  };
  const Record plain = judged(0);
  if (desk.comm.is_root()) BOOST_TEST(desk.said.find("knew nothing of the functional peak") != std::string::npos);
  const Record corrected = judged(4);
  BOOST_TEST(desk.said == "");
  BOOST_TEST(number(plain, "scalars.peak.coverage95") < 0.2);
  BOOST_TEST(number(corrected, "scalars.peak.coverage95") > 0.8);
  BOOST_TEST(number(corrected, "scalars.peak.rrmse") < 0.8 * number(plain, "scalars.peak.rrmse"));
}

BOOST_AUTO_TEST_CASE(functionals_of_fields_that_never_vary_are_certain) {
  Desk desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5",
                     [](Index, MeshSample& sample) { std::ranges::fill(sample.point_fields[0].values.span(), 4.0); });
  mmgp::Settings settings = desk.settings();
  settings.options.functionals = {{"highest", "max(u)"}};
  desk.predicted(settings, desk.comm, "predicted");
  const MeshSample answer = MeshDataset(desk.comm, desk.scratch / "predicted").read(0);
  BOOST_TEST(answer.scalars.at("highest") == 4, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(answer.scalar_deviations.at("highest") < 1e-12);
}
