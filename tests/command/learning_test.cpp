// The verbs train, predict and evaluate as a user meets them: results, interruptions, broken files.
#include "support/verb_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

using mercer::test::contains;
using mercer::test::count;
using mercer::test::expect;
using mercer::test::number;
using mercer::test::Outcome;
using mercer::test::Scratch;
namespace fs = std::filesystem;

namespace {

const std::string line_case =
    "model: line\n"
    "data: {file: good.h5, inputs: [a], outputs: [fields/b]}\n"
    "training: {epochs: 12, batch_size: 4, learning_rate: 0.2, inputs: none, outputs: none}\n"
    "seed: 3\n";

const std::string arches_case =
    "model: line\n"
    "data: {file: arches8.h5, inputs: [a], outputs: [b], grid: left}\n"
    "training: {epochs: 12, batch_size: 4, learning_rate: 0.2, inputs: none, outputs: none}\n"
    "seed: 3\n";

/// A folder with data, a case, and the verbs on them.
struct Desk : mercer::test::VerbFolder {
  Desk() {
    const Outcome made = mercer::test::shell(LEARNING_DATA " '" + scratch.folder().string() + "'");
    BOOST_REQUIRE_EQUAL(made.code, 0);
    mercer::test::write_file(scratch / "case.yaml", line_case);
  }
  static std::string plugin() {
    return " --plugin " + mercer::test::setting("MERCER_BUILD") + "/tests/plugins/line.so ";
  }

