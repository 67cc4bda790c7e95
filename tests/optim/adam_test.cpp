// Adam against hand-computed steps and against the same recurrence in more digits.
#include "support/failure.hpp"
#include <mercer/optim/adam.hpp>

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
