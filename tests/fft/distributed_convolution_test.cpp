// Convolutions of batches over the ranks against the same on one rank: values, adjoints, gradients, bytes.
#include "fft/spread.hpp"
#include <mercer/base/random.hpp>
#include <mercer/fft/distributed_convolution.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using test::gap;
using test::steps_of;

namespace {

Tensor<double> numbers(const Shape& shape, std::uint64_t stream) {
  const Random random(11, stream);
  Tensor<double> all(shape);
  for (Index row = 0, at = 0; row < all.view().rows(); ++row)
    for (double& x : all.view().row(row)) x = random.normal(static_cast<std::uint64_t>(at++));
  return all;
}

struct Kernels {
  Kernels(Index channels, Index taps, Index reverse, std::uint64_t stream)
      : k(numbers({channels, taps}, stream)),
        r(numbers({channels, reverse}, stream + 1)),
        skip(numbers({channels}, stream + 2)) {}
  ChannelKernels<const double> views() const { return {k.view(), r.view(), skip.view()}; }
  ChannelKernels<double> views() { return {k.view(), r.view(), skip.view()}; }
  Tensor<double> k, r, skip;
};

struct Sizes {
  Index batch, channels, length;
  Boundary boundary;
};
const Sizes cases[] = {{3, 4, 40, Boundary::causal},
                       {2, 3, 37, Boundary::two_sided},
                       {1, 2, 64, Boundary::periodic},
                       {1, 1, 3, Boundary::causal}};

Index reverse_taps(const Sizes& sizes) { return sizes.boundary == Boundary::two_sided ? sizes.length - 1 : 0; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_sequence_transpose_is_a_permutation_with_its_adjoint) {
  const Comm comm;
  for (const Index length : {1, 2, 7, 40}) {
    const SequenceTranspose<double> transpose(comm, 5, length);
    BOOST_TEST(adjoint_gap(comm, transpose) < 1e-15);
    std::vector<double> chunk, rows(static_cast<std::size_t>(transpose.rows()));
    const Range steps = transpose.own_steps(), own = transpose.own_rows();
    for (Index row = 0; row < 5; ++row)
      for (Index step = steps.begin; step < steps.end; ++step) chunk.push_back(static_cast<double>(100 * row + step));
    transpose.apply(chunk, rows);
    std::vector<double> expected;
    for (Index row = own.begin; row < own.end; ++row)
      for (Index step = 0; step < length; ++step) expected.push_back(static_cast<double>(100 * row + step));
    BOOST_TEST(rows == expected, boost::test_tools::per_element());
    std::vector<double> back(chunk.size());
    transpose.apply_adjoint(rows, back);
    BOOST_TEST(back == chunk, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(steps_spread_over_the_ranks_give_the_convolution_of_one_rank) {
  const Comm comm;
  for (const Sizes& s : cases) {
    const ConvolutionPlan<double> plan(s.length, s.boundary, {s.length, reverse_taps(s)});
    const Kernels kernels(s.channels, s.length, reverse_taps(s), 1);
    const Tensor<double> u = numbers({s.batch, s.channels, s.length}, 10), g = numbers(u.shape(), 11);
    Tensor<double> y(u.shape()), grad_u(u.shape());
    Kernels gradients(s.channels, s.length, reverse_taps(s), 20), ours(s.channels, s.length, reverse_taps(s), 20);
    ConvolutionMemory<double> memory(plan);
    convolve(plan, kernels.views(), u.view(), y.view(), memory);
    convolve_backward(plan, kernels.views(), u.view(), g.view(), grad_u.view(), gradients.views(), memory);

    const SequenceConvolution<double> spread(comm, s.batch, s.channels, plan);
    const Range steps = spread.own_steps();
    const Tensor<double> own_u = steps_of(u, steps), own_g = steps_of(g, steps);
    Tensor<double> own_y(own_u.shape()), own_grad(own_u.shape());
    spread.apply(kernels.views(), own_u.view(), own_y.view());
    spread.backward(kernels.views(), own_u.view(), own_g.view(), own_grad.view(), ours.views());
    BOOST_TEST(gap(std::as_const(own_y).view(), steps_of(y, steps).view()) < 1e-12);
    BOOST_TEST(gap(std::as_const(own_grad).view(), steps_of(grad_u, steps).view()) < 1e-12);
    BOOST_TEST(gap(std::as_const(ours.k).view(), gradients.k.view()) < 1e-12);
    BOOST_TEST(gap(std::as_const(ours.r).view(), gradients.r.view()) < 1e-12);
    BOOST_TEST(gap(std::as_const(ours.skip).view(), gradients.skip.view()) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(the_bytes_sent_are_those_of_two_exchanges_of_all_rows) {
  const Comm comm;
  const Index ranks = comm.size(), steps = 16, batch = 2 * ranks, channels = 3;
  const ConvolutionPlan<float> plan(ranks * steps);
  const SequenceConvolution<float> spread(comm, batch, channels, plan);
  const Index rows = batch * channels;
  BOOST_TEST(spread.bytes_sent() == static_cast<std::uint64_t>(8 * steps * (ranks - 1) * rows / ranks));
}

BOOST_AUTO_TEST_CASE(samples_on_different_ranks_add_up_their_gradients) {
  const Comm comm;
  const Index batch = 6, channels = 2, length = 50;
  const ConvolutionPlan<double> plan(length);
  const Kernels kernels(channels, length, 0, 1);
  const Tensor<double> u = numbers({batch, channels, length}, 10), g = numbers(u.shape(), 11);
  Tensor<double> grad_u(u.shape());
  Kernels all(channels, length, 0, 20), ours(channels, length, 0, 20);
  const auto start = [&](Kernels& of) {
    std::ranges::fill(of.skip.span(), 0.0);
    for (Index row = 0; row < channels; ++row) std::ranges::fill(of.k.view().row(row), 0.0);
  };
  start(all);
  start(ours);
  ConvolutionMemory<double> memory(plan);
  convolve_backward(plan, kernels.views(), u.view(), g.view(), grad_u.view(), all.views(), memory);
  const Range own = block(batch, comm.rank(), comm.size());
  const auto part = [&](const Tensor<double>& of) {
    return View<const double>(of.data() + own.begin * of.view().strides()[0], {own.count(), channels, length},
                              of.view().strides());
  };
  Tensor<double> own_grad({own.count(), channels, length});
  convolve_backward(plan, kernels.views(), part(u), part(g), own_grad.view(), ours.views(), memory);
  sum_over_ranks(comm, ours.views());
  BOOST_TEST(gap(std::as_const(ours.k).view(), all.k.view()) < 1e-12);
  BOOST_TEST(gap(std::as_const(ours.skip).view(), all.skip.view()) < 1e-12);
}
