// Relative errors and their gradients against vectors of the authors' own losses and against differences.
#include "nn/batches.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include <mercer/io/input_file.hpp>
#include <mercer/nn/loss.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <vector>

using namespace mercer;
using namespace mercer::test;

namespace {

/// A stored array [sample, channel, y, x] as fields.
Tensor<double> read_fields(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  Tensor<double> stored(shape, Rows::dense), fields({shape[0], shape[2], shape[1], shape[3]});
  file.read(name, Slab::whole(shape), stored.view());
  copy_from_channels<double>(stored.view(), fields.view());
  return fields;
}

struct Evaluation {
  double value = 0;
  Tensor<double> gradient;
};

Evaluation evaluate(const LossWeights& weights, const Tensor<double>& x, const Tensor<double>& y) {
  const Shape& shape = x.shape();
  RelativeLoss<double> loss(weights, {shape[1], shape[2], shape[3]});
  std::vector<double> values(static_cast<std::size_t>(shape[0]));
  Evaluation made{0, Tensor<double>(shape)};
  loss.evaluate(x.view(), y.view(), values, 1, made.gradient.view());
  made.value = std::accumulate(values.begin(), values.end(), 0.0);
  return made;
}

void check_vector(const InputFile& file, const std::string& group, const std::string& name, LossWeights weights) {
  const Tensor<double> x = read_fields(file, group + "/x"), y = read_fields(file, group + "/y");
  const Evaluation made = evaluate(weights, x, y);
  double expected = 0;
  file.read(group + "/" + name, Slab::whole({}), View<double>(&expected, Shape{}));
  BOOST_TEST(made.value == expected, boost::test_tools::tolerance(1e-12));
  const Tensor<double> slopes = read_fields(file, group + "/" + name + "_gx");
  const double gap = difference<double>(made.gradient.view(), slopes.view());
  BOOST_TEST(gap < 1e-12, group << " " << name << ": " << gap);
}

/// Largest gap between the gradient and central differences of the sum of values.
double gap(const LossWeights& weights, const Shape& shape) {
  Tensor<double> x = random_fields<double>(shape, 1);
  const Tensor<double> y = random_fields<double>(shape, 2);
  const Evaluation made = evaluate(weights, x, y);
  const double step = 1e-5;
  double worst = 0;
  for (Index row = 0; row < x.view().rows(); ++row)
    for (std::size_t i = 0; i < x.view().row(row).size(); ++i) {
      double& entry = x.view().row(row)[i];
      const double start = entry;
      entry = start + step;
      const double up = evaluate(weights, x, y).value;
      entry = start - step;
      const double down = evaluate(weights, x, y).value;
      entry = start;
      worst = std::max(worst, std::abs((up - down) / (2 * step) - made.gradient.view().row(row)[i]));
    }
  return worst;
}

const std::vector<LossWeights> all_norms{{.l2 = 1},
                                         {.l2 = 0, .h1_fourier = 1},
                                         {.l2 = 0, .h1_periodic = 1},
                                         {.l2 = 0, .h1_one_sided = 1},
                                         {.l2 = 0, .forward_differences = 1},
                                         {.l2 = 0, .h1_absolute = 1}};

}  // namespace

BOOST_AUTO_TEST_SUITE(loss)

BOOST_AUTO_TEST_CASE(published_losses_and_gradients_are_met) {
  const Comm comm;
  const InputFile file(comm, setting("MERCER_SOURCE") + "/tests/data/operators/losses.h5");
  for (const char* group : {"n15", "n16"}) {
    check_vector(file, group, "neuralop_l2_rel_sum", {});
    check_vector(file, group, "mgno_l2_rel_sum", {.guard = 0});
    check_vector(file, group, "neuralop_h1_rel_sum_periodic", {.l2 = 0, .h1_periodic = 1});
    check_vector(file, group, "neuralop_h1_rel_sum_nonperiodic", {.l2 = 0, .h1_one_sided = 1});
    check_vector(file, group, "mgno_h1_absolute_sum", {.l2 = 0, .h1_absolute = 1});
  }
  for (const char* group : {"n16", "n64"})
    check_vector(file, group, "mgno_hs1_rel_sum", {.l2 = 0, .h1_fourier = 1, .guard = 0});
}

