// Regression by Gaussian processes as a model of arrays: what it learns, keeps, tells and refuses.
#include "support/failure.hpp"
#include "support/file_model_run.hpp"
#include "support/process.hpp"
#include <mercer/base/random.hpp>
#include <mercer/solvers/gp/gp.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numeric>

using namespace mercer;
using mercer::test::read_file;
using mercer::test::value;

namespace {

constexpr Index samples = 90, taught = 60, rows = 5, columns = 7;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Smooth functions of two inputs.
struct Data {
  std::vector<double> a, b, height, pair, field;
  Data() {
    const Random random(5, 0);
    for (Index i = 0; i < samples; ++i) {
      const double p = random.uniform(static_cast<std::uint64_t>(2 * i)),
                   q = random.uniform(static_cast<std::uint64_t>(2 * i + 1));
      a.push_back(p);
      b.push_back(q);
      height.push_back(std::sin(3 * p) + q * q);
      pair.insert(pair.end(), {p * q, std::exp(p)});
      for (Index y = 0; y < rows; ++y)
        for (Index x = 0; x < columns; ++x)
          field.push_back(std::sin(p * static_cast<double>(x) + q * static_cast<double>(y) / 2));
    }
  }
  void write(const Comm& comm, const std::filesystem::path& path) const {
    OutputFile file(comm, path, Existing::replace);
    const auto put = [&](const char* name, const Shape& shape, const std::vector<double>& values) {
      file.write<double>(name, shape, std::span<const double>(values));
    };
    put("parameters/a", {std::ssize(a)}, a);
    put("parameters/b", {samples}, b);
    put("scalars/height", {samples}, height);
    put("scalars/pair", {samples, 2}, pair);
    put("outputs/u", {samples, rows, columns}, field);
    put("outputs/height", {samples}, height);
    std::vector<Index> all(samples);
    std::iota(all.begin(), all.end(), Index{0});
    file.write<Index>("splits/train", Shape{taught}, std::span<const Index>(all).first(taught));
    file.write<Index>("splits/test", Shape{samples - taught}, std::span<const Index>(all).subspan(taught));
    file.commit();
  }
};

struct Desk : test::FileModelRun {
  static gp_model::Settings settings() {
    gp_model::Settings made;
    made.data.inputs = {"parameters/a", "parameters/b"};
    made.data.outputs = {"outputs/u", "scalars/height", "scalars/pair"};
    made.data.train = "train";
    made.data.split = "test";
    made.options.modes = 8;
    return made;
  }
  Told learned(const gp_model::Settings& settings, const Comm& ranks, const std::string& name) {
    return FileModelRun::learned<gp_model::Gp>(settings, ranks, "data.h5", name);
  }
  Record errors(const std::string& name) {
    return gp_model::Gp::evaluate(context, scratch / name, SampleSource{scratch / "data.h5"});
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_and_fields_of_new_samples_are_predicted_with_intervals) {
  Desk desk;
  Data().write(desk.comm, desk.scratch / "data.h5");
  const Desk::Told told = desk.learned(Desk::settings(), desk.comm, "predicted");
  BOOST_TEST(value<Index>(told.trained.record, "training_samples") == taught);
  BOOST_TEST(value<Index>(told.trained.record, "fields") == 1);
  BOOST_TEST(value<Index>(told.trained.record, "numbers") == 3);
  BOOST_TEST(value<Index>(told.trained.record, "modes.outputs/u") == 8);
  BOOST_TEST(value<Index>(told.predicted, "samples") == samples - taught);
  BOOST_TEST(value<Index>(told.predicted, "samples_seen_in_training") == 0);
  BOOST_TEST(value<double>(told.predicted, "largest_novelty") < 6);
  const Record errors = desk.errors("predicted");
  BOOST_TEST(value<double>(errors, "fields.u.rrmse") < 2.5e-2);  // some fields are near zero
  BOOST_TEST(value<double>(errors, "fields.u.q2") > 0.999);
  for (const char* path : {"fields.u.coverage95", "scalars.height.coverage95"})
    BOOST_TEST(value<double>(errors, path) > 0.85);
  BOOST_TEST(value<double>(errors, "scalars.height.q2") > 0.9999);
  BOOST_TEST(value<double>(errors, "fields.pair.q2") > 0.9999);
  BOOST_TEST(value<Index>(errors, "samples") == samples - taught);
}

BOOST_AUTO_TEST_CASE(models_have_the_same_bytes_and_predictions_the_same_values_on_any_number_of_ranks) {
  Desk desk;
  Data().write(desk.comm, desk.scratch / "data.h5");
  desk.learned(Desk::settings(), desk.comm, "together");
  if (desk.comm.is_root()) desk.learned(Desk::settings(), Comm::self(), "alone");
  check_mpi(MPI_Barrier(desk.comm.raw()));
  BOOST_TEST((read_file(desk.scratch / "together.model") == read_file(desk.scratch / "alone.model")));
  const Record together = desk.errors("together"), alone = desk.errors("alone");
  for (const char* path : {"fields.u.rrmse", "scalars.height.rrmse", "fields.pair.q2"})
    BOOST_TEST(std::abs(value<double>(together, path) - value<double>(alone, path)) < 1e-9);
}

BOOST_AUTO_TEST_CASE(missing_values_are_counted_and_passed_over) {
  Desk desk;
  Data data;
  for (std::size_t i = 0; i < 20; i += 2) data.height[i] = missing;
  data.write(desk.comm, desk.scratch / "data.h5");
  const Desk::Told told = desk.learned(Desk::settings(), desk.comm, "predicted");
  BOOST_TEST(value<Index>(told.trained.record, "missing_values") == 10);
  BOOST_TEST(value<double>(desk.errors("predicted"), "scalars.height.q2") > 0.999);
}

BOOST_AUTO_TEST_CASE(equal_inputs_that_need_jitter_are_named_once_an_output) {
  Desk desk;
  Data data;
  data.a[9] = data.a[4];
  data.b[9] = data.b[4];
  data.write(desk.comm, desk.scratch / "data.h5");
  gp_model::Settings settings = Desk::settings();
  settings.options.scalars.noise = {1e-30, 1e-30};
  settings.options.scalars.iterations = 5;
  settings.options.scalars.folds = 0;
  desk.learned(settings, desk.comm, "predicted");
  if (!desk.comm.is_root()) return;
  const std::string cause = "samples 4 and 9 have the same inputs";
  for (const char* piece : {"scalars/height: up to 1e-12 of its variance was added to the covariance of 1 of 1 columns",
                            "scalars/pair: up to 1e-12 of its variance was added to the covariance of 2 of 2 columns"})
    BOOST_TEST(desk.said.find(piece) != std::string::npos, desk.said);
  BOOST_TEST(test::count(desk.said, cause) == 2u, desk.said);
  BOOST_TEST(desk.said.find("outputs/u") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_learnt_is_named) {
  Desk desk;
  const auto check = [&](const Data& data, const gp_model::Settings& settings) {
    data.write(desk.comm, desk.scratch / "data.h5");
    gp_model::Gp(settings).check(desk.context, SampleSource{desk.scratch / "data.h5"});
  };
  const auto with = [](const auto& change) {
    Data data;
    change(data);
    return data;
  };
  gp_model::Settings settings = Desk::settings();
  BOOST_CHECK_EXCEPTION(check(with([](Data& data) { data.a[7] = missing; }), settings), Error,
                        failure(Fault::data, "sample 7 of 'parameters/a'"));
  BOOST_CHECK_EXCEPTION(check(with([](Data& data) { data.height[3] = INFINITY; }), settings), Error,
                        failure(Fault::data, "sample 3 of 'scalars/height'"));
  BOOST_CHECK_EXCEPTION(check(with([](Data& data) { data.a.pop_back(); }), settings), Error,
                        failure(Fault::data, "90 samples of 'parameters/b', and 89 were expected"));
  BOOST_CHECK_EXCEPTION(check(with([](Data& data) {
                                std::ranges::fill(data.a, 1.0);
                                std::ranges::fill(data.b, 2.0);
                              }),
                              settings),
                        Error, failure(Fault::data, "no input varies"));
  settings.data.outputs = {"outputs/height", "scalars/height"};
  BOOST_CHECK_EXCEPTION(check(Data(), settings), Error, failure(Fault::config, "two arrays are called 'height'"));
  settings.data.outputs = {"scalars/hight"};
  BOOST_CHECK_EXCEPTION(check(Data(), settings), Error, failure(Fault::data, "scalars/height"));
}

BOOST_AUTO_TEST_CASE(a_field_with_a_value_missing_is_refused_when_its_modes_are_sought) {
  Desk desk;
  Data data;
  data.field[static_cast<std::size_t>(4 * rows * columns + 3)] = missing;
  data.write(desk.comm, desk.scratch / "data.h5");
  BOOST_CHECK_EXCEPTION(desk.learned(Desk::settings(), desk.comm, "predicted"), Error,
                        failure(Fault::data, "sample 4 of 'outputs/u'"));
}

BOOST_AUTO_TEST_CASE(other_data_than_those_of_the_prediction_are_refused) {
  Desk desk;
  Data data;
  data.write(desk.comm, desk.scratch / "data.h5");
  desk.learned(Desk::settings(), desk.comm, "predicted");
  data.b.back() += 1;
  data.write(desk.comm, desk.scratch / "data.h5");
  BOOST_CHECK_EXCEPTION(desk.errors("predicted"), Error, failure(Fault::data, "the inputs of sample 89"));
}

BOOST_AUTO_TEST_CASE(inputs_of_another_width_are_refused_and_far_ones_are_new) {
  Desk desk;
  Data data;
  data.write(desk.comm, desk.scratch / "data.h5");
  gp_model::Settings settings = Desk::settings();
  settings.data.split = "";
  gp_model::Gp model(settings);
  model.train(desk.context, SampleSource{desk.scratch / "data.h5"});
  const auto predicted = [&](const std::vector<double>& a, const Shape& shape) {
    OutputFile file(desk.comm, desk.scratch / "new.h5", Existing::replace);
    file.write<double>("parameters/a", shape, std::span<const double>(a));
    const std::vector<double> b(static_cast<std::size_t>(shape[0]), 0.5);
    file.write<double>("parameters/b", {shape[0]}, std::span<const double>(b));
    file.commit();
    OutputFile output(desk.comm, desk.scratch / "new_predicted.h5", Existing::replace);
    return model.predict(desk.context, SampleSource{desk.scratch / "new.h5"}, output);
  };
  BOOST_CHECK_EXCEPTION(predicted({0.5, 0.5}, {1, 2}), Error,
                        failure(Fault::data, "'parameters/a' has 2 numbers, and the model was trained with 1"));
  BOOST_TEST(value<double>(predicted({0.5}, {1}), "largest_novelty") < 3);
  BOOST_TEST(value<double>(predicted({9}, {1}), "largest_novelty") > 20);
}
