// The published cases of mgno as a user meets them: two steps on data of their shape, and a prediction on another grid.
#include "support/verb_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

using mercer::test::contains;
using mercer::test::number;
using mercer::test::Outcome;
using mercer::test::setting;
namespace fs = std::filesystem;

namespace {

struct Variant {
  std::string name, arrays;  ///< of its data: the output and the inputs
  int points, other_points;  ///< along each axis, of the data and of other data
  double parameters;
};

struct Desk : mercer::test::VerbFolder {
  Outcome write(const std::string& file, int points, int samples, const std::string& arrays) const {
    const std::string size = std::to_string(points);
    return mercer::test::shell(FIELD_DATA " " + path(file) + " " + size + " " + size + " " + std::to_string(samples) +
                               " " + arrays);
  }
};

void check(const Variant& variant) {
  const Desk desk;
  fs::copy(setting("MERCER_SOURCE") + "/examples/06_learn_darcy/variants/" + variant.name + ".yaml",
           desk.scratch / "case.yaml");
  BOOST_REQUIRE_EQUAL(desk.write(variant.name + ".h5", variant.points, 3, variant.arrays).code, 0);
  BOOST_REQUIRE_EQUAL(desk.write("other.h5", variant.other_points, 1, variant.arrays).code, 0);
  const Outcome trained =
      mercer::test::mercer(0, "train " + desk.path("case.yaml") + " -o " + desk.path("model.h5") +
                                  " --json --set training.epochs=1 --set training.batch_size=1 --set data.validation=0.3");
  BOOST_TEST(trained.code == 0, variant.name << ": " << trained.error);
  BOOST_TEST(number(trained.out, "parameters") == variant.parameters, variant.name << ": " << trained.out);
  BOOST_TEST(number(trained.out, "training_samples") == 2);
  const Outcome predicted = mercer::test::mercer(
      0, "predict " + desk.path("model.h5") + " " + desk.path("other.h5") + " -o " + desk.path("out.h5"));
  BOOST_TEST(predicted.code == 0, variant.name << ": " << predicted.error);
  BOOST_TEST(contains(predicted.error, "on its own grid"), variant.name << ": " << predicted.error);
  const Outcome told =
      mercer::test::mercer(0, "evaluate " + desk.path("out.h5") + " " + desk.path("other.h5") + " --json");
  const double error = number(told.out, "relative_l2");
  BOOST_TEST((0 < error && error < 100), variant.name << ": " << told.out << told.error);
}

}  // namespace

BOOST_AUTO_TEST_CASE(published_cases_are_trained_on_data_of_their_shape_and_predict_on_another) {
  const std::string darcy = "pressure medium";
  for (const Variant& variant : {Variant{"darcy_rough", darcy, 256, 86, 572661},
                                 {"darcy_multiscale", darcy, 256, 64, 572661},
                                 {"darcy_smooth", darcy, 211, 106, 678093},
                                 {"pipe", "speed x y", 128, 64, 783876},
                                 {"navier_stokes", "next_vorticity vorticity", 64, 128, 2885194},
                                 {"helmholtz", "wave speed", 101, 51, 5340565}})
    check(variant);
}

BOOST_AUTO_TEST_CASE(a_published_case_that_is_changed_to_contradict_itself_is_78) {
  const Desk desk;
  fs::copy(setting("MERCER_SOURCE") + "/examples/06_learn_darcy/variants/helmholtz.yaml", desk.scratch / "case.yaml");
  BOOST_REQUIRE_EQUAL(desk.write("helmholtz.h5", 101, 3, "wave speed").code, 0);
  const auto changed = [&](const std::string& change) {
    return mercer::test::mercer(2, "check " + desk.path("case.yaml") + " --set '" + change + "'");
  };
  mercer::test::expect(changed("options.answer=input_update"), 78, "does not go with options.ending: cycle");
  mercer::test::expect(changed("options.channels=[20, 40]"), 78, "options.channels has 2 numbers for 5 grids");
  mercer::test::expect(changed("options.transfer_padding=2"), 78, "options.transfer_padding");
  mercer::test::expect(changed("options.smoothing=[1, 1, 1, 1, 1, 1, 2]"), 78, "options.channels has 5 numbers for 7");
}
