// Models that correct a prior as a user meets them: untrained, trained, resumed, on other grids, and wrong blocks.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

using mercer::test::contains;
using mercer::test::number;
using mercer::test::Outcome;
using mercer::test::Scratch;
namespace fs = std::filesystem;

namespace {

/// A folder with Darcy's flow on 16 x 16 and 32 x 32 points, and a case that takes the smaller test set for training.
struct Desk {
  Scratch scratch;
  Desk() {
    const fs::path examples = mercer::test::setting("MERCER_SOURCE") + "/examples";
    fs::copy(examples / "06_learn_darcy/darcy_test_16.h5", scratch / "coarse.h5");
    fs::copy(examples / "01_darcy_flow/darcy_32.h5", scratch / "fine.h5");
    mercer::test::write_file(scratch / "case.yaml",
                             "model: mgno\n"
                             "data: {file: coarse.h5, inputs: [x], outputs: [y], grid: left, geometry: nodes}\n"
                             "options: {layers: 1, channels: 4, smoothing: [1, 1, 1]}\n"
                             "prior: {solver: darcy, resolution: 16, contrast: 18.5}\n"
                             "training: {epochs: 2, batch_size: 8, augmentation: square}\n");
  }
  std::string path(const std::string& name) const { return "'" + (scratch / name).string() + "'"; }
  std::string bytes(const std::string& name) const { return mercer::test::read_file(scratch / name); }
  int files(const std::string& part) const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(scratch.folder())) count += contains(entry.path().string(), part);
    return count;
  }
  Outcome train(int ranks, const std::string& model, const std::string& more = "") const {
    return mercer::test::mercer(ranks, "train " + path("case.yaml") + " -o " + path(model) + " --json " + more);
  }
  Outcome predict(int ranks, const std::string& model, const std::string& data, const std::string& out,
                  const std::string& more = "") const {
    return mercer::test::mercer(ranks, "predict " + path(model) + " " + path(data) + " -o " + path(out) + " " + more);
  }
  double error(const std::string& out, const std::string& data) const {
    return number(mercer::test::mercer(0, "evaluate " + path(out) + " " + path(data) + " --json").out, "relative_l2");
  }
};

void expect(const Outcome& outcome, int code, const std::string& part) {
  BOOST_TEST(outcome.code == code, outcome.error);
  BOOST_TEST(contains(outcome.error, part), "'" << part << "' is missing in: " << outcome.error);
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_untrained_model_predicts_the_prior_on_any_grid_and_ranks) {
  const Desk desk;
  const Outcome trained = desk.train(2, "model.h5", "--set training.epochs=0 --set data.validation=0");
  BOOST_TEST(trained.code == 0, trained.error);
  BOOST_TEST(number(trained.out, "epochs") == 0);
  for (const int ranks : {1, 3}) {
    BOOST_TEST(desk.predict(ranks, "model.h5", "coarse.h5", std::to_string(ranks) + "c.h5").code == 0);
    BOOST_TEST(desk.predict(ranks, "model.h5", "fine.h5", std::to_string(ranks) + "f.h5").code == 0);
  }
  BOOST_TEST(desk.error("1c.h5", "coarse.h5") == number(trained.out, "training_error"),
             boost::test_tools::tolerance(1e-5));
  BOOST_TEST(desk.error("1f.h5", "fine.h5") < 0.8 * desk.error("1c.h5", "coarse.h5"));
  BOOST_TEST((desk.bytes("1c.h5") == desk.bytes("3c.h5")));
  BOOST_TEST((desk.bytes("1f.h5") == desk.bytes("3f.h5")));
}

BOOST_AUTO_TEST_CASE(a_model_corrects_its_prior) {
  const Desk desk;
  const Outcome trained = desk.train(
      2, "model.h5", "--set training.epochs=8 --set training.learning_rate=0.01 --set prior.scale=40");
  BOOST_TEST(trained.code == 0, trained.error);
  for (const char* out : {"one.h5", "again.h5"}) BOOST_TEST(desk.predict(2, "model.h5", "coarse.h5", out).code == 0);
  const double alone = number(trained.out, "training_error");
  BOOST_TEST(alone > 0.15);  // the right scale would be 50
  BOOST_TEST(desk.error("one.h5", "coarse.h5") < 0.6 * alone);
  BOOST_TEST((desk.bytes("one.h5") == desk.bytes("again.h5")));
  const Outcome finer = desk.predict(2, "model.h5", "fine.h5", "fine_out.h5", "--set prediction.symmetries=square");
  expect(finer, 0, "its correction of the prior is interpolated to spacing 1/32");
  BOOST_TEST(desk.error("fine_out.h5", "fine.h5") < 0.7 * alone);
}

