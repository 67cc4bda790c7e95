// Adam against hand-computed steps and against the same recurrence in more digits.
#include "support/failure.hpp"
#include <mercer/optim/adam.hpp>
#include <mercer/optim/gradient_norm.hpp>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace mercer;

namespace {

/// The gradient of sum cosh(x_i) - x_i, which has no scale of its own.
template <class T>
std::vector<T> slopes(const std::vector<T>& x) {
  std::vector<T> result;
  for (const T value : x) result.push_back(std::sinh(value) - 1);
  return result;
}

/// Alg. 1 of Kingma and Ba as written in the paper, with either kind of weight decay.
std::vector<long double> paper_trace(std::vector<long double> x, const AdamOptions& options, int steps) {
  std::vector<long double> m(x.size()), v(x.size());
  for (int t = 1; t <= steps; ++t) {
    std::vector<long double> g = slopes(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (options.decay == Decay::gradient) g[i] += options.weight_decay * x[i];
      if (options.decay == Decay::decoupled) x[i] -= options.learning_rate * options.weight_decay * x[i];
      m[i] = options.beta1 * m[i] + (1 - static_cast<long double>(options.beta1)) * g[i];
      v[i] = options.beta2 * v[i] + (1 - static_cast<long double>(options.beta2)) * g[i] * g[i];
      const long double mean = m[i] / (1 - std::pow(static_cast<long double>(options.beta1), t));
      const long double square = v[i] / (1 - std::pow(static_cast<long double>(options.beta2), t));
      x[i] -= options.learning_rate * mean / (std::sqrt(square) + options.epsilon);
    }
  }
  return x;
}

template <class T>
double trace_error(const AdamOptions& options, int steps) {
  std::vector<T> x{T(-1.5), T(0), T(0.25), T(2)};
  const std::vector<long double> expected = paper_trace(std::vector<long double>(x.begin(), x.end()), options, steps);
  Adam<T> adam(4, options);
  for (int t = 0; t < steps; ++t) adam.step(x, slopes(x));
  double error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) error = std::max(error, std::abs(double(x[i] - expected[i])));
  return error;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(adam)

BOOST_AUTO_TEST_CASE(first_two_steps_are_those_computed_by_hand) {
  Adam<double> adam(1, {.learning_rate = 0.1, .epsilon = 0});
  std::vector<double> x{1};
  adam.step(x, std::array{4.0});  // m = 0.4, v = 0.016: corrected 4 and 16, a step of 0.1
  BOOST_TEST(x[0] == 0.9, boost::test_tools::tolerance(1e-14));
  adam.step(x,
            std::array{-2.0});  // m = 0.16, v = 0.019984: 0.16 / 0.19 = 0.842105..., 0.019984 / 0.001999 = 9.996998...
  BOOST_TEST(x[0] == 0.9 - 0.1 * (0.16 / 0.19) / std::sqrt(0.019984 / 0.001999), boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(trajectory_is_that_of_the_paper) {
  BOOST_TEST(trace_error<double>({.learning_rate = 0.01}, 500) < 1e-13);
  BOOST_TEST(trace_error<float>({.learning_rate = 0.01}, 500) < 1e-4);
}

BOOST_AUTO_TEST_CASE(weight_decay_acts_on_the_point_or_on_the_gradient) {
  AdamOptions options{.learning_rate = 0.01, .beta1 = 0.8, .beta2 = 0.99, .epsilon = 1e-6, .weight_decay = 0.1};
  BOOST_TEST(trace_error<double>(options, 300) < 1e-13);
  options.decay = Decay::gradient;
  BOOST_TEST(trace_error<double>(options, 300) < 1e-13);
}

BOOST_AUTO_TEST_CASE(a_restored_state_continues_with_the_same_bits) {
  const AdamOptions options{.weight_decay = 0.1};
  std::vector<double> x{1, 2}, y;
  Adam<double> whole(2, options), resumed(2, options);
  for (int step = 0; step < 5; ++step) whole.step(x, slopes(x));
  y = x;
  resumed.restore(whole.state());
  for (int step = 0; step < 5; ++step) {
    whole.step(x, slopes(x));
    resumed.step(y, slopes(y));
  }
  BOOST_TEST(x == y);
}

BOOST_AUTO_TEST_CASE(steps_of_neuraloperator_decay_afterwards_and_damp_before_the_correction) {
  // p -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps), then p -= lr wd p
  const AdamOptions options{
      .learning_rate = 0.02, .epsilon = 1e-2, .weight_decay = 0.3, .decay = Decay::after, .epsilon_in = Epsilon::raw};
  Adam<double> adam(1, options);
  std::vector<double> x{1.5};
  double point = 1.5, m = 0, v = 0;
  for (int t = 1; t <= 50; ++t) {
    const double g = std::sinh(point) - 1;
    adam.step(x, slopes(x));
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    point -= 0.02 * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t)) * m / (std::sqrt(v) + 1e-2);
    point -= 0.02 * 0.3 * point;
  }
  BOOST_TEST(x[0] == point, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(complex_numbers_have_one_second_moment) {
  const std::vector<AdamBlock> blocks{{.count = 4, .numbers = Numbers::complex}};
  Adam<double> plain(4, {.learning_rate = 0.1, .epsilon = 0}, blocks);
  std::vector<double> x(4);
  plain.step(x, std::array{3.0, 4.0, 0.0, -2.0});  // |g| is 5 and 2: steps of g / |g|
  const std::vector<double> expected{-0.06, -0.08, 0, 0.1};
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(std::abs(x[i] - expected[i]) < 1e-14);
  plain.step(x, std::array{-4.0, 3.0, 0.0, -2.0});  // v = b2 v + (1 - b2) |g|^2 stays 25 and 4 after correction
  BOOST_TEST(plain.state().square[0] == plain.state().square[1]);
  BOOST_TEST(plain.state().square[0] / (1 - 0.999 * 0.999) == 25, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_step_turns_with_the_plane_of_a_complex_number) {
  const std::vector<AdamBlock> blocks{{.count = 2, .numbers = Numbers::complex}};
  const AdamOptions options{.learning_rate = 0.1, .weight_decay = 0.1, .decay = Decay::gradient};
  Adam<double> straight(2, options, blocks), turned(2, options, blocks);
  std::vector<double> x{1, 2}, y{-2, 1};  // y = i x
  for (int step = 0; step < 9; ++step) {
    const std::array<double, 2> g{std::cos(step) + x[0], x[1] * 3};
    turned.step(y, std::array{-g[1], g[0]});
    straight.step(x, g);
  }
  BOOST_TEST(y[0] == -x[1], boost::test_tools::tolerance(1e-13));
  BOOST_TEST(y[1] == x[0], boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(biases_are_spared_from_decay_and_complex_ones_counted_without_their_pairs) {
  ParameterVector<double> parameters;
  parameters.add({"weight", {2, 1}});
  parameters.add({"bias", {2}});
  parameters.add({"spectral_bias", {1, 2}, ParameterDomain::real(), Numbers::complex});
  const std::vector<AdamBlock> blocks = adam_blocks(parameters, DecayScope::arrays);
  Adam<double> adam(6, {.learning_rate = 0.5, .weight_decay = 1}, blocks);
  std::ranges::fill(parameters.raw(), 1.0);
  adam.step(parameters.raw(), std::vector<double>(6));
  const std::vector<double> left(parameters.raw().begin(), parameters.raw().end()), expected{0.5, 0.5, 1, 1, 1, 1};
  BOOST_TEST(left == expected, boost::test_tools::per_element());
  BOOST_TEST(adam_blocks(parameters, DecayScope::all)[1].decay == 1);
  BOOST_CHECK_EXCEPTION(parameters.add({"odd", {3}, ParameterDomain::real(), Numbers::complex}), Error,
                        failure(Fault::internal, "not 3"));
  BOOST_CHECK_EXCEPTION(Adam<double>(5, {}, blocks), Error, failure(Fault::internal, "hold 6 numbers, not 5"));
}

BOOST_AUTO_TEST_CASE(long_gradients_are_shortened_and_short_ones_kept) {
  std::vector<double> gradient{3, -4};
  BOOST_TEST(limit_gradient_norm<double>(gradient, 10) == 5);
  BOOST_TEST(gradient[0] == 3);
  BOOST_TEST(limit_gradient_norm<double>(gradient, 1) == 5);
  BOOST_TEST(gradient[0] == 0.6, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(gradient[1] == -0.8, boost::test_tools::tolerance(1e-15));
  std::vector<float> wild{INFINITY, 1};
  BOOST_TEST(std::isinf(limit_gradient_norm<float>(wild, 1)));
  BOOST_CHECK_EXCEPTION(limit_gradient_norm<float>(wild, 0), Error, failure(Fault::config, "positive, not 0"));
}

BOOST_AUTO_TEST_CASE(wrong_options_and_sizes_are_refused) {
  BOOST_CHECK_EXCEPTION(Adam<double>(1, {.learning_rate = -1}), Error, failure(Fault::config, "learning_rate"));
  BOOST_CHECK_EXCEPTION(Adam<double>(1, {.beta1 = 1}), Error, failure(Fault::config, "beta1 must be in [0, 1), not 1"));
  BOOST_CHECK_EXCEPTION(Adam<double>(1, {.beta2 = -0.1}), Error, failure(Fault::config, "beta2"));
  BOOST_CHECK_EXCEPTION(Adam<double>(1, {.epsilon = NAN}), Error, failure(Fault::config, "epsilon"));
  BOOST_CHECK_EXCEPTION(Adam<double>(1, {.weight_decay = INFINITY}), Error, failure(Fault::config, "weight_decay"));
  Adam<double> adam(2);
  std::vector<double> x(2), g(3);
  BOOST_CHECK_EXCEPTION(adam.step(x, g), Error, failure(Fault::internal, "a gradient of 3"));
  BOOST_CHECK_EXCEPTION(adam.restore({1, {0.0}, {0.0}}), Error, failure(Fault::data, "instead of 2"));
}

BOOST_AUTO_TEST_SUITE_END()
