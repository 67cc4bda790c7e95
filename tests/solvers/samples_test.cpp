// Arrays of a file as batches: channels side by side, lines and planes, splits, fingerprints.
#include "support/failure.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/io/file.hpp>
#include <mercer/solvers/support/samples.hpp>

#include <array>
#include <boost/test/unit_test.hpp>
#include <set>
#include <vector>

using namespace mercer;
using mercer::test::SharedScratch;

namespace {

/// 0, 1, 2, ... from `first` on.
std::vector<double> numbers(Index count, double first = 0) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = first++;
  return values;
}

/// A file with planes of one and of two channels, lines, and splits.
std::filesystem::path write_file(const Comm& comm, const SharedScratch& scratch) {
  OutputFile file(comm, scratch / "data.h5", Existing::refuse);
  file.write<double>("plane", {5, 2, 3}, numbers(30));
  file.write<double>("pair", {5, 2, 2, 3}, numbers(60, 100));
  file.write<double>("line", {5, 4}, numbers(20));
  file.write<Index>("splits/odd", {2}, std::array<Index, 2>{3, 1});
  file.write<Index>("twice", {2}, std::array<Index, 2>{3, 3});
  file.commit();
  return scratch / "data.h5";
}

LearningData learning(const std::filesystem::path& file, std::vector<std::string> inputs,
                      std::vector<std::string> outputs) {
  LearningData data;
  data.file = file;
  data.inputs = std::move(inputs);
  data.outputs = std::move(outputs);
  return data;
}

}  // namespace

BOOST_AUTO_TEST_CASE(arrays_become_channels_in_the_order_named) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const GridSamples samples(comm, learning(write_file(comm, scratch), {"pair", "plane"}, {"plane"}), "", 1);
  BOOST_TEST(samples.count() == 5);
  BOOST_TEST((samples.shapes() == SampleShapes{{2, 3, 3}, {2, 1, 3}}));
  Tensor<float> inputs(batch_shape(2, samples.shapes().inputs)), outputs(batch_shape(2, samples.shapes().outputs));
  samples.read(std::array<Index, 2>{4, 0}, inputs.view(), outputs.view());
  BOOST_TEST(inputs(0, 1, 0, 2) == 100 + 4 * 12 + 3 + 2);  // the first channel of the pair
  BOOST_TEST(inputs(0, 1, 1, 2) == 100 + 4 * 12 + 6 + 3 + 2);
  BOOST_TEST(inputs(0, 1, 2, 2) == 4 * 6 + 3 + 2);  // then the plane
  BOOST_TEST(inputs(1, 0, 2, 1) == 1);
  BOOST_TEST(outputs(0, 1, 0, 0) == 4 * 6 + 3);
}

BOOST_AUTO_TEST_CASE(lines_are_planes_of_one_row) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const GridSamples samples(comm, learning(write_file(comm, scratch), {"line"}, {"line"}), "", 1);
  BOOST_TEST((samples.shapes() == SampleShapes{{1, 1, 4}, {1, 1, 4}}));
  BOOST_TEST(samples.outputs().fields.view()(3, 0, 0, 2) == 14);
}

BOOST_AUTO_TEST_CASE(a_fraction_is_drawn_by_the_seed_and_leaves_no_sample_out) {
  const Comm comm;
  const SharedScratch scratch(comm);
  LearningData data = learning(write_file(comm, scratch), {"plane"}, {"plane"});
  data.validation = "0.4";
  std::set<std::vector<Index>> drawn;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const GridSamples samples(comm, data, "", seed);
    const Lessons& lessons = samples.lessons();
    BOOST_TEST(lessons.validation.size() == 2u);
    std::set<Index> all(lessons.training.begin(), lessons.training.end());
    all.insert(lessons.validation.begin(), lessons.validation.end());
    BOOST_TEST(all.size() == 5u);
    BOOST_TEST((GridSamples(comm, data, "", seed).lessons().validation == lessons.validation));
    drawn.insert(lessons.validation);
  }
  BOOST_TEST(drawn.size() > 1u);
}

BOOST_AUTO_TEST_CASE(splits_hold_sample_numbers_each_once) {
  const Comm comm;
  const SharedScratch scratch(comm);
  LearningData data = learning(write_file(comm, scratch), {"plane"}, {"plane"});
  data.validation = "odd";
  const GridSamples samples(comm, data, "", 1);
  BOOST_TEST((samples.lessons().validation == std::vector<Index>{1, 3}));
  BOOST_TEST((samples.lessons().training == std::vector<Index>{0, 2, 4}));
  data.validation = "twice";
  BOOST_CHECK_EXCEPTION(GridSamples(comm, data, "", 1), Error, failure(Fault::data, "each once"));
  data.validation = "even";
  BOOST_CHECK_EXCEPTION(GridSamples(comm, data, "", 1), Error, failure(Fault::data, "there is no array 'even'"));
  data.validation = "0.99";
  BOOST_CHECK_EXCEPTION(GridSamples(comm, data, "", 1), Error, failure(Fault::config, "takes all 5 samples"));
}

BOOST_AUTO_TEST_CASE(equal_samples_have_equal_fingerprints_wherever_they_are) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const InputFile file(comm, write_file(comm, scratch));
  const std::vector<Index> some = fingerprints(read_samples(file, {"pair", "plane"}, {3, 1}));
  const std::vector<Index> all = fingerprints(read_samples(file, {"pair", "plane"}, {0, 1, 2, 3, 4}));
  BOOST_TEST(some[0] == all[3]);
  BOOST_TEST(some[1] == all[1]);
  BOOST_TEST(std::set<Index>(all.begin(), all.end()).size() == 5u);
}

BOOST_AUTO_TEST_CASE(samples_and_arrays_that_do_not_fit_are_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const InputFile file(comm, write_file(comm, scratch));
  BOOST_CHECK_EXCEPTION(read_samples(file, {"plane"}, {5}), Error, failure(Fault::data, "there are 5, counted from 0"));
  BOOST_CHECK_EXCEPTION(look_at_samples(file, {"plane", "line"}), Error, failure(Fault::data, "must be the same"));
  BOOST_CHECK_EXCEPTION(look_at_samples(file, {"twice"}), Error, failure(Fault::data, "[sample, (channel,) (y,) x]"));
  BOOST_CHECK_EXCEPTION(look_at_samples(file, {"pain"}), Error, failure(Fault::data, "did you mean 'pair'?"));
  BOOST_CHECK_EXCEPTION(GridSamples(comm, learning(file.path(), {"plane"}, {"line"}), "", 1), Error,
                        failure(Fault::data, "'plane' has 2 x 3 points and 'line' 1 x 4"));
}
