// Scans of rows whose steps are spread over the ranks against those of whole rows: values, adjoints, bytes.
#include "fft/sequences.hpp"
#include "fft/spread.hpp"
#include <mercer/fft/state_handover.hpp>

#include <bit>
#include <boost/test/unit_test.hpp>

using namespace mercer;
using test::gap;
using test::random_tensor;
using test::steps_of;

namespace {

constexpr Index batch = 2, channels = 3, modes = 4;

std::vector<DiscreteStateSpace> spaces() {
  const Random random(9, 0);
  std::vector<DiscreteStateSpace> all(channels);
  std::uint64_t at = 0;
  const auto number = [&] { return std::complex<double>(random.normal(at), random.normal(at + 1)); };
  for (DiscreteStateSpace& space : all)
    for (Index mode = 0; mode < modes; ++mode, at += 6) {
      space.w.push_back(std::polar(0.8 + 0.19 * random.uniform(at), 3 * random.uniform(at + 1)));
      space.input.push_back(number());
      space.C.push_back(number());
    }
  return all;
}

std::vector<DiscreteStateSpace> zeros() {
  const ComplexVector none(modes);
  return std::vector<DiscreteStateSpace>(channels, {none, none, none});
}

double gap_of(const std::vector<DiscreteStateSpace>& a, const std::vector<DiscreteStateSpace>& b) {
  double most = 0;
  for (std::size_t channel = 0; channel < a.size(); ++channel)
    for (const auto part : {&DiscreteStateSpace::w, &DiscreteStateSpace::input, &DiscreteStateSpace::C})
      for (std::size_t mode = 0; mode < (a[channel].*part).size(); ++mode)
        most = std::max(most, std::abs((a[channel].*part)[mode] - (b[channel].*part)[mode]));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_CASE(scans_that_hand_over_their_state_are_those_of_whole_rows) {
  const Comm comm;
  for (const Index length : {3, 41, 300}) {
    const Tensor<double> u = random_tensor<double>({batch, channels, length}, 1),
                         g = random_tensor<double>(u.shape(), 2), skip = random_tensor<double>({channels}, 3);
    Tensor<double> y(u.shape()), grad_u(u.shape()), state({batch, channels, modes, 2}), costate(state.shape());
    const Tensor<double> before(state.shape());
    std::vector<DiscreteStateSpace> grads = zeros(), ours = zeros();
    std::vector<double> grad_skip(channels), our_skip(channels);
    StateSpaceScan<double> whole(spaces(), skip.span());
    whole.apply(u.view(), y.view(), state.view());
    whole.apply_adjoint(u.view(), before.view(), g.view(), grad_u.view(), costate.view(), grads, grad_skip);

    StateHandover<double> spread(comm, length, spaces(), skip.span());
    const Range steps = spread.own_steps();
    const Tensor<double> own_u = steps_of(u, steps), own_g = steps_of(g, steps);
    Tensor<double> own_y(own_u.shape()), own_grad(own_u.shape()), own_before(state.shape());
    spread.apply(own_u.view(), own_y.view(), own_before.view());
    spread.apply_adjoint(own_u.view(), own_before.view(), own_g.view(), own_grad.view(), ours, our_skip);
    BOOST_TEST(gap(std::as_const(own_y).view(), steps_of(y, steps).view()) < 1e-12);
    BOOST_TEST(gap(std::as_const(own_grad).view(), steps_of(grad_u, steps).view()) < 1e-12);
    BOOST_TEST(gap_of(ours, grads) < 1e-10);
    for (std::size_t channel = 0; channel < channels; ++channel)
      BOOST_TEST(std::abs(our_skip[channel] - grad_skip[channel]) < 1e-12 * static_cast<double>(length));
  }
}

BOOST_AUTO_TEST_CASE(a_hand_over_sends_one_state_an_exchange) {
  const Comm comm;
  const std::vector<float> skip(channels);
  const StateHandover<float> spread(comm, 64, spaces(), skip);
  const Index ranks = comm.size(), rounds = std::bit_width(static_cast<unsigned>(ranks - 1));
  const Index state = static_cast<Index>(sizeof(float)) * 2 * modes * channels * batch;
  const Index mine = static_cast<Index>(spread.bytes_sent(batch));
  BOOST_TEST(mine <= state * (rounds + 1));
  BOOST_TEST((comm.rank() + 1 < comm.size() || mine == 0));
  if (ranks > 1 && comm.is_root()) BOOST_TEST(mine == state * (rounds + 1));
}
