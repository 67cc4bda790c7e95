// Models on meshes as a user meets them: the verbs, their results, and samples that cannot be used.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>

using mercer::test::contains;
using mercer::test::Outcome;
using mercer::test::Scratch;

namespace {

/// A folder with data, a case, and the verbs on them.
struct Desk {
  Scratch scratch;
  Desk() {
    const Outcome made = mercer::test::shell(SHAPE_DATA " '" + scratch.folder().string() + "'");
    BOOST_REQUIRE_EQUAL(made.code, 0);
    mercer::test::write_file(scratch / "case.yaml",
                             "model: mmgp\n"
                             "data: {file: good.h5, train: train, split: test}\n"
                             "options: {modes: 6, shape_modes: 2}\n");
  }
  std::string path(const std::string& name) const { return " '" + (scratch / name).string() + "' "; }
  Outcome train(int ranks, const std::string& model, const std::string& more = "") const {
    return mercer::test::mercer(ranks, "train" + path("case.yaml") + "-o" + path(model) + more);
  }
  Outcome predict(int ranks, const std::string& model, const std::string& data, const std::string& output,
                  const std::string& more = "") const {
    return mercer::test::mercer(ranks, "predict" + path(model) + path(data) + "-o" + path(output) + more);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_model_on_meshes_is_checked_trained_used_and_judged) {
  const Desk desk;
  const Outcome checked = mercer::test::mercer(2, "check" + desk.path("case.yaml") + "--json");
  BOOST_TEST(checked.code == 0, checked.error);
  BOOST_TEST(contains(checked.out, "\"training_samples\": 14"));
  const Outcome trained = desk.train(2, "model", "--json");
  BOOST_TEST(trained.code == 0, trained.error);
  BOOST_TEST(nlohmann::json::parse(trained.out).at("modes").at("u").get<int>() == 6);
  const Outcome predicted = desk.predict(3, "model", "good.h5", "out.h5", "--json");
  BOOST_TEST(predicted.code == 0, predicted.error);
  BOOST_TEST(nlohmann::json::parse(predicted.out).at("samples_seen_in_training").get<int>() == 0);
  const Outcome judged = mercer::test::mercer(2, "evaluate" + desk.path("out.h5") + desk.path("good.h5") + "--json");
  BOOST_TEST(judged.code == 0, judged.error);
  const auto errors = nlohmann::json::parse(judged.out);
  BOOST_TEST(errors.at("fields").at("u").at("rrmse").get<double>() < 0.02);
  BOOST_TEST(errors.at("scalars").at("strain").at("q2").get<double>() > 0.95);
  BOOST_TEST(errors.at("samples").get<int>() == 6);
  const Outcome shown = mercer::test::mercer(2, "data convert" + desk.path("out.h5") + desk.path("out.xdmf"));
  BOOST_TEST(shown.code == 0, shown.error);
  const std::string document = mercer::test::read_file(desk.scratch / "out.xdmf");
  BOOST_TEST(mercer::test::count(document, "<Time ") == 6u);
  BOOST_TEST(mercer::test::count(document, "Name=\"std:u\"") == 6u);
  BOOST_TEST(mercer::test::count(document, "Name=\"novelty\"") == 6u);
}

BOOST_AUTO_TEST_CASE(the_split_of_a_stored_case_can_be_overridden) {
  const Desk desk;
  BOOST_TEST(desk.train(1, "model").code == 0);
  const Outcome predicted = desk.predict(1, "model", "good.h5", "out.h5", "--json --set data.split=train");
  BOOST_TEST(nlohmann::json::parse(predicted.out).at("samples_seen_in_training").get<int>() == 14);
  const Outcome refused = desk.predict(1, "model", "good.h5", "other.h5", "--set data.split=tests");
  BOOST_TEST(refused.code == 65);
  BOOST_TEST(contains(refused.error, "it has test, train"));
}

BOOST_AUTO_TEST_CASE(samples_that_cannot_be_used_end_the_run_unless_they_are_skipped) {
  const Desk desk;
  const Outcome refused = desk.train(2, "model", "--set data.file=bad.h5");
  BOOST_TEST(refused.code == 65);
  BOOST_TEST(contains(refused.error, "sample '000007' has no scalar 'load'"));
  BOOST_TEST(contains(refused.error, "1 of 14 samples"));
  const Outcome trained = desk.train(2, "model", "--set data.file=bad.h5 --skip-bad --json");
  BOOST_TEST(trained.code == 0, trained.error);
  BOOST_TEST(contains(trained.error, "left out: sample '000007'"));
  BOOST_TEST(nlohmann::json::parse(trained.out).at("training_samples").get<int>() == 13);
  BOOST_TEST(desk.predict(3, "model", "bad.h5", "out.h5").code == 65);
  const Outcome predicted = desk.predict(3, "model", "bad.h5", "out.h5", "--skip-bad --json");
  BOOST_TEST(predicted.code == 0, predicted.error);
  BOOST_TEST(nlohmann::json::parse(predicted.out).at("samples").get<int>() == 5);
}

BOOST_AUTO_TEST_CASE(repairs_of_samples_are_told) {
  const Desk desk;
  const Outcome trained = desk.train(2, "model", "--set data.file=turned.h5");
  BOOST_TEST(trained.code == 0, trained.error);
  BOOST_TEST(contains(trained.error, "sample '000003': negative_orientation: 1 of "), trained.error);
  BOOST_TEST(!contains(desk.train(1, "other", "").error, "sample"));
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_case_are_told_with_the_place_and_the_nearest_name) {
  const Desk desk;
  const auto refused = [&](const std::string& more, int code, const std::string& piece) {
    const Outcome outcome = desk.train(1, "model", more);
    BOOST_TEST(outcome.code == code, outcome.error);
    BOOST_TEST(contains(outcome.error, piece), outcome.error);
  };
  refused("--set options.mode=3", 78, "options.mode");
  refused("--set options.map=mean_valu", 78, "mean_value");
  refused("--set training.epochs=3", 78, "training.epochs");
  refused("--set training.parallel=space --set options.map=thin_plate", 78, "computed by one rank");
  refused("--set 'data.outputs=[uu]'", 78, "no sample has 'uu'");
  refused("--set 'options.functionals={a: sum(u)}'", 78, "max(TEXT)");
  refused("--set model=mmpg", 69, "mmgp");
  refused("--set data.file=none.h5", 66, "none.h5");
  refused("--resume", 64, "in one go");
}

BOOST_AUTO_TEST_CASE(models_and_predictions_are_not_taken_for_one_another) {
  const Desk desk;
  BOOST_TEST(desk.train(1, "model").code == 0);
  BOOST_TEST(desk.predict(1, "good.h5", "good.h5", "out.h5").code == 65);
  BOOST_TEST(desk.predict(1, "model", "good.h5", "out.h5").code == 0);
  BOOST_TEST(desk.predict(1, "out.h5", "good.h5", "again.h5").code == 65);
  BOOST_TEST(mercer::test::mercer(1, "evaluate" + desk.path("model") + desk.path("good.h5")).code == 65);
  BOOST_TEST(desk.predict(1, "model", "good.h5", "out.h5").code == 73);
  BOOST_TEST(contains(mercer::test::mercer(0, "describe mmgp").out, "options.shape_modes"));
}
