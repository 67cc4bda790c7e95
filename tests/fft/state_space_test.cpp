// Diagonal state spaces: their kernels, steps and scans against one another, and their gradients against differences.
#include "fft/sequences.hpp"
#include "support/failure.hpp"
#include <mercer/fft/state_space_scan.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;
using Complex = std::complex<double>;

namespace {

StateSpace random_space(Index modes, std::uint64_t stream) {
  const Random random(5, stream);
  StateSpace space{-3 + random.normal(0), {}, {}, {}};
  for (Index n = 0; n < modes; ++n) {
    const auto at = static_cast<std::uint64_t>(10 * n);
    space.A.emplace_back(-std::exp(random.normal(at + 1)), 5 * random.normal(at + 2));
    space.B.emplace_back(random.normal(at + 3), random.normal(at + 4));
    space.C.emplace_back(random.normal(at + 5), random.normal(at + 6));
  }
  return space;
}

/// All real parameters of a state space, one after the other.
std::vector<double*> parameters(StateSpace& space) {
  std::vector<double*> list{&space.log_step};
  for (ComplexVector* values : {&space.A, &space.B, &space.C})
    for (Complex& value : *values) {
      list.push_back(reinterpret_cast<double*>(&value));
      list.push_back(reinterpret_cast<double*>(&value) + 1);
    }
  return list;
}

std::vector<DiscreteStateSpace> zeros_like(std::span<const DiscreteStateSpace> spaces) {
  std::vector<DiscreteStateSpace> zeros;
  for (const DiscreteStateSpace& space : spaces) {
    const ComplexVector none(space.w.size());
    zeros.push_back({none, none, none});
  }
  return zeros;
}

/// A scan of a batch with random states, and L = <g, y> + <h, last state>.
struct ScanCase {
  ScanCase(Index channels, Index modes, Index length, Discretisation rule = Discretisation::zero_order_hold)
      : u(random_tensor<double>({2, channels, length}, 1)),
        g(random_tensor<double>(u.shape(), 2)),
        first(random_tensor<double>({2, channels, modes, 2}, 3)),
        h(random_tensor<double>(first.shape(), 4)),
        skip(random_tensor<double>({channels}, 5)) {
    for (Index channel = 0; channel < channels; ++channel)
      spaces.push_back(discretise(random_space(modes, static_cast<std::uint64_t>(channel)), rule));
  }
  double value() const {
    Tensor<double> y(u.shape(), Rows::dense), state(first.shape(), Rows::dense);
    std::copy_n(first.data(), first.count(), state.data());
    StateSpaceScan<double>(spaces, skip.span()).apply(u.view(), y.view(), state.view());
    return dot(g.span(), y.span()) + dot(h.span(), state.span());
  }
  std::vector<DiscreteStateSpace> spaces;
  Tensor<double> u, g, first, h, skip;
};

double central_difference(const ScanCase& scan, double& entry) {
  constexpr double step = 1e-5;
  const double before = entry;
  entry = before + step;
  const double above = scan.value();
  entry = before - step;
  const double below = scan.value();
  entry = before;
  return (above - below) / (2 * step);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_space)

BOOST_AUTO_TEST_CASE(a_kernel_is_the_response_to_an_impulse) {
  for (const Discretisation rule : {Discretisation::zero_order_hold, Discretisation::bilinear})
    for (const Index modes : {1, 3, 4, 9}) {
      const DiscreteStateSpace space = discretise(random_space(modes, 1), rule);
      Tensor<double> kernel({1100}, Rows::dense), response({1100}, Rows::dense);
      Tensor<float> single({1100}, Rows::dense);
      state_space_kernel<double>(space, kernel.span());
      state_space_kernel<float>(space, single.span());
      ComplexVector state(static_cast<std::size_t>(modes));
      for (Index t = 0; t < 1100; ++t) response(t) = state_space_step(space, t == 0 ? 1 : 0, state);
      BOOST_TEST(relative_error(kernel, response) < 1e-13);
      BOOST_TEST(relative_error(single, response) < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(gradients_of_a_kernel_are_its_differences) {
  for (const Discretisation rule : {Discretisation::zero_order_hold, Discretisation::bilinear})
    for (const Index length : {1, 2, 17, 600}) {
      StateSpace space = random_space(3, 2);
      const Tensor<double> g = random_tensor<double>({length}, 3);
      const auto value = [&] {
        Tensor<double> kernel({length}, Rows::dense);
        state_space_kernel<double>(discretise(space, rule), kernel.span());
        return dot(g.span(), kernel.span());
      };
      StateSpace gradient =
          discretise_adjoint(space, rule, state_space_kernel_adjoint<double>(discretise(space, rule), g.span()));
      const std::vector<double*> entries = parameters(space), slopes = parameters(gradient);
      for (std::size_t i = 0; i < entries.size(); ++i) {
        const double before = *entries[i];
        *entries[i] = before + 1e-5;
        const double above = value();
        *entries[i] = before - 1e-5;
        const double difference = (above - value()) / 2e-5;
        *entries[i] = before;
        BOOST_TEST(std::abs(difference - *slopes[i]) < 1e-7 * (1 + std::abs(difference)), "entry " << i);
      }
    }
}

BOOST_AUTO_TEST_CASE(slow_modes_keep_their_digits) {
  for (const double rate : {1e-9, 1e-4, 0.49, 0.51}) {
    const StateSpace space{0, {Complex(-rate, rate)}, {1}, {1}};
    const DiscreteStateSpace discrete = discretise(space, Discretisation::zero_order_hold);
    Complex series = 0, term = 1;  // (exp(A) - 1) / A = 1 + A/2 + A^2/6 + ...
    for (int k = 1; k < 25; ++k) {
      series += term;
      term *= space.A[0] / (k + 1.0);
    }
    BOOST_TEST(std::abs(discrete.input[0] - series) < 1e-15);
    const DiscreteStateSpace g{{0}, {1}, {0}};
    Complex slope = 0, power = 1;  // sum of k A^(k-1) / (k+1)!
    double factorial = 1;
    for (int k = 1; k < 25; ++k, power *= space.A[0]) {
      factorial *= k + 1;
      slope += power * static_cast<double>(k) / factorial;
    }
    BOOST_TEST(std::abs(std::conj(discretise_adjoint(space, Discretisation::zero_order_hold, g).A[0]) - slope) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(scans_are_steps) {
  for (const Index channels : {1, 5, 16, 19})
    for (const Index length : {1, 2, 15, 16, 255, 256, 257, 700}) {
      const ScanCase scan(channels, 3, length, Discretisation::bilinear);
      Tensor<double> y(scan.u.shape(), Rows::dense), state(scan.first.shape(), Rows::dense),
          steps(y.shape(), Rows::dense), last(state.shape(), Rows::dense);
      std::copy_n(scan.first.data(), state.count(), state.data());
      StateSpaceScan<double>(scan.spaces, scan.skip.span()).apply(scan.u.view(), y.view(), state.view());
      for (Index sample = 0; sample < 2; ++sample)
        for (Index channel = 0; channel < channels; ++channel) {
          ComplexVector x(3);
          for (Index n = 0; n < 3; ++n)
            x[static_cast<std::size_t>(n)] = {scan.first(sample, channel, n, 0), scan.first(sample, channel, n, 1)};
          for (Index t = 0; t < length; ++t) {
            const double u = scan.u(sample, channel, t);
            steps(sample, channel, t) =
                state_space_step(scan.spaces[static_cast<std::size_t>(channel)], u, x) + scan.skip(channel) * u;
          }
          for (Index n = 0; n < 3; ++n) {
            last(sample, channel, n, 0) = x[static_cast<std::size_t>(n)].real();
            last(sample, channel, n, 1) = x[static_cast<std::size_t>(n)].imag();
          }
        }
      BOOST_TEST(relative_error(y, steps) < 1e-12, "channels " << channels << ", length " << length);
      BOOST_TEST(relative_error(state, last) < 1e-12, "channels " << channels << ", length " << length);
    }
}

BOOST_AUTO_TEST_CASE(a_scan_in_pieces_is_the_scan_of_the_whole) {
  const ScanCase scan(7, 4, 900);
  StateSpaceScan<double> work(scan.spaces, scan.skip.span());
  Tensor<double> whole(scan.u.shape(), Rows::dense), pieces(whole.shape(), Rows::dense),
      state(scan.first.shape(), Rows::dense);
  work.apply(scan.u.view(), whole.view(), state.view());
  Tensor<double> carried(state.shape(), Rows::dense);
  for (Index begin = 0; const Index size : {1, 299, 256, 344}) {
    const Shape shape{2, 7, size}, strides = scan.u.view().strides();
    work.apply({&scan.u(0, 0, begin), shape, strides}, {&pieces(0, 0, begin), shape, strides}, carried.view());
    begin += size;
  }
  BOOST_TEST(relative_error(pieces, whole) < 1e-12);
  BOOST_TEST(relative_error(carried, state) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_scan_from_rest_is_the_convolution_with_the_kernel) {
  const ScanCase scan(3, 8, 2000);
  Tensor<double> y(scan.u.shape(), Rows::dense), state(scan.first.shape(), Rows::dense),
      convolved(y.shape(), Rows::dense), k({3, 2000}, Rows::dense);
  StateSpaceScan<double>(scan.spaces, scan.skip.span()).apply(scan.u.view(), y.view(), state.view());
  for (Index c = 0; c < 3; ++c) state_space_kernel<double>(scan.spaces[static_cast<std::size_t>(c)], k.view().row(c));
  const ConvolutionPlan<double> plan(2000);
  ConvolutionMemory<double> memory(plan);
  convolve<double>(plan, {k.view(), {}, scan.skip.view()}, scan.u.view(), convolved.view(), memory);
  BOOST_TEST(relative_error(y, convolved) < 1e-11);
}

BOOST_AUTO_TEST_CASE(a_scan_in_single_precision_is_near_that_in_double) {
  const ScanCase scan(18, 5, 1500);
  Tensor<double> y(scan.u.shape(), Rows::dense), state(scan.first.shape(), Rows::dense);
  Tensor<float> u(y.shape(), Rows::dense), single(y.shape(), Rows::dense), rest(state.shape(), Rows::dense), skip({18});
  std::copy_n(scan.u.data(), u.count(), u.data());
  std::copy_n(scan.skip.data(), 18, skip.data());
  StateSpaceScan<double>(scan.spaces, scan.skip.span()).apply(scan.u.view(), y.view(), state.view());
  StateSpaceScan<float>(scan.spaces, skip.span()).apply(u.view(), single.view(), rest.view());
  BOOST_TEST(relative_error(single, y) < 2e-5);
  BOOST_TEST(relative_error(rest, state) < 2e-5);
}

BOOST_AUTO_TEST_CASE(gradients_of_a_scan_are_its_differences) {
  ScanCase scan(2, 2, 300);
  StateSpaceScan<double> work(scan.spaces, scan.skip.span());
  Tensor<double> grad_u(scan.u.shape(), Rows::dense), grad_state(scan.h.shape(), Rows::dense), grad_skip({2});
  std::copy_n(scan.h.data(), scan.h.count(), grad_state.data());
  std::vector<DiscreteStateSpace> grad = zeros_like(scan.spaces);
  work.apply_adjoint(scan.u.view(), scan.first.view(), scan.g.view(), grad_u.view(), grad_state.view(), grad,
                     grad_skip.span());
  const auto agrees = [&](double slope, double& entry, const char* what) {
    const double difference = central_difference(scan, entry);
    BOOST_TEST(std::abs(slope - difference) < 1e-6 * (1 + std::abs(difference)), what);
  };
  for (const Index t : {0, 100, 255, 256, 299}) agrees(grad_u(1, 1, t), scan.u(1, 1, t), "u");
  for (Index part = 0; part < 4; ++part) agrees(grad_state.data()[part], scan.first.data()[part], "state");
  agrees(grad_skip(1), scan.skip(1), "skip");
  for (std::size_t n = 0; n < 2; ++n)
    for (const auto& [slopes, entries, what] :
         {std::tuple(&grad[1].w, &scan.spaces[1].w, "w"), std::tuple(&grad[1].input, &scan.spaces[1].input, "input"),
          std::tuple(&grad[1].C, &scan.spaces[1].C, "C")}) {
      double* const entry = reinterpret_cast<double*>(&(*entries)[n]);
      agrees((*slopes)[n].real(), entry[0], what);
      agrees(-(*slopes)[n].imag(), entry[1], what);  // dL = Re(g dz)
    }
}

BOOST_AUTO_TEST_CASE(modes_without_input_still_fade_out) {
  ScanCase scan(1, 1, 20);
  scan.spaces[0].input[0] = 0;
  Tensor<double> y(scan.u.shape(), Rows::dense), state(scan.first.shape(), Rows::dense);
  std::copy_n(scan.first.data(), state.count(), state.data());
  StateSpaceScan<double>(scan.spaces, scan.skip.span()).apply(scan.u.view(), y.view(), state.view());
  const Complex first(scan.first(0, 0, 0, 0), scan.first(0, 0, 0, 1));
  for (Index t = 0; t < 20; ++t) {
    const double free = 2 * (scan.spaces[0].C[0] * std::pow(scan.spaces[0].w[0], t + 1) * first).real();
    BOOST_TEST(std::abs(y(0, 0, t) - free - scan.skip(0) * scan.u(0, 0, t)) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(initial_spectra_are_the_formulas) {
  const SpectrumValues inverse = initial_spectrum(InitialSpectrum::inverse, 8);
  BOOST_TEST(std::abs(inverse.A[0] - Complex(-0.5, -16 / M_PI * 15)) < 1e-13);
  BOOST_TEST((initial_spectrum(InitialSpectrum::linear, 3).A[2] == Complex(-0.5, -2 * M_PI)));
  BOOST_TEST((initial_spectrum(InitialSpectrum::real, 3).A[2] == Complex(-3, 0)));
  BOOST_CHECK_EXCEPTION(initial_spectrum(InitialSpectrum::real, 0), Error,
                        failure(Fault::internal, "at least one mode"));
}

BOOST_AUTO_TEST_CASE(scans_are_for_few_modes_and_for_very_long_rows) {
  BOOST_TEST(prefers_scan(2, 16384, 32));
  BOOST_TEST(!prefers_scan(32, 16384, 32));
  BOOST_TEST(prefers_scan(16, 1 << 20, 32));
}

BOOST_AUTO_TEST_CASE(wrong_sizes_are_refused) {
  StateSpace space = random_space(2, 1);
  const DiscreteStateSpace discrete = discretise(space, Discretisation::bilinear);
  space.B.pop_back();
  BOOST_CHECK_EXCEPTION(discretise(space, Discretisation::bilinear), Error,
                        failure(Fault::internal, "as many A as B and C, at least one; not 2, 1 and 2"));
  ComplexVector state(1);
  BOOST_CHECK_EXCEPTION(state_space_step(discrete, 1, state), Error, failure(Fault::internal, "state of 2 modes"));
  const std::vector<double> skip(1);
  using Scan = StateSpaceScan<double>;
  BOOST_CHECK_EXCEPTION(Scan({discrete, discrete}, skip), Error, failure(Fault::internal, "2 channels, 2 modes and 1"));
  Scan scan({discrete}, skip);
  Tensor<double> u({1, 1, 5}), y({1, 1, 6}), state_in({1, 1, 2, 2}), wrong({1, 1, 3, 2});
  BOOST_CHECK_EXCEPTION(scan.apply(u.view(), u.view(), wrong.view()), Error, failure(Fault::internal, "2 modes takes"));
  BOOST_CHECK_EXCEPTION(scan.apply(u.view(), y.view(), state_in.view()), Error,
                        failure(Fault::internal, "cannot fill"));
}

BOOST_AUTO_TEST_SUITE_END()
