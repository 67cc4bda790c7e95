// Trainings and predictions with the rows of samples divided among ranks, as a user meets them.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

using mercer::test::contains;
using mercer::test::number;
using mercer::test::Outcome;
using mercer::test::Scratch;

namespace {

/// A small network on samples of Darcy's flow.
struct Desk {
  Scratch scratch;
  std::string data = "'" + mercer::test::setting("MERCER_SOURCE") + "/examples/01_darcy_flow/darcy_32.h5'";
  Desk() {
    mercer::test::write_file(scratch / "case.yaml", "model: mgno\ndata: {file: " + data +
                                                        ", inputs: [x], outputs: [y], grid: left}\n"
                                                        "options: {layers: 1, channels: 4, smoothing: [1, 1, 1, 1]}\n"
                                                        "training: {epochs: 2, batch_size: 8, least_rows: 3}\nseed: 2\n");
  }
  std::string path(const std::string& name) const { return "'" + (scratch / name).string() + "'"; }
  std::string bytes(const std::string& name) const { return mercer::test::read_file(scratch / name); }
  Outcome train(int ranks, const std::string& model, const std::string& more) const {
    return mercer::test::mercer(ranks, "train " + path("case.yaml") + " -o " + path(model) + " --json " + more);
  }
  /// The error of a prediction.
  double error(int ranks, const std::string& model, const std::string& more) const {
    const Outcome made = mercer::test::mercer(
        ranks, "predict " + path(model) + " " + data + " -o " + path("out.h5") + " --overwrite " + more);
    BOOST_TEST(made.code == 0, made.error);
    return number(mercer::test::mercer(1, "evaluate " + path("out.h5") + " " + data + " --json").out, "relative_l2");
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_divided_training_and_prediction_are_those_of_one_rank) {
  const Desk desk;
  const Outcome alone = desk.train(1, "alone.h5", "--set training.epochs=1");
  BOOST_TEST(alone.code == 0, alone.error);
  const double error = desk.error(1, "alone.h5", "");
  for (const auto& [ranks, way] : {std::pair{2, "space"}, {3, "space"}, {4, "both"}}) {
    const std::string division = std::string("--set training.parallel=") + way;
    const std::string options = division + " --set training.epochs=1";
    const Outcome shared = desk.train(ranks, std::string(way) + std::to_string(ranks) + ".h5", options);
    BOOST_TEST(shared.code == 0, shared.error);
    BOOST_TEST(number(shared.out, "training_loss") == number(alone.out, "training_loss"),
               boost::test_tools::tolerance(1e-3));
    BOOST_TEST(desk.error(ranks, "alone.h5", division) == error, boost::test_tools::tolerance(1e-5));
  }
}

BOOST_AUTO_TEST_CASE(a_divided_training_that_was_stopped_ends_with_the_same_bytes) {
  const Desk desk;
  const std::string division = "--set training.parallel=space ";
  BOOST_TEST(desk.train(2, "whole.h5", division).code == 0);
  BOOST_TEST(desk.train(2, "part.h5", division + "--max-wall 1e-9").code == 75);
  BOOST_TEST(desk.train(2, "part.h5", division + "--resume").code == 0);
  BOOST_TEST((desk.bytes("part.h5") == desk.bytes("whole.h5")));
}

BOOST_AUTO_TEST_CASE(the_cost_of_a_training_is_told_beforehand) {
  const Desk desk;
  std::string told[2];
  for (const int ranks : {1, 2}) {
    const Outcome checked = mercer::test::mercer(
        ranks, "check " + desk.path("case.yaml") + " --dry-run --json --set training.parallel=space");
    BOOST_TEST(checked.code == 0, checked.error);
    told[ranks - 1] = checked.out;
    BOOST_TEST(number(checked.out, "flops_per_epoch") > 5 * number(checked.out, "flops_per_step"));
    BOOST_TEST(number(checked.out, "samples_bytes_per_machine") == 50 * 2 * 32 * 32 * 4);
  }
  BOOST_TEST(number(told[0], "row_bytes_sent_per_step") == 0);
  BOOST_TEST(number(told[1], "row_bytes_sent_per_step") > 0);
  BOOST_TEST(number(told[1], "batch") < 0.8 * number(told[0], "batch"));
  BOOST_TEST(number(told[1], "flops_per_step") < 0.8 * number(told[0], "flops_per_step"));
}

BOOST_AUTO_TEST_CASE(ranks_that_cannot_be_divided_are_refused) {
  const Desk desk;
  const Outcome odd = desk.train(3, "model.h5", "--set training.parallel=both");
  BOOST_TEST(odd.code == 78);
  BOOST_TEST(contains(odd.error, "there are 3 ranks and training.space_ranks is 2"), odd.error);
}
