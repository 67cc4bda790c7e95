// Diagonal state spaces against kernels, gradients, steps and initial values that the authors' module computed.
#include "fft/sequences.hpp"
#include <mercer/fft/state_space_scan.hpp>
#include <mercer/parallel/comm.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using namespace mercer::test;
using Complex = std::complex<double>;

namespace {

/// The channels of a group; the file has log(-Re A) and -Im A.
std::vector<StateSpace> read_spaces(const InputFile& file, const std::string& group) {
  const auto step = read(file, group + "/param/inv_dt"), decay = read(file, group + "/param/A_real"),
             frequency = read(file, group + "/param/A_imag"), B = read(file, group + "/param/B"),
             C = read(file, group + "/param/C");
  std::vector<StateSpace> spaces;
  for (Index h = 0; h < decay.shape()[0]; ++h) {
    spaces.push_back({step(h, 0), {}, {}, {}});
    for (Index n = 0; n < decay.shape()[1]; ++n) {
      spaces.back().A.emplace_back(-std::exp(decay(h, n)), -frequency(h, n));
      spaces.back().B.emplace_back(B(0, h, n, 0), B(0, h, n, 1));
      spaces.back().C.emplace_back(C(0, h, n, 0), C(0, h, n, 1));
    }
  }
  return spaces;
}

template <class T>
void check_kernels(const InputFile& file, const std::string& group, Discretisation rule, double of_kernel,
                   double of_gradient) {
  const std::vector<StateSpace> spaces = read_spaces(file, group);
  const Tensor<double> expected = read(file, group + "/K");
  const Tensor<T> g = read<T>(file, group + "/cotangent");
  Tensor<T> kernels(expected.shape(), Rows::dense);
  const Index channels = static_cast<Index>(spaces.size()), modes = static_cast<Index>(spaces.front().A.size());
  Tensor<double> step({channels, 1}, Rows::dense), decay({channels, modes}, Rows::dense),
      frequency(decay.shape(), Rows::dense), B({1, channels, modes, 2}, Rows::dense), C(B.shape(), Rows::dense);
  for (Index h = 0; h < channels; ++h) {
    const StateSpace& space = spaces[static_cast<std::size_t>(h)];
    const DiscreteStateSpace discrete = discretise(space, rule);
    state_space_kernel<T>(discrete, kernels.view().row(h));
    const StateSpaceGradient gradient =
        discretise_adjoint(space, rule, state_space_kernel_adjoint<T>(discrete, g.view().row(h)));
    step(h, 0) = gradient.log_step;
    for (Index n = 0; n < modes; ++n) {
      const auto i = static_cast<std::size_t>(n);
      decay(h, n) = gradient.A[i].real() * space.A[i].real();
      frequency(h, n) = -gradient.A[i].imag();
      B(0, h, n, 0) = gradient.B[i].real();
      B(0, h, n, 1) = gradient.B[i].imag();
      C(0, h, n, 0) = gradient.C[i].real();
      C(0, h, n, 1) = gradient.C[i].imag();
    }
  }
  BOOST_TEST(relative_error(kernels, expected) < of_kernel, group);
  const std::pair<const char*, const Tensor<double>*> gradients[]{
      {"inv_dt", &step}, {"A_real", &decay}, {"A_imag", &frequency}, {"B", &B}, {"C", &C}};
  for (const auto& [name, ours] : gradients)
    BOOST_TEST(relative_error(*ours, read(file, group + "/grad/" + name)) < of_gradient, group << " " << name);
}

void check_steps(const InputFile& file, const std::string& group, Discretisation rule) {
  std::vector<DiscreteStateSpace> spaces;
  for (const StateSpace& space : read_spaces(file, group)) spaces.push_back(discretise(space, rule));
  const Tensor<double> u = read(file, group + "/step/u");
  Tensor<double> state = read(file, group + "/step/state0"), y(u.shape(), Rows::dense);
  const std::vector<double> skip(spaces.size());
  StateSpaceScan<double>(spaces, skip).apply(u.view(), y.view(), state.view());
  BOOST_TEST(relative_error(y, read(file, group + "/step/y")) < 1e-10, group);
  BOOST_TEST(relative_error(state, read(file, group + "/step/stateL")) < 1e-10, group);
}

constexpr std::pair<const char*, Discretisation> rules[]{{"zoh", Discretisation::zero_order_hold},
                                                         {"bilinear", Discretisation::bilinear}};

}  // namespace

BOOST_AUTO_TEST_SUITE(state_space)

BOOST_AUTO_TEST_CASE(kernels_gradients_and_steps_are_those_of_the_authors) {
  const Comm comm;
  const InputFile file = sequences(comm, "s4d_kernels.h5");
  for (const char* kind : {"legs/N4", "legs/N16", "legs/N64", "inv/N4", "inv/N16", "lin/N4", "lin/N64"})
    for (const auto& [rule_name, rule] : rules) {
      const std::string group = fmt::format("diag-{}/{}", kind, rule_name);
      for (const int length : {64, 1000}) {
        check_kernels<double>(file, fmt::format("{}/L{}", group, length), rule, 1e-11, 1e-10);
        check_kernels<float>(file, fmt::format("{}/L{}", group, length), rule, 1e-6, 1e-5);
      }
      check_steps(file, group + "/L64", rule);
    }
}

BOOST_AUTO_TEST_CASE(initial_values_are_those_of_the_authors) {
  const Comm comm;
  const InputFile file = sequences(comm, "s4d_kernels.h5");
  const std::pair<const char*, InitialSpectrum> kinds[]{
      {"legs", InitialSpectrum::legendre}, {"inv", InitialSpectrum::inverse}, {"lin", InitialSpectrum::linear}};
  for (const auto& [kind, spectrum] : kinds)
    for (const Index size : {4, 16, 64, 128}) {
      const std::string group = fmt::format("spectrum/{}/N{}", kind, size);
      const SpectrumValues values = initial_spectrum(spectrum, size / 2);
      const Tensor<double> A = read(file, group + "/A"), B = read(file, group + "/B");  // of single precision
      const double largest = std::abs(values.A.front()) + std::abs(values.A.back());
      for (Index n = 0; n < size / 2; ++n) {
        const Complex a(A(n, 0), A(n, 1)), b(B(n, 0), B(n, 1)), ours = values.B[static_cast<std::size_t>(n)];
        BOOST_TEST(std::abs(values.A[static_cast<std::size_t>(n)] - a) < 1e-6 * largest, group << " " << n);
        const double difference = std::min(std::abs(ours - b), std::abs(ours + b));  // eigenvectors have no sign
        BOOST_TEST(difference < 1e-4, group << " " << n << ": " << ours << " " << b);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
