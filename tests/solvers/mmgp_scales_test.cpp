// Outputs of the mesh-morphing Gaussian process that are divided by formulas of the inputs before they are learnt.
#include "solvers/mmgp_run.hpp"
#include "support/failure.hpp"
#include "support/shape_data.hpp"
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/solvers/mmgp/scales.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

mmgp::Settings settings_with(const std::map<std::string, std::string>& scales) {
  mmgp::Settings made = test::MmgpRun::settings();
  made.options.functionals = {{"peak", "max(u)"}};
  made.options.scales = scales;
  return made;
}

/// What the outputs of the plates are multiplied by.
double factor(double load) { return -2 - load * load; }

void write_multiplied(const Comm& comm, const std::filesystem::path& path) {
  test::write_plates(comm, path, [](Index, MeshSample& sample) {
    const double by = factor(sample.scalars.at("load"));
    for (double& value : sample.point_fields[0].values.span()) value *= by;
    sample.scalars.at("strain") *= by;
  });
}

/// The search for hyper-parameters ends a little elsewhere, which deviations show more than means do.
void compare(double found, double expected, double tolerance) {
  BOOST_TEST(std::abs(found - expected) <= tolerance * std::abs(expected) + 1e-9, found << " for " << expected);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_grows_with_an_input_is_learnt_as_what_does_not) {
  test::FileModelRun desk;
  test::write_plates(desk.comm, desk.scratch / "plain.h5");
  write_multiplied(desk.comm, desk.scratch / "multiplied.h5");
  desk.learned<mmgp::Mmgp>(settings_with({}), desk.comm, "plain.h5", "plain");
  desk.learned<mmgp::Mmgp>(settings_with({{"u", "-2 - load^2"}, {"strain", "-2 - load^2"}}), desk.comm, "multiplied.h5",
                           "scaled");
  const MeshDataset plain(desk.comm, desk.scratch / "plain"), scaled(desk.comm, desk.scratch / "scaled");
  BOOST_REQUIRE(scaled.count() == plain.count());
  for (Index place = 0; place < plain.count(); ++place) {
    const MeshSample expected = plain.read(place), found = scaled.read(place);
    const double by = factor(test::plate(test::taught_plates + place).scalars.at("load"));
    for (Index node = 0; node < expected.mesh.nodes(); ++node) {
      compare(found.point_fields[0].values(node, 0), by * expected.point_fields[0].values(node, 0), 1e-7);
      compare(found.point_deviations[0].values(node, 0), -by * expected.point_deviations[0].values(node, 0), 1e-4);
    }
    compare(found.scalars.at("strain"), by * expected.scalars.at("strain"), 1e-7);
    compare(found.scalar_deviations.at("strain"), -by * expected.scalar_deviations.at("strain"), 1e-4);
    // The factor is negative: the largest value is the first node's, which is zero with all that is learnt there.
    BOOST_TEST(std::abs(found.scalars.at("peak")) < 0.1);
  }
}

BOOST_AUTO_TEST_CASE(scales_are_formulas_of_inputs_for_outputs) {
  const mmgp::Names names{{"load"}, {"u"}, {"strain"}};
  MeshSample sample = test::plate(0);
  const double load = sample.scalars.at("load"), u = sample.point_fields[0].values(5, 0),
               largest = sample.scalars.at("largest");
  const mmgp::Scales scales({{"u", "load^2"}}, names);
  BOOST_TEST(scales.of("u", sample) == load * load);
  BOOST_TEST(scales.of("strain", sample) == 1);
  scales.divide(sample);
  BOOST_TEST(sample.point_fields[0].values(5, 0) == u / (load * load));
  BOOST_TEST(sample.scalars.at("largest") == largest);
  const auto refused = [&](const std::string& output, const std::string& text, const std::string& piece) {
    BOOST_CHECK_EXCEPTION(mmgp::Scales({{output, text}}, names), Error, failure(Fault::config, piece));
  };
  refused("w", "load", "'w' is no output");
  refused("load", "load", "'load' is no output");
  refused("u", "strain", "options.scales.u");
  refused("u", "load +", "options.scales.u");
  BOOST_CHECK_EXCEPTION(mmgp::Scales({{"u", "load - load"}}, names).of("u", sample), Error,
                        failure(Fault::data, "is 0 for sample '000000'"));
  BOOST_CHECK_EXCEPTION(mmgp::Scales({{"u", "log(load - 5)"}}, names).of("u", sample), Error,
                        failure(Fault::data, "finite number"));
}

BOOST_AUTO_TEST_CASE(scales_cannot_be_changed_after_training) {
  test::FileModelRun desk;
  test::write_plates(desk.comm, desk.scratch / "plates.h5");
  mmgp::Mmgp model(settings_with({{"u", "load"}})), other(settings_with({{"u", "load^2"}}));
  model.train(desk.context, {desk.scratch / "plates.h5"});
  OutputFile kept(desk.comm, desk.scratch / "kept", Existing::replace);
  model.save(kept, "model");
  kept.commit();
  BOOST_TEST(test::failure([&] {
               other.load(InputFile(desk.comm, desk.scratch / "kept"), "model");
             }).is(Fault::config, "options.scales: they are part of what"));
}
