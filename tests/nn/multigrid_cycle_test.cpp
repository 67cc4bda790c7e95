// Properties of learned V-cycles on grids of any size.
#include "nn/fields.hpp"
#include <mercer/nn/multigrid_cycle.hpp>

#include <boost/test/unit_test.hpp>
#include <string>

using namespace mercer;
using namespace mercer::test;

namespace {

/// A cycle without bias is linear, so that everything can be said by inner products.
struct Run {
  Run(const CycleOptions& options, Index rows, Index columns)
      : layer(multigrid_cycle(parameters, "", rows, columns, options)),
        input{2, rows, options.levels.front().sources, columns},
        tape(layer->make_tape(input, Purpose::training)) {
    layer->initialise(parameters.raw(), 3);
  }
  Tensor<double> forward(const Tensor<double>& x) {
    Tensor<double> y(layer->output(input).shape());
    layer->forward(raw(), x.view(), y.view(), *tape);
    return y;
  }
  Tensor<double> backward(const Tensor<double>& gy) {
    Tensor<double> gx(input.shape());
    layer->backward(raw(), gy.view(), gx.view(), parameters.gradient(), *tape);
    return gx;
  }
  std::span<const double> raw() const { return parameters.raw(); }

  ParameterVector<double> parameters;
  std::unique_ptr<Layer<double>> layer;
  BatchShape input;
  std::unique_ptr<Tape> tape;
};

CycleOptions options_for(Outside boundary, Restriction restriction) {
  return {.levels = {{3, 5, 2, 1}, {4, 2, 1, 2}, {3, 6, 1, 0}}, .boundary = boundary, .restriction = restriction};
}

struct Grid {
  Index rows, columns;
};

const std::vector<Grid> grids{{5, 5}, {8, 13}, {17, 6}, {11, 70}};

}  // namespace

BOOST_AUTO_TEST_CASE(going_backwards_is_the_transpose_of_going_forwards) {
  for (const Outside boundary : {Outside::zeros, Outside::circular, Outside::reflect, Outside::replicate})
    for (const Restriction restriction : {Restriction::plain, Restriction::residual})
      for (const Grid& grid : grids) {
        Run run(options_for(boundary, restriction), grid.rows, grid.columns);
        const auto x = random_batch<double>(run.input, 1), gy = random_batch<double>(run.layer->output(run.input), 2);
        const auto y = run.forward(x), gx = run.backward(gy);
        const double scale = std::sqrt(dot_of_batches(y, y) * dot_of_batches(gy, gy));
        check_small(std::abs(dot_of_batches(y, gy) - dot_of_batches(x, gx)) / scale, 1e-13,
                    fmt::format("boundary {} on {} x {}", static_cast<int>(boundary), grid.rows, grid.columns));
      }
}

BOOST_AUTO_TEST_CASE(a_cycle_is_linear) {
  Run run(options_for(Outside::replicate, Restriction::plain), 9, 12);
  const auto f = random_batch<double>(run.input, 1), g = random_batch<double>(run.input, 2);
  Tensor<double> both(f.shape());
  for (Index row = 0; row < both.view().rows(); ++row)
    for (std::size_t x = 0; x < both.view().row(row).size(); ++x)
      both.view().row(row)[x] = 2 * f.view().row(row)[x] - 3 * g.view().row(row)[x];
  const auto of_f = numbers(run.forward(f)), of_g = numbers(run.forward(g)), of_both = numbers(run.forward(both));
  std::vector<double> expected(of_f.size());
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = 2 * of_f[i] - 3 * of_g[i];
  BOOST_TEST(distance(of_both, expected) < 1e-13);
}

BOOST_AUTO_TEST_CASE(samples_of_a_batch_do_not_meet) {
  Run run(options_for(Outside::circular, Restriction::plain), 8, 8);
  auto x = random_batch<double>(run.input, 1);
  const auto before = run.forward(x);
  x(0, 3, 1, 2) += 1;
  const auto after = run.forward(x);
  double first = 0, second = 0;
  for (Index y = 0; y < 8; ++y)
    for (Index c = 0; c < 5; ++c)
      for (Index i = 0; i < 8; ++i) {
        first += std::abs(after(0, y, c, i) - before(0, y, c, i));
        second += std::abs(after(1, y, c, i) - before(1, y, c, i));
      }
  BOOST_TEST(first > 0.01);
  BOOST_TEST(second == 0);
}

BOOST_AUTO_TEST_CASE(a_cycle_works_on_other_grids_of_the_same_parity_only) {
  Run run(options_for(Outside::zeros, Restriction::plain), 8, 8);
  const BatchShape larger{1, 16, 3, 24}, odd{1, 10, 3, 8}, channels{1, 8, 4, 8};
  BOOST_TEST((run.layer->output(larger) == BatchShape{1, 16, 5, 24}));
  const auto refuses = [](const char* words) {
    return [words](const Error& error) {
      return error.fault() == Fault::config && std::string(error.what()).find(words) != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(run.layer->output(odd), Error, refuses("use grids of the size"));
  BOOST_CHECK_EXCEPTION(run.layer->output(channels), Error, refuses("3 input channels cannot take 4"));
}

BOOST_AUTO_TEST_CASE(options_that_make_no_cycle_are_refused) {
  ParameterVector<float> parameters;
  const auto is_config = [](const Error& error) { return error.fault() == Fault::config; };
  const auto make = [&](CycleOptions options, Index rows) { multigrid_cycle(parameters, "", rows, 8, options); };
  BOOST_CHECK_EXCEPTION(make({}, 8), Error, is_config);
  BOOST_CHECK_EXCEPTION(make({.levels = uniform_levels(2, 2, {0, 1})}, 8), Error, is_config);
  BOOST_CHECK_EXCEPTION(make({.levels = uniform_levels(2, 2, {1, 1}, {0, 1})}, 8), Error, is_config);
  BOOST_CHECK_EXCEPTION(make({.levels = uniform_levels(2, 2, {1, 1}), .transfer_padding = 0}, 2), Error, is_config);
  BOOST_TEST(parameters.size() == 0u);
}
