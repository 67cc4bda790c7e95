// The networks: sizes that were published, gradients, and what their options refuse.
#include "nn/fields.hpp"
#include <mercer/nn/mgno.hpp>
#include <mercer/optim/derivative_check.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;

namespace {

Index parameters_of(const MgnoOptions& options, Index size) {
  ParameterVector<float> parameters;
  mgno(parameters, "", size, size, options);
  return parameters.count();
}

/// Sum of y_i^2 w_i / 2 for a fixed batch and random w, as a function of the parameters and the input together.
struct Quadratic {
  Quadratic(const MgnoOptions& options, Index rows, Index columns)
      : layer(mgno(parameters, "", rows, columns, options)),
        x(random_batch<double>({2, rows, options.inputs, columns}, 1)),
        weights(random_batch<double>(layer->output(BatchShape::of(x.shape())), 2)),
        y(weights.shape()),
        gy(weights.shape()),
        gx(x.shape()),
        tape(layer->make_tape(BatchShape::of(x.shape()), Purpose::training)) {
    layer->initialise(parameters.raw(), 5);
  }
  std::vector<double> point() {
    std::vector<double> values(parameters.raw().begin(), parameters.raw().end());
    const auto inputs = numbers(x);
    values.insert(values.end(), inputs.begin(), inputs.end());
    return values;
  }
  double operator()(std::span<const double> point, std::span<double> gradient) {
    const auto count = static_cast<std::size_t>(parameters.count());
    auto next = point.begin() + parameters.count();
    for (Index row = 0; row < x.view().rows(); ++row)
      for (double& value : x.view().row(row)) value = *next++;
    layer->forward(point.first(count), x.view(), y.view(), *tape);
    double sum = 0;
    for (Index row = 0; row < y.view().rows(); ++row)
      for (std::size_t i = 0; i < y.view().row(row).size(); ++i) {
        gy.view().row(row)[i] = weights.view().row(row)[i] * y.view().row(row)[i];
        sum += 0.5 * gy.view().row(row)[i] * y.view().row(row)[i];
      }
    std::fill(gradient.begin(), gradient.end(), 0.0);
    layer->backward(point.first(count), gy.view(), gx.view(), gradient.first(count), *tape);
    const auto inputs = numbers(gx);
    std::copy(inputs.begin(), inputs.end(), gradient.begin() + parameters.count());
    return sum;
  }

  ParameterVector<double> parameters;
  std::unique_ptr<Layer<double>> layer;
  Tensor<double> x, weights, y, gy, gx;
  std::unique_ptr<Tape> tape;
};

double gap(const MgnoOptions& options, Index rows, Index columns) {
  Quadratic objective(options, rows, columns);
  const Objective value = [&](std::span<const double> point, std::span<double> gradient) {
    return objective(point, gradient);
  };
  return gradient_gap(Comm::self(), value, objective.point(), {.step = 0.02});
}

}  // namespace

BOOST_AUTO_TEST_CASE(published_networks_have_the_published_numbers_of_parameters) {
  MgnoOptions pipe = mgno_for_darcy();
  pipe.layers = 5;
  BOOST_TEST(parameters_of(mgno_for_darcy(), 256) == 572661);
  BOOST_TEST(parameters_of(pipe, 256) == 738573);
  BOOST_TEST(parameters_of(pipe, 211) == 678093);
  BOOST_TEST(parameters_of(mgno_for_navier_stokes(), 64) == 2885194);
  // Without the first A of the finest level of each cycle, which the authors' network has and never uses.
  const Index unused = 9 * 20 * 1 + 1 + 3 * (9 * 20 * 20 + 20) + 9 * 1 * 20 + 20;
  BOOST_TEST(parameters_of(mgno_for_helmholtz(), 101) == 5351806 - unused);
}

BOOST_AUTO_TEST_CASE(gradients_of_networks_are_derivatives) {
  MgnoOptions darcy = mgno_for_darcy(2), flow = mgno_for_navier_stokes(), waves = mgno_for_helmholtz();
  for (MgnoOptions* options : {&darcy, &flow, &waves}) options->layers = 2;
  darcy.cycle.levels = uniform_levels(3, 4, {2, 1}, {1});
  darcy.cycle.restriction = Restriction::residual;
  darcy.cycle.boundary = Outside::replicate;
  flow.cycle.levels = uniform_levels(3, 3, {1, 1}, {1});
  waves.cycle.levels = {{2, 3, 1, 0}, {4, 6, 2, 0}};
  BOOST_TEST(gap(darcy, 7, 6) < 1e-8);
  BOOST_TEST(gap(flow, 6, 5) < 1e-8);
  BOOST_TEST(gap(waves, 8, 7) < 1e-8);
}

BOOST_AUTO_TEST_CASE(options_that_make_no_network_are_refused) {
  const auto is_config = [](const Error& error) { return error.fault() == Fault::config; };
  MgnoOptions without_layers = mgno_for_darcy(), without_levels = mgno_for_darcy(), wide = mgno_for_navier_stokes(2),
              of_two_minds = mgno_for_helmholtz();
  without_layers.layers = 0;
  without_levels.cycle.levels.clear();
  wide.outputs = 1;
  of_two_minds.answer = Answer::input_update;
  for (const MgnoOptions& options : {without_layers, without_levels, wide, of_two_minds})
    BOOST_CHECK_EXCEPTION(parameters_of(options, 64), Error, is_config);
}
