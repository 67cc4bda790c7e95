// From the options of a case to a network: the published ones, the choice of grids, and what makes no sense.
#include "nn/vectors.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include <mercer/config/options.hpp>
#include <mercer/solvers/case.hpp>
#include <mercer/solvers/mgno/options.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

SampleShapes shapes(Index points, Index inputs = 1) { return {{points, inputs, points}, {points, 1, points}}; }

/// The options of a published case, with overrides.
mgno_plugin::Options published(const std::string& name, const std::vector<std::string>& overrides = {}) {
  const Comm comm;
  Complaints complaints;
  const std::string file = setting("MERCER_SOURCE") + "/examples/06_learn_darcy/variants/" + name + ".yaml";
  const Case read = read_case(comm, file, overrides, complaints);
  mgno_plugin::Options options;
  read_options(read.options, "options", options, complaints);
  complaints.raise();
  return options;
}

Index parameters_of(const std::string& name, Index points, Index inputs = 1) {
  ParameterVector<float> parameters;
  mgno(parameters, "", points, points, network_options(published(name), shapes(points, inputs)));
  return parameters.count();
}

/// The network of a published case, made smaller by overrides, against a vector of its authors' network.
void check_vector(const std::string& name, const std::vector<std::string>& overrides, const std::string& group) {
  const Comm comm;
  const InputFile file(comm, setting("MERCER_SOURCE") + "/tests/data/operators/multigrid.h5");
  const auto x = batch_of<double>(stored(file, group + "/x")), expected = batch_of<double>(stored(file, group + "/y"));
  const Index points = x.shape()[1];
  ParameterVector<double> parameters;
  const auto layer =
      mgno(parameters, "", points, points, network_options(published(name, overrides), shapes(points, x.shape()[2])));
  for (std::size_t block = 0; block < parameters.size(); ++block) {
    const Tensor<double> values = stored(file, group + "/params/" + parameters[block].name());
    BOOST_REQUIRE_EQUAL(values.count(), parameters[block].count());
    std::ranges::copy(values.span(), parameters[block].raw().begin());
  }
  Tensor<double> y(expected.shape());
  const auto tape = layer->make_tape(BatchShape::of(x.shape()), Purpose::inference);
  layer->forward(std::as_const(parameters).raw(), x.view(), y.view(), *tape);
  check_small(distance_of_batches(y, expected), 1e-12, name);
}

/// Smoothing steps of the grids that are chosen.
std::vector<int> chosen(Index rows, Index columns, const mgno_plugin::Options& options = {}) {
  std::vector<int> steps;
  for (const CycleLevel& level : network_options(options, {{rows, 1, columns}, {rows, 1, columns}}).cycle.levels)
    steps.push_back(level.before);
  return steps;
}

std::vector<int> ones_and_two(std::size_t ones) {
  std::vector<int> steps(ones, 1);
  steps.push_back(2);
  return steps;
}

void refuse(const mgno_plugin::Options& options, const std::string& part) {
  BOOST_CHECK_EXCEPTION(mgno_plugin::network_options(options, shapes(16)), Error, failure(Fault::config, part));
}

}  // namespace

BOOST_AUTO_TEST_CASE(published_cases_have_the_published_numbers_of_parameters) {
  BOOST_TEST(parameters_of("darcy_rough", 256) == 572661);
  BOOST_TEST(parameters_of("darcy_multiscale", 256) == 572661);
  BOOST_TEST(parameters_of("darcy_smooth", 211) == 678093);
  BOOST_TEST(parameters_of("pipe", 128, 2) == 783876);
  BOOST_TEST(parameters_of("navier_stokes", 64) == 2885194);
  // Without the first A of the finest level of each cycle, which the authors' network has and never uses.
  const Index unused = 9 * 20 * 1 + 1 + 3 * (9 * 20 * 20 + 20) + 9 * 1 * 20 + 20;
  BOOST_TEST(parameters_of("helmholtz", 101) == 5351806 - unused);
}

BOOST_AUTO_TEST_CASE(published_cases_make_the_networks_of_their_authors) {
  check_vector("darcy_rough", {"options.layers=3", "options.channels=8", "options.smoothing=[1, 1, 1, 2]"},
               "mgno_dc_small");
  check_vector(
      "navier_stokes",
      {"options.layers=1", "options.channels=4", "options.smoothing=[1, 1, 2]", "options.smoothing_after=[0, 1]"},
      "mgno_ns_small");
  check_vector("helmholtz", {"options.layers=2", "options.channels=[2, 4, 6, 8, 10]"}, "mgno_helm_small");
}