BOOST_AUTO_TEST_CASE(a_prior_that_no_epoch_betters_is_what_is_predicted_and_that_is_told) {
  const Desk desk;
  const std::string wild = "--set training.learning_rate=3 --set training.averaging=0 ";
  const Outcome trained = desk.train(2, "model.h5", wild);
  expect(trained, 0, "no epoch had a smaller validation error than the prior alone");
  BOOST_TEST(number(trained.out, "epochs") == 2);
  BOOST_TEST(number(trained.out, "best_epoch") == 0);
  const Outcome untrained = desk.train(2, "prior.h5", "--set training.epochs=0");
  BOOST_TEST(!contains(untrained.error, "no epoch had"), untrained.error);
  for (const char* model : {"model.h5", "prior.h5"})
    BOOST_TEST(desk.predict(2, model, "coarse.h5", std::string("of_") + model).code == 0);
  BOOST_TEST(desk.error("of_model.h5", "coarse.h5") == desk.error("of_prior.h5", "coarse.h5"));
  BOOST_TEST(desk.train(2, "again.h5", wild + "--max-wall 1e-9").code == 75);
  BOOST_TEST(desk.train(2, "again.h5", wild + "--resume").code == 0);
  BOOST_TEST((desk.bytes("again.h5") == desk.bytes("model.h5")));
}

BOOST_AUTO_TEST_CASE(solved_fields_are_kept_unless_that_is_not_wanted) {
  const Desk desk;
  BOOST_TEST(desk.train(2, "a.h5", "--set prior.cache=false").code == 0);
  BOOST_TEST(desk.files(".prior-") == 0);
  BOOST_TEST(desk.train(2, "b.h5").code == 0);
  BOOST_TEST(desk.files("coarse.prior-") == 1);
  BOOST_TEST(desk.train(2, "c.h5").code == 0);
  BOOST_TEST(desk.files(".prior-") == 1);
  BOOST_TEST((desk.bytes("b.h5") == desk.bytes("c.h5")));
  BOOST_TEST(desk.train(2, "d.h5", "--set prior.resolution=48").code == 0);
  BOOST_TEST(desk.files(".prior-") == 2);
}

BOOST_AUTO_TEST_CASE(a_training_with_a_prior_is_resumed_to_the_same_bytes) {
  const Desk desk;
  const std::string estimated = "--set prior.contrast= --set prior.samples=2 ";
  BOOST_TEST(desk.train(1, "whole.h5", estimated).code == 0);
  expect(desk.train(1, "model.h5", estimated + "--max-wall 1e-9"), 75, "stopped after epoch 1 of 2");
  const Outcome resumed = desk.train(1, "model.h5", estimated + "--resume");
  BOOST_TEST(resumed.code == 0, resumed.error);
  BOOST_TEST((desk.bytes("model.h5") == desk.bytes("whole.h5")));
}

BOOST_AUTO_TEST_CASE(blocks_that_are_wrong_are_78_before_any_solve) {
  const Desk desk;
  const auto check = [&](const std::string& more) {
    return mercer::test::mercer(2, "check " + desk.path("case.yaml") + " " + more);
  };
  BOOST_TEST(check("").code == 0);
  expect(check("--set prior.solver=darcyy"), 78, "prior.solver: there is no solver 'darcyy'; did you mean 'darcy'?");
  expect(check("--set prior.resolution=0"), 78, "prior.resolution");
  expect(check("--set prior.problem.coefficient=2"), 78, "no input takes an array of data.inputs");
  expect(check("--set prior.contrasts=2"), 78, "did you mean 'contrast'?");
  expect(check("--set 'data.outputs=[y, x]'"), 78, "data.outputs have 2 channels");
  expect(check("--set prior=null --set training.epochs=0"), 78, "training.epochs must be 1 or more");
  BOOST_TEST(desk.files(".prior-") == 0);
}
