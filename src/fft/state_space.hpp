// Diagonal state spaces x' = A x + B u, y = 2 Re(C x) + D u of one channel: as convolution kernels, as steps, and as
// scans along a row.
#pragma once

#include <mercer/base/tensor.hpp>

#include <complex>
#include <span>
#include <vector>

namespace mercer {

using ComplexVector = std::vector<std::complex<double>>;

/// How steps of length dt = exp(log_step) follow from the differential equation.
enum class Discretisation { zero_order_hold, bilinear };

/// One channel. Each of its modes stands for itself and its conjugate: N / 2 modes are a state of size N.
struct StateSpace {
  double log_step;
  ComplexVector A, B, C;
};

/// Derivatives of a number L by the entries of a StateSpace; those of complex entries are (dL/d Re, dL/d Im).
using StateSpaceGradient = StateSpace;

/// x_t = w x_(t-1) + input u_t, y_t = 2 Re(C x_t); so its kernel is K_l = 2 Re(sum of C input w^l).
struct DiscreteStateSpace {
  ComplexVector w, input, C;
};

/// Throws Fault::internal unless A, B and C have one size, at least one.
DiscreteStateSpace discretise(const StateSpace& space, Discretisation rule);

/// Derivatives of L by a StateSpace from those by its discretisation, dL = Re(g dz) for each entry z.
StateSpaceGradient discretise_adjoint(const StateSpace& space, Discretisation rule, const DiscreteStateSpace& g);

/// The first kernel.size() entries of the kernel. Powers are restarted in double precision, so those of float carry no
/// drift. Instantiated for float and double, as all below.
template <class T>
void state_space_kernel(const DiscreteStateSpace& modes, std::span<T> kernel);

/// Derivatives by the entries of `modes`, dL = Re(g dz), from those by the kernel.
template <class T>
DiscreteStateSpace state_space_kernel_adjoint(const DiscreteStateSpace& modes, std::span<const T> grad_kernel);

/// One step: takes `state` (one number for each mode) to the next and gives y without D.
double state_space_step(const DiscreteStateSpace& modes, double u, std::span<std::complex<double>> state);

/// Where A and B of a state of size N = 2 modes start.
enum class InitialSpectrum {
  legendre,  ///< the normal part of HiPPO-LegS (S4D-LegS)
  inverse,   ///< A_n = -1/2 - i N/pi (N/(2n+1) - 1) (S4D-Inv)
  linear,    ///< A_n = -1/2 - i pi n (S4D-Lin)
  real       ///< A_n = -(n+1)
};

struct SpectrumValues {
  ComplexVector A, B;
};

/// `modes` >= 1 values in the order of their imaginary parts. B of `legendre` has its imaginary parts clamped to [-2,
/// 2]; its sign is free.
SpectrumValues initial_spectrum(InitialSpectrum kind, Index modes);

/// Whether a scan is expected to be faster than the FFT convolution with the kernel, which is made once for `batch`
/// rows. A row that goes on from an earlier one needs a scan in any case.
bool prefers_scan(Index modes, Index length, Index batch);

}  // namespace mercer
