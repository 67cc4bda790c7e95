// Learned V-cycles and networks of them against the vectors of their authors.
#include "nn/fields.hpp"
#include "nn/vectors.hpp"
#include "support/process.hpp"
#include <mercer/nn/mgno.hpp>

#include <boost/test/unit_test.hpp>
#include <functional>

using namespace mercer;
using namespace mercer::test;

namespace {

template <class T>
using Maker = std::function<std::unique_ptr<Layer<T>>(ParameterVector<T>&, Index rows, Index columns)>;

struct Accuracy {
  double fields, gradients;
};

template <class T>
void check(const InputFile& file, const std::string& name, const Maker<T>& make, const Accuracy& accuracy) {
  const Tensor<T> x = batch_of<T>(stored(file, name + "/x")), gy = batch_of<T>(stored(file, name + "/gy"));
  ParameterVector<T> parameters;
  const auto layer = make(parameters, x.shape()[1], x.shape()[3]);
  for (std::size_t block = 0; block < parameters.size(); ++block) {
    const Tensor<double> values = stored(file, name + "/params/" + parameters[block].name());
    BOOST_TEST(values.count() == parameters[block].count(), name << " " << parameters[block].name());
    std::transform(values.span().begin(), values.span().end(), parameters[block].raw().begin(),
                   [](double value) { return static_cast<T>(value); });
  }
  const BatchShape shape = BatchShape::of(x.shape());
  const auto tape = layer->make_tape(shape, Purpose::training);
  Tensor<T> y(layer->output(shape).shape()), gx(x.shape());
  layer->forward(std::as_const(parameters).raw(), x.view(), y.view(), *tape);
  check_small(distance_of_batches(y, batch_of<double>(stored(file, name + "/y"))), accuracy.fields, name + " y");
  layer->backward(std::as_const(parameters).raw(), gy.view(), gx.view(), parameters.gradient(), *tape);
  check_small(distance_of_batches(gx, batch_of<double>(stored(file, name + "/gx"))), accuracy.fields, name + " gx");
  for (std::size_t block = 0; block < parameters.size(); ++block) {
    const Tensor<double> expected = stored(file, name + "/grads/" + parameters[block].name());
    check_small(distance(parameters[block].gradient(), expected.span()), accuracy.gradients,
                name + " " + parameters[block].name());
  }
  const auto inference = layer->make_tape(shape, Purpose::inference);
  Tensor<T> again(y.shape());
  layer->forward(std::as_const(parameters).raw(), x.view(), again.view(), *inference);
  check_small(distance_of_batches(again, y), 0, name + " without a way back");
}

CycleOptions published(Index sources, Index unknowns, Outside boundary) {
  return {.levels = uniform_levels(sources, unknowns, {1, 1, 2}, {0, 1}), .boundary = boundary};
}

CycleOptions helmholtz() {
  CycleOptions options{.levels = {}, .boundary = Outside::reflect, .transfer_padding = 0, .bias = Bias::learned};
  for (const int l : {0, 1, 2, 3, 4}) options.levels.push_back({2 * (l + 1), 2 * (l + 1), l == 4 ? 2 : 1, 0});
  return options;
}

template <class T>
std::vector<std::pair<std::string, Maker<T>>> networks() {
  const auto cycle = [](const CycleOptions& options) -> Maker<T> {
    return [options](ParameterVector<T>& parameters, Index rows, Index columns) {
      return multigrid_cycle(parameters, "", rows, columns, options);
    };
  };
  const auto network = [](const MgnoOptions& options) -> Maker<T> {
    return [options](ParameterVector<T>& parameters, Index rows, Index columns) {
      return mgno(parameters, "", rows, columns, options);
    };
  };
  CycleOptions one_source{.levels = uniform_levels(1, 6, {1, 1, 2}), .bias = Bias::learned};
  CycleOptions of_residuals{.levels = uniform_levels(6, 6, {1, 2, 2}, {1, 1}), .restriction = Restriction::residual};
  MgnoOptions darcy = mgno_for_darcy(), flow = mgno_for_navier_stokes();
  darcy.layers = 3;
  darcy.cycle.levels = uniform_levels(8, 8, {1, 1, 1, 2});
  flow.layers = 1;
  flow.cycle.levels = uniform_levels(4, 4, {1, 1, 2}, {0, 1});
  MgnoOptions waves = mgno_for_helmholtz();
  waves.layers = 2;
  waves.cycle = helmholtz();
  return {{"mgconv_dc_zeros", cycle(published(6, 6, Outside::zeros))},
          {"mgconv_dc_circular", cycle(published(6, 6, Outside::circular))},
          {"mgconv_dc_reflect", cycle(published(6, 6, Outside::reflect))},
          {"mgconv_dc_replicate", cycle(published(6, 6, Outside::replicate))},
          {"mgconv_dc_smooth_27", cycle(published(4, 4, Outside::zeros))},
          {"mgconv_dc_cf1_bias", cycle(one_source)},
          {"mgconv_dc_useres", cycle(of_residuals)},
          {"mgconv_helm_101", cycle(helmholtz())},
          {"mgno_dc_small", network(darcy)},
          {"mgno_ns_small", network(flow)},
          {"mgno_helm_small", network(waves)}};
}

template <class T>
void check_all(const Accuracy& accuracy) {
  const Comm comm;
  const InputFile file(comm, setting("MERCER_SOURCE") + "/tests/data/operators/multigrid.h5");
  for (const auto& [name, make] : networks<T>()) check<T>(file, name, make, accuracy);
}

}  // namespace

BOOST_AUTO_TEST_CASE(cycles_and_networks_are_those_of_their_authors_in_double_precision) {
  check_all<double>({.fields = 1e-12, .gradients = 1e-12});
}

BOOST_AUTO_TEST_CASE(cycles_and_networks_are_those_of_their_authors_in_single_precision) {
  check_all<float>({.fields = 2e-6, .gradients = 2e-5});
}
