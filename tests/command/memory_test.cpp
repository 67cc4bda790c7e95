// Trainings that do not fit into memory, as a user meets them.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using mercer::test::contains;
using mercer::test::Outcome;
using mercer::test::Scratch;

namespace {

/// A network that holds half a gigabyte of a sample, in processes of bounded address space.
struct Desk {
  Scratch scratch;
  Desk() {
    mercer::test::write_file(scratch / "case.yaml",
                             "model: mgno\ndata: {file: fields.h5, inputs: [a], outputs: [u], validation: 0.3}\n"
                             "options: {layers: 24, channels: 8, smoothing: [1]}\n"
                             "training: {epochs: 2, batch_size: 2}\n");
    BOOST_REQUIRE_EQUAL(mercer::test::shell(FIELD_DATA " " + path("fields.h5") + " 512 512 3 u a").code, 0);
  }
  std::string path(const std::string& name) const { return "'" + (scratch / name).string() + "'"; }
  std::string bytes(const std::string& name) const { return mercer::test::read_file(scratch / name); }
  /// `limit` is a line of shell that comes before.
  Outcome train(const std::string& limit, int ranks, const std::string& model, const std::string& more) const {
    return mercer::test::shell(limit + "\n" + mercer::test::launcher(ranks) + " " +
                               mercer::test::setting("MERCER_COMMAND") + " train " + path("case.yaml") + " -o " +
                               path(model) + " " + more);
  }
};

const std::string limited = "ulimit -v 600000", unlimited = "";

void expect_too_large(const Outcome& outcome) {
  BOOST_TEST(outcome.code == 71, outcome.error);
  BOOST_TEST(contains(outcome.error, "there is no memory for an array of"), outcome.error);
  BOOST_TEST(contains(outcome.error, "lower training.batch_size"), outcome.error);
  const std::size_t first = outcome.error.find("mercer: ");
  BOOST_TEST(outcome.error.find("mercer: ", first + 1) == std::string::npos, outcome.error);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_batch_that_does_not_fit_is_71_with_the_options_that_help) {
  const Desk desk;
  for (const int ranks : {1, 2}) expect_too_large(desk.train(limited, ranks, "model.h5", ""));
  const Outcome divided = desk.train(limited, 4, "model.h5", "--set training.parallel=space --max-wall 1e-9");
  BOOST_TEST(divided.code == 75, divided.error);
}

BOOST_AUTO_TEST_CASE(a_training_that_no_longer_fits_keeps_its_checkpoint) {
  const Desk desk;
  BOOST_TEST(desk.train(unlimited, 2, "model.h5", "--max-wall 1e-9").code == 75);
  const std::string kept = desk.bytes("model.h5.checkpoint");
  expect_too_large(desk.train(limited, 2, "model.h5", "--resume"));
  BOOST_TEST((desk.bytes("model.h5.checkpoint") == kept));
}