BOOST_AUTO_TEST_CASE(gradients_are_derivatives_on_fields_of_any_shape) {
  for (const LossWeights& weights : all_norms)
    for (const Shape& shape : {Shape{2, 5, 2, 6}, Shape{1, 1, 1, 7}, Shape{1, 4, 3, 1}})
      BOOST_TEST(gap(weights, shape) < 1e-7);
}

BOOST_AUTO_TEST_CASE(forward_differences_fall_to_zero_beyond_the_last_point) {
  Tensor<double> x({1, 1, 1, 3}), y({1, 1, 1, 3});
  for (Index i = 0; i < 3; ++i) x(0, 0, 0, i) = 5, y(0, 0, 0, i) = 2;  // errors 3 3 3, differences 0 0 -3 over 0 0 -2
  BOOST_TEST(evaluate({.l2 = 0, .forward_differences = 1, .guard = 0}, x, y).value == 1.5);
}

BOOST_AUTO_TEST_CASE(weights_add_up) {
  const Tensor<double> x = random_fields<double>({2, 6, 1, 6}, 1), y = random_fields<double>({2, 6, 1, 6}, 2);
  const double sum = evaluate({.l2 = 2, .h1_periodic = 0.5}, x, y).value;
  const double parts = 2 * evaluate({}, x, y).value + 0.5 * evaluate({.l2 = 0, .h1_periodic = 1}, x, y).value;
  BOOST_TEST(sum == parts, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(the_absolute_norm_knows_no_target) {
  const Shape shape{1, 5, 2, 6};
  Tensor<double> x = random_fields<double>(shape, 1), zero(shape);
  const double alone = evaluate({.l2 = 0, .h1_absolute = 3, .guard = 0}, x, zero).value;
  for (Index row = 0; row < x.view().rows(); ++row)
    for (double& value : x.view().row(row)) value *= 2;
  BOOST_TEST(alone > 0);
  BOOST_TEST(evaluate({.l2 = 0, .h1_absolute = 3, .guard = 7}, x, zero).value == 2 * alone,
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(equal_fields_have_no_error_and_no_slope_even_where_they_vanish) {
  const Tensor<double> zero({1, 4, 1, 4});
  for (const LossWeights& weights : all_norms) {
    const Evaluation made = evaluate(weights, zero, zero);
    BOOST_TEST(made.value == 0);
    for (Index row = 0; row < 4; ++row)
      for (const double slope : made.gradient.view().row(row)) BOOST_TEST(slope == 0);
  }
}

BOOST_AUTO_TEST_CASE(single_precision_agrees_with_double) {
  const Shape shape{3, 9, 2, 10};
  const Tensor<float> x = random_fields<float>(shape, 1), y = random_fields<float>(shape, 2);
  RelativeLoss<float> loss({.h1_fourier = 1}, {9, 2, 10});
  std::vector<double> values(3);
  loss.evaluate(x.view(), y.view(), values);
  const double expected =
      evaluate({.h1_fourier = 1}, random_fields<double>(shape, 1), random_fields<double>(shape, 2)).value;
  BOOST_TEST(values[0] + values[1] + values[2] == expected, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(weights_and_grids_that_make_no_sense_are_refused) {
  const Shape sample{3, 1, 8};
  BOOST_CHECK_EXCEPTION(RelativeLoss<float>({.l2 = 0}, sample), Error, failure(Fault::config, "positive weight"));
  BOOST_CHECK_EXCEPTION(RelativeLoss<float>({.l2 = -1}, sample), Error, failure(Fault::config, "not -1"));
  BOOST_CHECK_EXCEPTION(RelativeLoss<float>({.h1_one_sided = 1}, sample), Error, failure(Fault::config, "not 3"));
}

BOOST_AUTO_TEST_SUITE_END()