BOOST_AUTO_TEST_CASE(as_many_grids_are_chosen_as_suit_the_data) {
  BOOST_TEST(chosen(16, 16) == ones_and_two(4), boost::test_tools::per_element());
  BOOST_TEST(chosen(17, 17) == ones_and_two(4), boost::test_tools::per_element());
  for (const Index points : {64, 128, 211, 256})
    BOOST_TEST(chosen(points, points) == ones_and_two(5), boost::test_tools::per_element());
  BOOST_TEST(chosen(421, 421) == ones_and_two(6), boost::test_tools::per_element());
  BOOST_TEST(chosen(1, 64) == ones_and_two(5), boost::test_tools::per_element());
  BOOST_TEST(chosen(1, 1) == ones_and_two(0), boost::test_tools::per_element());
  BOOST_TEST(chosen(16, 16, {.boundary = Outside::reflect}) == ones_and_two(3), boost::test_tools::per_element());
  BOOST_TEST(chosen(101, 101, {.transfer_padding = 0}) == ones_and_two(4), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(chosen_grids_make_networks_on_grids_of_any_size) {
  for (const Outside boundary : {Outside::zeros, Outside::circular, Outside::reflect, Outside::replicate})
    for (const Index padding : {0, 1})
      for (const Index points : {2, 3, 5, 6, 7, 15, 16, 17, 40}) {
        const mgno_plugin::Options options{
            .layers = 1, .channels = {{1}}, .boundary = boundary, .transfer_padding = padding};
        ParameterVector<float> parameters;
        BOOST_CHECK_NO_THROW(mgno(parameters, "", points, points + 1,
                                  network_options(options, {{points, 1, points + 1}, {points, 1, points + 1}})));
      }
}

BOOST_AUTO_TEST_CASE(channels_are_a_number_or_a_list) {
  const auto read = [](const char* text, mgno_plugin::Options& options) {
    Complaints complaints;
    read_options(parse_yaml(text, "case.yaml"), "options", options, complaints);
    complaints.raise();
  };
  mgno_plugin::Options options;
  for (const char* text : {"channels: 7", "channels: [7, 9]"}) {
    read(text, options);
    BOOST_TEST(to_yaml_line(record_options(options)["channels"]) == std::string(text).substr(10));
  }
  for (const char* text : {"channels: []", "channels: 0", "channels: [7, 0]", "channels: {a: 1}", "channels: many"})
    BOOST_CHECK_EXCEPTION(read(text, options), Error, failure(Fault::config, "channels"));
}

BOOST_AUTO_TEST_CASE(what_older_model_files_say_means_the_same_network) {
  mgno_plugin::Options options;
  Complaints complaints;
  read_options(parse_yaml("{layers: 4, channels: 24, smoothing: [1, 1, 1, 1, 2], smoothing_after: [], boundary: zeros, "
                          "bias: none, restriction: plain, norm: none, skip: pointwise, answer: field}",
                          "model.h5"),
               "options", options, complaints);
  complaints.raise();
  ParameterVector<float> parameters;
  mgno(parameters, "", 32, 32, network_options(options, shapes(32)));
  BOOST_TEST(parameters.count() == 467964);
}

BOOST_AUTO_TEST_CASE(outputs_of_a_last_cycle_keep_a_channel_where_channels_fall) {
  const mgno_plugin::Options options{.layers = 1, .channels = {{4, 2}}, .smoothing = {1, 1}, .ending = Ending::cycle};
  ParameterVector<float> parameters;
  mgno(parameters, "", 8, 8, network_options(options, shapes(8)));
  BOOST_TEST((parameters.at("linear.layer1.1.S.weight").shape() == Shape{1, 2, 3, 3}));
}

BOOST_AUTO_TEST_CASE(options_that_contradict_one_another_are_refused) {
  refuse({.channels = {{4, 8, 16}}, .smoothing = {1, 1}}, "options.channels has 3 numbers for 2 grids");
  refuse({.channels = {{4, 8}}}, "options.channels has 2 numbers for 5 grids");
  refuse({.smoothing = {0, 1}}, "options.smoothing needs a step");
  refuse({.smoothing = {1, 0}}, "options.smoothing needs a step");
  refuse({.smoothing = {1, 1}, .smoothing_after = {0, 1}}, "options.smoothing_after has 2 entries for 2 grids");
  refuse({.smoothing = {1, 1}, .smoothing_after = {0, 0, 0}}, "1 or fewer");
  refuse({.ending = Ending::cycle, .answer = Answer::input_update}, "does not go with options.ending: cycle");
  BOOST_CHECK_EXCEPTION(mgno_plugin::network_options({.answer = Answer::input_update}, shapes(16, 2)), Error,
                        failure(Fault::config, "as many outputs as inputs, not 1 and 2"));
  BOOST_CHECK_EXCEPTION(mgno_plugin::network_options({}, {{16, 1, 16}, {8, 1, 16}}), Error,
                        failure(Fault::config, "8 x 16"));
}
