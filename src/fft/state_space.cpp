// Discretisation of diagonal state spaces, its adjoint, and single steps.
#include <mercer/fft/state_space.hpp>

#include <cmath>

namespace mercer {
namespace {

using Complex = std::complex<double>;

/// (exp(z) - 1) / z and its derivative, by their series where the quotients would lose digits.
struct Phi {
  explicit Phi(Complex z) {
    if (std::abs(z) > 0.5) {
      const Complex e = std::exp(z);
      value = (e - 1.0) / z;
      slope = (e - value) / z;
      return;
    }
    Complex term = 1;  // z^k / (k + 1)!
    for (int k = 0; k < 18; ++k) {
      value += term;
      slope += term * ((k + 1.0) / (k + 2.0));
      term *= z / (k + 2.0);
    }
  }
  Complex value, slope;
};

/// w and input as functions of A and log_step, for B = 1, with their derivatives.
struct Step {
  Step(Complex A, double log_step, Discretisation rule) {
    const double dt = std::exp(log_step);
    const Complex z = dt * A;
    if (rule == Discretisation::zero_order_hold) {
      const Phi phi(z);
      w = std::exp(z);
      w_by_A = dt * w;
      w_by_step = z * w;
      input = dt * phi.value;
      input_by_A = dt * dt * phi.slope;
      input_by_step = dt * w;
      return;
    }
    const Complex h = z / 2.0, inverse = 1.0 / (1.0 - h);
    w = (1.0 + h) * inverse;
    w_by_A = dt * inverse * inverse;
    w_by_step = 2.0 * h * inverse * inverse;
    input = dt * inverse;
    input_by_A = dt * dt / 2 * inverse * inverse;
    input_by_step = input + dt * h * inverse * inverse;
  }
  Complex w, w_by_A, w_by_step, input, input_by_A, input_by_step;
};

}  // namespace

DiscreteStateSpace discretise(const StateSpace& space, Discretisation rule) {
  const std::size_t modes = space.A.size();
  require(modes >= 1 && space.B.size() == modes && space.C.size() == modes, Fault::internal,
          "a state space has as many A as B and C, at least one; not {}, {} and {}", modes, space.B.size(),
          space.C.size());
  DiscreteStateSpace discrete{ComplexVector(modes), ComplexVector(modes), space.C};
  for (std::size_t n = 0; n < modes; ++n) {
    const Step step(space.A[n], space.log_step, rule);
    discrete.w[n] = step.w;
    discrete.input[n] = space.B[n] * step.input;
  }
  return discrete;
}

StateSpaceGradient discretise_adjoint(const StateSpace& space, Discretisation rule, const DiscreteStateSpace& g) {
  const std::size_t modes = space.A.size();
  StateSpaceGradient gradient{0, ComplexVector(modes), ComplexVector(modes), ComplexVector(modes)};
  for (std::size_t n = 0; n < modes; ++n) {
    const Step step(space.A[n], space.log_step, rule);
    const Complex by_input = g.input[n] * space.B[n];
    gradient.log_step += (g.w[n] * step.w_by_step + by_input * step.input_by_step).real();
    gradient.A[n] = std::conj(g.w[n] * step.w_by_A + by_input * step.input_by_A);
    gradient.B[n] = std::conj(g.input[n] * step.input);
    gradient.C[n] = std::conj(g.C[n]);
  }
  return gradient;
}

double state_space_step(const DiscreteStateSpace& modes, double u, std::span<Complex> state) {
  require(state.size() == modes.w.size(), Fault::internal, "a state of {} modes has as many numbers, not {}",
          modes.w.size(), state.size());
  double y = 0;
  for (std::size_t n = 0; n < state.size(); ++n) {
    state[n] = modes.w[n] * state[n] + modes.input[n] * u;
    y += 2 * (modes.C[n] * state[n]).real();
  }
  return y;
}

bool prefers_scan(Index modes, Index length, Index batch) {
  // [ns] for each number of a row, as `bench convolution` prints them for AVX-512 and single precision.
  constexpr double scan_base = 0.45, scan_mode = 0.1, kernel_mode = 0.08, kernel_setup = 60, row = 2, long_row = 4;
  const auto size = static_cast<double>(length), count = static_cast<double>(modes);
  const double convolution = length > 300'000 ? long_row : row;
  const double kernel = (kernel_mode + kernel_setup / size) * count + convolution / 2;  // and its spectrum
  return scan_base + scan_mode * count < convolution + kernel / static_cast<double>(batch);
}

}  // namespace mercer
