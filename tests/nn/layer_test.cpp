// What every layer keeps: shapes, parameters in their places, layers in sequence, tapes for their purposes.
#include "nn/fields.hpp"
#include <mercer/nn/mgno.hpp>

#include <boost/test/unit_test.hpp>
#include <numeric>
#include <string>

using namespace mercer;
using namespace mercer::test;

namespace {

MgnoOptions small(Index inputs, Index outputs) {
  return {.layers = 1, .inputs = inputs, .outputs = outputs, .cycle = {.levels = uniform_levels(2, 3, {1, 1})}};
}

auto is_internal(const char* words) {
  return [words](const Error& error) {
    return error.fault() == Fault::internal && std::string(error.what()).find(words) != std::string::npos;
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(batches_are_arrays_by_channels_with_rows_outside_of_channels) {
  Tensor<double> channels({2, 3, 4, 5}, Rows::dense);
  std::iota(channels.span().begin(), channels.span().end(), 0.0);
  Tensor<double> batch({2, 4, 3, 5}), back({2, 3, 4, 5}), wrong({2, 3, 4, 5});
  copy_from_channels<double>(channels.view(), batch.view());
  BOOST_TEST(batch(1, 3, 2, 4) == channels(1, 2, 3, 4));
  BOOST_TEST(batch(0, 2, 1, 3) == channels(0, 1, 2, 3));
  copy_to_channels<double>(batch.view(), back.view());
  BOOST_TEST(distance_of_batches(back, channels) == 0);
  BOOST_CHECK_EXCEPTION(copy_from_channels<double>(channels.view(), wrong.view()), Error, is_internal("sizes"));
}

BOOST_AUTO_TEST_CASE(a_sequence_is_its_layers_one_after_the_other) {
  ParameterVector<double> parameters;
  std::vector<std::unique_ptr<Layer<double>>> layers;
  layers.push_back(mgno(parameters, "first.", 6, 8, small(1, 2)));
  layers.push_back(mgno(parameters, "second.", 6, 8, small(2, 3)));
  layers.push_back(mgno(parameters, "third.", 6, 8, small(3, 1)));
  const std::vector<Layer<double>*> plain{layers[0].get(), layers[1].get(), layers[2].get()};
  const Sequence<double> sequence(std::move(layers));
  sequence.initialise(parameters.raw(), 1);
  const std::span<const double> raw = parameters.raw();

  const BatchShape shape{2, 6, 1, 8};
  const auto x = random_batch<double>(shape, 1), gy = random_batch<double>(shape, 2);
  std::vector<std::unique_ptr<Tape>> tapes;
  std::vector<Tensor<double>> fields;
  View<const double> from = x.view();
  for (const Layer<double>* layer : plain) {
    tapes.push_back(layer->make_tape(BatchShape::of(from.shape()), Purpose::training));
    fields.emplace_back(layer->output(BatchShape::of(from.shape())).shape());
    layer->forward(raw, from, fields.back().view(), *tapes.back());
    from = fields.back().view();
  }
  std::vector<double> gradient(raw.size());
  Tensor<double> last = Tensor<double>(fields[1].shape()), middle(fields[0].shape()), gx(shape.shape());
  plain[2]->backward(raw, gy.view(), last.view(), gradient, *tapes[2]);
  plain[1]->backward(raw, std::as_const(last).view(), middle.view(), gradient, *tapes[1]);
  plain[0]->backward(raw, std::as_const(middle).view(), gx.view(), gradient, *tapes[0]);

  const auto tape = sequence.make_tape(shape, Purpose::training);
  Tensor<double> y(shape.shape()), gx_of_all(shape.shape());
  sequence.forward(raw, x.view(), y.view(), *tape);
  sequence.backward(raw, gy.view(), gx_of_all.view(), parameters.gradient(), *tape);
  BOOST_TEST(distance_of_batches(y, fields.back()) == 0);
  BOOST_TEST(distance_of_batches(gx_of_all, gx) == 0);
  BOOST_TEST(distance(parameters.gradient(), gradient) == 0);
}

BOOST_AUTO_TEST_CASE(gradients_of_parameters_add_up_and_that_of_the_input_may_be_left_out) {
  ParameterVector<float> parameters;
  parameters.add({.name = "of somebody else", .shape = {7}});
  const auto layer = mgno(parameters, "net.", 5, 9, small(1, 1));
  layer->initialise(parameters.raw(), 1);
  const std::span<const float> raw = parameters.raw();
  const BatchShape shape{3, 5, 1, 9};
  const auto x = random_batch<float>(shape, 1), gy = random_batch<float>(shape, 2);
  const auto tape = layer->make_tape(shape, Purpose::training);
  Tensor<float> y(shape.shape()), gx(shape.shape());
  layer->forward(raw, x.view(), y.view(), *tape);
  std::vector<float> once(raw.size()), twice(raw.size());
  layer->backward(raw, gy.view(), gx.view(), once, *tape);
  layer->backward(raw, gy.view(), {}, twice, *tape);
  BOOST_TEST(distance(twice, once) == 0);
  layer->backward(raw, gy.view(), {}, twice, *tape);
  for (float& value : once) value *= 2;
  BOOST_TEST(distance(twice, once) < 1e-7);
  for (std::size_t i = 0; i < 7; ++i) BOOST_TEST(twice[i] == 0);
  BOOST_TEST(parameters[1].name() == "net.conv_list.0.layer0.0.S.weight");
}

BOOST_AUTO_TEST_CASE(initial_values_depend_on_the_seed_and_have_the_spread_of_their_inputs) {
  ParameterVector<float> parameters;
  const auto layer = mgno(parameters, "", 64, 64, mgno_for_navier_stokes());
  std::vector<float> first(parameters.raw().size()), other(first.size());
  layer->initialise(first, 1);
  layer->initialise(parameters.raw(), 1);
  layer->initialise(other, 2);
  BOOST_TEST(distance(first, parameters.raw()) == 0);
  BOOST_TEST(distance(first, other) > 0.01);
  const auto kernel = parameters.at("conv_list.1.layer1.1.S.weight").raw();
  const float bound = 1 / std::sqrt(9.0f * 32), largest = *std::max_element(kernel.begin(), kernel.end());
  BOOST_TEST(largest <= bound);
  BOOST_TEST(largest > 0.99f * bound);
  BOOST_TEST(std::abs(std::accumulate(kernel.begin(), kernel.end(), 0.0f)) < 0.05f * bound * 9 * 32 * 32);
  BOOST_TEST(parameters.at("conv_list.0.norm_layer_list.0.weight").raw()[5] == 1);
  BOOST_TEST(parameters.at("conv_list.0.norm_layer_list.0.bias").raw()[5] == 0);
}

BOOST_AUTO_TEST_CASE(batches_and_tapes_of_other_shapes_and_purposes_are_refused) {
  ParameterVector<double> parameters;
  const auto layer = mgno(parameters, "", 4, 4, small(1, 1));
  const std::span<const double> raw = parameters.raw();
  const BatchShape shape{1, 4, 1, 4};
  Tensor<double> x(shape.shape()), y(shape.shape()), longer({2, 4, 1, 4}), gapless(shape.shape(), Rows::dense);
  const auto inference = layer->make_tape(shape, Purpose::inference), tape = layer->make_tape(shape, Purpose::training);
  const auto forward = [&](const Tensor<double>& from, Tensor<double>& to) {
    layer->forward(raw, from.view(), to.view(), *inference);
  };
  const auto backward = [&](Tape& on, std::span<double> gradient) {
    layer->backward(raw, std::as_const(y).view(), {}, gradient, on);
  };
  BOOST_CHECK_EXCEPTION(forward(longer, y), Error, is_internal("expects a batch of 1 samples"));
  BOOST_CHECK_EXCEPTION(forward(x, longer), Error, is_internal("expects a batch of 1 samples"));
  BOOST_CHECK_EXCEPTION(forward(gapless, y), Error, is_internal("padded rows"));
  forward(x, y);
  BOOST_CHECK_EXCEPTION(backward(*inference, parameters.gradient()), Error, is_internal("tape of training"));
  BOOST_CHECK_EXCEPTION(backward(*tape, parameters.gradient()), Error, is_internal("after it went forwards"));
  layer->forward(raw, std::as_const(x).view(), y.view(), *tape);
  BOOST_CHECK_EXCEPTION(backward(*tape, parameters.gradient().first(3)), Error, is_internal("has 3 numbers"));
}