  Outcome train(int ranks, const std::string& model, const std::string& more = "") const {
    return mercer::test::mercer(ranks, "train " + path("case.yaml") + " -o " + path(model) + plugin() + more);
  }
  /// The same, with a signal that each rank gets at a step of its own run.
  Outcome train_until(int signal, int step, int ranks, const std::string& model, const std::string& more) const {
    ::setenv("MERCER_TEST_SIGNAL", std::to_string(signal).c_str(), 1);
    ::setenv("MERCER_TEST_SIGNAL_STEP", std::to_string(step).c_str(), 1);
    const Outcome outcome = train(ranks, model, more);
    ::unsetenv("MERCER_TEST_SIGNAL");
    ::unsetenv("MERCER_TEST_SIGNAL_STEP");
    return outcome;
  }
  Outcome predict(int ranks, const std::string& model, const std::string& data, const std::string& out,
                  const std::string& more = "") const {
    return mercer::test::mercer(ranks,
                                "predict " + path(model) + " " + path(data) + " -o " + path(out) + plugin() + more);
  }
  Outcome evaluate(const std::string& out, const std::string& data, const std::string& more = "", int ranks = 2) const {
    return mercer::test::mercer(ranks, "evaluate " + path(out) + " " + path(data) + " --json " + more);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_model_is_trained_and_used_on_any_number_of_ranks) {
  const Desk desk;
  double error = -1;
  for (const int ranks : {0, 2, 3, 4}) {
    const Outcome trained = desk.train(ranks, "model.h5", "--overwrite --json");
    BOOST_TEST(trained.code == 0, trained.error);
    BOOST_TEST(number(trained.out, "validation_samples") == 2);
    BOOST_TEST(!desk.has("model.h5.checkpoint"));
    const Outcome predicted = desk.predict(ranks, "model.h5", "good.h5", "out.h5", "--overwrite");
    BOOST_TEST(predicted.code == 0, predicted.error);
    const Outcome told = desk.evaluate("out.h5", "good.h5", "", ranks);
    BOOST_TEST(told.code == 0, told.error);
    const double now = number(told.out, "relative_l2");
    if (error < 0) error = now;
    BOOST_TEST(now == error, boost::test_tools::tolerance(1e-3));
    BOOST_TEST((0 < now && now < 0.05));
    BOOST_TEST(number(told.out, "relative_h1") > 0);
    BOOST_TEST(number(told.out, "samples") == 20);
    BOOST_TEST(number(told.out, "samples_seen_in_training") == 20);
    BOOST_TEST(number(told.out, "parameters") == 2);
  }
}

BOOST_AUTO_TEST_CASE(a_prediction_has_the_same_bytes_on_any_number_of_ranks) {
  const Desk desk;
  BOOST_TEST(desk.train(2, "model.h5", "--set training.epochs=2").code == 0);
  for (const int ranks : {1, 2, 3})
    BOOST_TEST(desk.predict(ranks, "model.h5", "good.h5", std::to_string(ranks) + ".h5").code == 0);
  BOOST_TEST((desk.bytes("1.h5") == desk.bytes("2.h5")));
  BOOST_TEST((desk.bytes("1.h5") == desk.bytes("3.h5")));
}

BOOST_AUTO_TEST_CASE(a_training_repeats_itself_bit_for_bit_and_changes_with_the_seed) {
  const Desk desk;
  for (const char* model : {"a.h5", "b.h5"}) BOOST_TEST(desk.train(3, model, "--set training.epochs=2").code == 0);
  BOOST_TEST((desk.bytes("a.h5") == desk.bytes("b.h5")));
  const Outcome other = desk.train(3, "c.h5", "--set training.epochs=2 --seed 4 --json");
  const Outcome same = desk.train(3, "d.h5", "--set training.epochs=2 --json");
  BOOST_TEST(number(other.out, "training_loss") != number(same.out, "training_loss"));
}

BOOST_AUTO_TEST_CASE(splits_say_what_is_learnt_and_what_is_predicted) {
  const Desk desk;
  const Outcome trained = desk.train(2, "model.h5", "--set data.validation=late --json");
  BOOST_TEST(number(trained.out, "training_samples") == 16);
  BOOST_TEST(number(trained.out, "validation_samples") == 4);
  const Outcome only = desk.train(1, "only.h5", "--set data.train=late --set data.validation=0 --json");
  BOOST_TEST(number(only.out, "training_samples") == 4);
  BOOST_TEST(desk.predict(2, "only.h5", "good.h5", "out.h5").code == 0);
  BOOST_TEST(number(desk.evaluate("out.h5", "good.h5").out, "samples_seen_in_training") == 4);
  BOOST_TEST(desk.predict(2, "only.h5", "good.h5", "late.h5", "--set data.split=late").code == 0);
  BOOST_TEST(number(desk.evaluate("late.h5", "good.h5").out, "samples") == 4);
  expect(desk.train(2, "x.h5", "--set data.validation=beyond"), 65, "numbers from 0 to 19");
  expect(desk.train(2, "x.h5", "--set data.validation=1.5"), 78, "not 1.5");
  expect(desk.train(2, "x.h5", "--set data.train=late --set data.validation=late"), 78, "none is left");
}

BOOST_AUTO_TEST_CASE(a_killed_training_is_resumed_to_the_same_bytes) {
  for (const auto& [ranks, way] : {std::pair{1, "samples"}, {2, "samples"}, {2, "space"}}) {
    const Desk desk;
    const std::string division = std::string("--set training.parallel=") + way;
    BOOST_TEST(desk.train(ranks, "whole.h5", division).code == 0);
    const Outcome killed = desk.train_until(SIGKILL, 33, ranks, "model.h5", division);  // in epoch 7 of 5 steps each
    const Outcome killed_again =
        desk.train_until(SIGKILL, 3, ranks, "model.h5", division + " --resume");  // of what is left
    BOOST_TEST(killed.code == 137, killed.error);
    BOOST_TEST(killed_again.code == 137, killed_again.error);
    BOOST_TEST(!desk.has("model.h5"));
    BOOST_TEST(desk.has("model.h5.checkpoint"));
    const Outcome resumed = desk.train(ranks, "model.h5", division + " --resume");
    BOOST_TEST(resumed.code == 0, resumed.error);
    BOOST_TEST(contains(resumed.error, "goes on from"), resumed.error);
    BOOST_TEST((desk.bytes("model.h5") == desk.bytes("whole.h5")));
    BOOST_TEST(!desk.has("model.h5.checkpoint"));
  }
}

BOOST_AUTO_TEST_CASE(a_training_that_has_no_more_time_is_75_and_goes_on_later) {
  const Desk desk;
  BOOST_TEST(desk.train(1, "whole.h5").code == 0);
  expect(desk.train(1, "model.h5", "--max-wall 1e-9"), 75, "stopped after epoch 1 of 12");
  expect(desk.train(1, "model.h5"), 73, "--resume goes on with it");
  expect(desk.train(1, "model.h5", "--resume --set training.batch_size=5"), 78, "another case");
  const Outcome resumed = desk.train(1, "model.h5", "--resume");
  BOOST_TEST(resumed.code == 0, resumed.error);
  BOOST_TEST((desk.bytes("model.h5") == desk.bytes("whole.h5")));
}

BOOST_AUTO_TEST_CASE(a_training_that_is_asked_to_stop_finishes_its_epoch_and_is_75) {
  const Desk desk;
  expect(desk.train_until(SIGUSR1, 7, 1, "model.h5", ""), 75, "stopped after epoch 2 of 12");
  const Outcome resumed = desk.train(1, "model.h5", "--resume --json");
  BOOST_TEST(resumed.code == 0, resumed.error);
  BOOST_TEST(number(resumed.out, "epochs") == 12);
}

BOOST_AUTO_TEST_CASE(a_training_may_be_resumed_before_it_has_begun_and_on_other_ranks) {
  const Desk desk;
  expect(desk.train(2, "model.h5", "--resume --max-wall 1e-9"), 75, "starts from the beginning");
  const Outcome resumed = desk.train(3, "model.h5", "--resume --json");
  BOOST_TEST(resumed.code == 0, resumed.error);
  BOOST_TEST(number(resumed.out, "epochs") == 12);
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_not_finite_is_1_and_the_last_good_state_stays) {
  const Desk desk;
  for (const int ranks : {1, 2}) {
    const Outcome outcome = desk.train(ranks, "model.h5", "--overwrite --set options.steepest=1.5");
    expect(outcome, 1, "training.learning_rate");
    BOOST_TEST(contains(outcome.error, "the training up to epoch"), outcome.error);
    BOOST_TEST(desk.has("model.h5.checkpoint"));
    BOOST_TEST(!desk.has("model.h5"));
    BOOST_TEST(mercer::test::mercer(ranks, "info " + desk.path("model.h5.checkpoint")).code == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_learning_rate_that_becomes_huge_in_a_later_epoch_leaves_the_epochs_before) {
  const Desk desk;
  const std::string wild =  // from 1e-6 in the first epoch to 1e3 in the last
      "--set training.learning_rate=1000 --set training.optimiser.weight_decay=100 "
      "--set 'training.schedule={kind: one_cycle, tick: epoch, rise: 1, start_divisor: 1e9}' ";
  for (const int ranks : {1, 2}) {
    const std::string model = std::to_string(ranks) + ".h5";
    const Outcome first = desk.train(ranks, model, wild);
    expect(first, 1, "a lower training.learning_rate");
    BOOST_TEST(contains(first.error, "the training up to epoch "), first.error);
    BOOST_TEST(!contains(first.error, "up to epoch 1 "), first.error);
    const std::string kept = desk.bytes(model + ".checkpoint");
    const Outcome again = desk.train(ranks, model, wild + "--resume");
    expect(again, 1, "the training up to there is kept");
    BOOST_TEST(contains(again.error, "goes on from"), again.error);
    BOOST_TEST((desk.bytes(model + ".checkpoint") == kept));
  }
}

BOOST_AUTO_TEST_CASE(a_training_whose_gradient_was_infinite_once_is_resumed_to_the_same_bytes) {
  const Desk desk;
  for (const int ranks : {1, 2}) {
    const std::string model = std::to_string(ranks) + ".h5", whole = "whole" + model;
    BOOST_TEST(desk.train(ranks, whole).code == 0);
    expect(desk.train_until(0, 33, ranks, model, ""), 1, "the training up to epoch 6 is kept");
    BOOST_TEST(desk.train(ranks, model, "--resume").code == 0);
    BOOST_TEST((desk.bytes(model) == desk.bytes(whole)));
  }
}

BOOST_AUTO_TEST_CASE(broken_data_are_65_with_file_array_and_sample) {
  const Desk desk;
  const std::string bad = "--set data.file=bad.h5 --set 'data.outputs=[b]' ";
  for (const int ranks : {0, 3}) expect(desk.train(ranks, "x.h5", bad), 65, "sample 7 of 'b' holds nan");
  expect(desk.train(2, "x.h5", "--set data.file=bad.h5 --set 'data.outputs=[few]'"), 65, "10 of 'few'");
  expect(desk.train(2, "x.h5", "--set data.file=bad.h5 --set 'data.outputs=[flat]'"), 65, "[sample, (channel,)");
  expect(desk.train(2, "x.h5", bad + "--set 'data.inputs=[a, few]'"), 65, "must be the same");
  expect(desk.train(2, "x.h5", "--set 'data.inputs=[aa]'"), 65, "did you mean 'a'?");
  expect(desk.train(2, "x.h5", "--set data.file=none.h5"), 66, "none.h5");
  BOOST_TEST(!desk.has("x.h5.checkpoint"));
}

BOOST_AUTO_TEST_CASE(samples_without_a_relative_error_are_65_unless_the_loss_is_absolute) {
  const Desk desk;
  const std::string vanishing = "--set data.file=vanishing.h5 --set 'data.outputs=[b]' --set training.epochs=1 ";
  for (const int ranks : {0, 3})
    expect(desk.train(ranks, "x.h5", vanishing + "--set data.validation=late"), 65,
           "sample 7 is zero in all of data.outputs");
  const std::string absolute = vanishing + "--set 'training.loss={l2: 0, forward_differences: 0, h1_absolute: 1}' ";
  BOOST_TEST(desk.train(2, "absolute.h5", absolute + "--set data.validation=late").code == 0);
  expect(desk.train(2, "y.h5", absolute + "--set data.validation=zero"), 65, "sample 7, which judges, is zero");
  BOOST_TEST(desk.train(2, "late.h5", vanishing + "--set data.train=late").code == 0);
}

BOOST_AUTO_TEST_CASE(patience_without_samples_that_judge_is_78) {
  const Desk desk;
  for (const char* none : {"0", "0.0"}) {
    const std::string without = std::string("--set training.patience=3 --set data.validation=") + none;
    expect(desk.train(2, "x.h5", without), 78, "training.patience: needs samples that judge");
  }
  BOOST_TEST(desk.train(2, "y.h5", "--set training.patience=3 --set data.validation=late").code == 0);
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_case_are_told_all_at_once) {
  const Desk desk;
  const Outcome outcome = desk.train(
      2, "x.h5", "--set training.epoch=3 --set training.loss.l3=1 --set data.grids=left --set options.steep=1");
  expect(outcome, 78, "did you mean 'epochs'?");
  for (const char* part : {"did you mean 'l2'?", "did you mean 'grid'?", "there is steepest"})
    BOOST_TEST(contains(outcome.error, part), outcome.error);
  expect(desk.train(2, "x.h5", "--set training.augmentation=square"), 78, "needs square fields");
  expect(desk.train(2, "x.h5", "--set training.loss.l2=0 --set training.loss.forward_differences=0"), 78,
         "positive weight of at least one norm");
  expect(desk.train(2, "x.h5", "--set 'data.inputs=[a, a]'"), 78, "one channel, not 2");
}

BOOST_AUTO_TEST_CASE(broken_and_foreign_model_files_are_65) {
  const Desk desk;
  BOOST_TEST(desk.train(2, "model.h5", "--set training.epochs=1").code == 0);
  BOOST_TEST(desk.predict(2, "model.h5", "good.h5", "out.h5").code == 0);
  const std::string whole = desk.bytes("model.h5");
  for (const std::size_t size : {std::size_t{0}, whole.size() / 3, whole.size() - 1}) {
    mercer::test::write_file(desk.scratch / "cut.h5", whole.substr(0, size));
    expect(desk.predict(2, "cut.h5", "good.h5", "x.h5"), 65, "cut.h5");
  }
  std::string flipped = whole;
  flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 4);
  mercer::test::write_file(desk.scratch / "flipped.h5", flipped);
  const int code = desk.predict(2, "flipped.h5", "good.h5", "x.h5").code;
  BOOST_TEST((code == 65 || (code == 0 && desk.bytes("x.h5") == desk.bytes("out.h5"))));
  expect(desk.predict(2, "later.h5", "good.h5", "y.h5"), 65, "has version 999");
  expect(desk.predict(2, "good.h5", "good.h5", "y.h5"), 65, "is no model file");
  expect(desk.predict(2, "out.h5", "good.h5", "y.h5"), 65, "is a prediction file");
  expect(desk.evaluate("model.h5", "good.h5"), 65, "a prediction file was expected");
  expect(desk.predict(2, "none.h5", "good.h5", "y.h5"), 66, "none.h5");
}

BOOST_AUTO_TEST_CASE(a_model_whose_plugin_is_missing_is_69) {
  const Desk desk;
  BOOST_TEST(desk.train(1, "model.h5", "--set training.epochs=1").code == 0);
  const Outcome outcome = mercer::test::mercer(
      2, "predict " + desk.path("model.h5") + " " + desk.path("good.h5") + " -o " + desk.path("x.h5"));
  expect(outcome, 69, "there is no model 'line'");
}

BOOST_AUTO_TEST_CASE(data_that_a_model_or_a_prediction_do_not_fit_are_65) {
  const Desk desk;
  BOOST_TEST(desk.train(1, "model.h5", "--set training.epochs=1").code == 0);
  expect(desk.predict(2, "model.h5", "other.h5", "x.h5"), 65, "1 channels of 4 x 4 points");
  BOOST_TEST(desk.predict(1, "model.h5", "good.h5", "out.h5").code == 0);
  expect(desk.evaluate("out.h5", "other.h5"), 65, "cannot be compared");
  expect(desk.evaluate("out.h5", "good.h5", "--set data.split=late"), 65, "cannot be compared");
  BOOST_TEST(desk.predict(1, "model.h5", "good.h5", "late.h5", "--set data.split=late").code == 0);
  expect(desk.evaluate("late.h5", "good.h5", "--set 'data.inputs=[fields/b]'"), 65, "of sample 16 are not those");
  expect(desk.predict(1, "model.h5", "good.h5", "out.h5"), 73, "--overwrite");
}

BOOST_AUTO_TEST_CASE(other_resolutions_are_predicted_on_the_grid_of_the_model_and_interpolated) {
  const Desk desk;
  mercer::test::write_file(desk.scratch / "case.yaml", arches_case);
  BOOST_TEST(desk.train(2, "model.h5", "--set data.geometry=nodes").code == 0);
  for (const char* data : {"arches8.h5", "arches16.h5", "arches12.h5"}) {
    const Outcome predicted = desk.predict(4, "model.h5", data, "out.h5", "--overwrite");
    BOOST_TEST(predicted.code == 0, predicted.error);
    BOOST_TEST(contains(predicted.error, "on its own grid, of spacing 1/8") == (std::string(data) != "arches8.h5"));
    const Outcome told = desk.evaluate("out.h5", data, "", 3);
    BOOST_TEST(number(told.out, "samples") == 20);
    BOOST_TEST((0 < number(told.out, "relative_l2") && number(told.out, "relative_l2") < 0.05), told.out);
  }
  expect(desk.predict(2, "model.h5", "good.h5", "x.h5"), 65, "trained on 1 channels of 8 x 8");
}

BOOST_AUTO_TEST_CASE(symmetric_and_interpolated_predictions_have_the_same_bytes_on_any_number_of_ranks) {
  const Desk desk;
  mercer::test::write_file(desk.scratch / "case.yaml", arches_case);
  BOOST_TEST(desk.train(2, "model.h5", "--set training.epochs=2").code == 0);
  for (const int ranks : {1, 2, 3, 4})
    BOOST_TEST(desk.predict(ranks, "model.h5", "arches16.h5", std::to_string(ranks) + ".h5",
                            "--set prediction.symmetries=square")
                   .code == 0);
  for (const char* other : {"2.h5", "3.h5", "4.h5"}) BOOST_TEST((desk.bytes("1.h5") == desk.bytes(other)));
}

BOOST_AUTO_TEST_CASE(outputs_of_left_grids_vanish_at_their_first_points_unless_they_are_free) {
  const Desk desk;
  mercer::test::write_file(desk.scratch / "case.yaml", arches_case);
  BOOST_TEST(desk.train(2, "model.h5", "--set training.epochs=2").code == 0);
  BOOST_TEST(desk.predict(2, "model.h5", "arches8.h5", "zero.h5").code == 0);
  BOOST_TEST(desk.predict(2, "model.h5", "arches8.h5", "free.h5", "--set data.ends=free").code == 0);
  const double zero = number(desk.evaluate("zero.h5", "arches8.h5").out, "relative_l2");
  const double free = number(desk.evaluate("free.h5", "arches8.h5").out, "relative_l2");
  BOOST_TEST((0 < zero && zero < free));
}

BOOST_AUTO_TEST_CASE(geometries_and_symmetries_that_do_not_fit_the_data_are_78) {
  const Desk desk;
  expect(desk.train(2, "x.h5", "--set data.geometry=nodes"), 78, "'grid: left' alone");
  expect(desk.train(2, "x.h5", "--set data.grid=periodic --set data.ends=zero"), 78, "needs points at the ends");
  expect(desk.train(2, "x.h5", "--set prediction.symmetries=square"), 78, "need square fields, not 6 x 8");
  expect(desk.train(2, "x.h5", "--set prediction.symmetry=square"), 78, "there is symmetries");
  BOOST_TEST(desk.train(1, "model.h5", "--set training.epochs=1").code == 0);
  expect(desk.predict(2, "model.h5", "good.h5", "x.h5", "--set prediction.symmetries=square"), 78, "6 x 8");
  expect(desk.predict(2, "model.h5", "good.h5", "x.h5", "--set prediction.symmetries=cube"), 78, "symmetries");
}

BOOST_AUTO_TEST_CASE(models_are_listed_described_and_checked) {
  const Desk desk;
  BOOST_TEST(contains(mercer::test::mercer(2, "list" + Desk::plugin()).out, "a straight line"));
  const Outcome described = mercer::test::mercer(2, "describe line" + Desk::plugin());
  for (const char* part :
       {"`training:`", "`learning_rate`", "`data:`", "validation", "`prediction:`", "symmetries", "steepest"})
    BOOST_TEST(contains(described.out, part), described.out);
  const Outcome checked = mercer::test::mercer(2, "check --json " + desk.path("case.yaml") + Desk::plugin());
  BOOST_TEST(checked.code == 0, checked.error);
  BOOST_TEST(number(checked.out, "parameters") == 2);
  BOOST_TEST(number(checked.out, "training_samples") == 18);
  expect(mercer::test::mercer(2, "check --dry-run " + desk.path("case.yaml") + Desk::plugin()), 69,
         "does not tell what a batch costs");
  expect(mercer::test::mercer(2, "solve " + desk.path("case.yaml") + " -o " + desk.path("x.h5") + Desk::plugin()), 78,
         "solver: NAME");
}
