// Every derivative of every covariance against differences of its formula in quadruple precision, and its limits at
// zero distance.
#include "gp/cases.hpp"
#include "support/failure.hpp"
#include <mercer/optim/derivative_check.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using namespace mercer::test;

namespace {

const std::vector<double> distances{-2.1, -0.37, -0.013, 0.02, 0.4, 1.3, 2.9};

/// Central difference of order n with one step of Richardson extrapolation.
template <class F>
Quad difference(const F& f, Quad x, int n, Quad h) {
  const auto plain = [&](Quad step) {
    Quad sum = 0, binomial = 1, power = 1;
    for (int k = 0; k <= n; ++k) {
      sum += (k % 2 == 0 ? 1 : -1) * binomial * f(x + (Quad(n) / 2 - k) * step);
      binomial = binomial * (n - k) / (k + 1);
      if (k < n) power *= step;
    }
    return sum / power;
  };
  return (4 * plain(h / 2) - plain(h)) / 3;
}

std::vector<Quad> quads(const std::vector<double>& values) { return {values.begin(), values.end()}; }

Quad slope(const Case& one, std::size_t p, Quad t, int order) {
  return difference(
      [&](Quad raw) {
        std::vector<Quad> theta = quads(one.theta);
        theta[p] = raw;
        return difference([&](Quad x) { return one.formula(theta, x); }, t, order, Quad(1e-4));
      },
      Quad(one.theta[p]), 1, Quad(1e-4));
}

struct Table {
  Tensor<double> values, jacobian;
};

Table evaluate(const Case& one, const std::vector<double>& t, Index orders) {
  Table table{Tensor<double>({orders, static_cast<Index>(t.size())}),
              Tensor<double>({orders, one.covariance->parameter_count(), static_cast<Index>(t.size())})};
  one.covariance->evaluate(one.theta, t, table.values.view(), table.jacobian.view());
  return table;
}

/// Largest difference between `ours(i)` and `exact(i)` over the distances, relative to the largest exact one.
template <class Ours, class Exact>
double relative_error(const Ours& ours, const Exact& exact) {
  double error = 0, size = 0;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const double value = static_cast<double>(exact(distances[i]));
    error = std::max(error, std::abs(ours(static_cast<Index>(i)) - value));
    size = std::max(size, std::abs(value));
  }
  return error / size;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(derivatives)

BOOST_AUTO_TEST_CASE(values_and_four_derivatives_are_those_of_the_formula) {
  for (const Case& one : cases()) {
    const Table table = evaluate(one, distances, 5);
    for (int order = 0; order < 5; ++order) {
      const double error = relative_error([&](Index i) { return table.values(order, i); },
                                          [&](Quad t) {
                                            return difference([&](Quad x) { return one.formula(quads(one.theta), x); },
                                                              t, order, Quad(4e-5));
                                          });
      BOOST_TEST(error < 1e-13, one.name << ", order " << order << ": " << error);
    }
  }
}

BOOST_AUTO_TEST_CASE(parameter_gradients_of_all_derivatives_are_those_of_the_formula) {
  for (const Case& one : cases()) {
    const Table table = evaluate(one, distances, 5);
    for (int order = 0; order < 5; ++order)
      for (std::size_t p = 0; p < one.theta.size(); ++p) {
        const double error = relative_error([&](Index i) { return table.jacobian(order, p, i); },
                                            [&](Quad t) { return slope(one, p, t, order); });
        BOOST_TEST(error < 1e-11, one.name << ", order " << order << ", parameter " << p << ": " << error);
      }
  }
}

BOOST_AUTO_TEST_CASE(values_at_zero_distance_are_the_limits_from_both_sides) {
  for (const Case& one : cases()) {
    const Index orders = one.covariance->smoothness() + 1;
    const Table table = evaluate(one, {0, 1e-9, -1e-9}, orders);
    for (Index order = 0; order < orders; ++order)
      for (Index side = 1; side <= 2; ++side) {
        const double gap = std::abs(table.values(order, 0) - table.values(order, side));
        BOOST_TEST(gap < 1e-4, one.name << ", order " << order << ": " << gap);
        for (Index p = 0; p < one.covariance->parameter_count(); ++p) {
          const double slope_gap = std::abs(table.jacobian(order, p, 0) - table.jacobian(order, p, side));
          BOOST_TEST(slope_gap < 1e-3, one.name << ", order " << order << ", parameter " << p << ": " << slope_gap);
        }
      }
  }
}

BOOST_AUTO_TEST_CASE(odd_derivatives_vanish_at_zero_distance) {
  for (const Case& one : cases())
    for (int order = 1; order <= one.covariance->smoothness(); order += 2)
      BOOST_TEST(one.covariance->value(one.theta, 0, order) == 0, one.name << ", order " << order);
}

BOOST_AUTO_TEST_CASE(even_derivatives_at_zero_distance_are_the_known_ones) {
  const std::vector<double> theta{std::log(0.5)};
  const auto close = boost::test_tools::tolerance(1e-14);
  BOOST_TEST(squared_exponential()->value(theta, 0, 2) == -4.0, close);
  BOOST_TEST(squared_exponential()->value(theta, 0, 4) == 3 * 16.0, close);
  BOOST_TEST(matern_three_halves()->value(theta, 0, 2) == -3 * 4.0, close);
  BOOST_TEST(matern_five_halves()->value(theta, 0, 2) == -5.0 / 3 * 4, close);
  BOOST_TEST(matern_five_halves()->value(theta, 0, 4) == 25 * 16.0, close);
}

BOOST_AUTO_TEST_CASE(derivatives_that_do_not_exist_at_zero_distance_are_refused) {
  const auto refused = [](const CovariancePointer& covariance, int smoothness) {
    const std::vector<double> theta(static_cast<std::size_t>(covariance->parameter_count()));
    BOOST_TEST(covariance->smoothness() == smoothness);
    BOOST_CHECK_EXCEPTION(covariance->value(theta, 0, smoothness + 1), Error,
                          failure(Fault::config, "does not exist at zero distance"));
    BOOST_TEST(std::isfinite(covariance->value(theta, 0.1, smoothness + 1)));
  };
  refused(matern_half(), 0);
  refused(matern_three_halves(), 2);
  refused(scaled(matern_three_halves()), 2);
  refused(sum({squared_exponential(), matern_half()}), 0);
  BOOST_TEST(matern_five_halves()->smoothness() == 4);
  BOOST_TEST(student_mixture(1)->smoothness() == 4);
}

BOOST_AUTO_TEST_CASE(long_vectors_give_the_bits_of_single_distances) {
  for (const Case& one : cases())
    for (const Index count : {1, 2, 63, 64, 65, 131}) {
      std::vector<double> t;
      for (Index i = 0; i < count; ++i) t.push_back(0.017 * static_cast<double>(i + 1) - 1.1);
      const Table table = evaluate(one, t, 3);
      bool same = true;
      for (Index i = 0; i < count; ++i)
        for (int order = 0; order < 3; ++order)
          same &= table.values(order, i) == one.covariance->value(one.theta, t[static_cast<std::size_t>(i)], order);
      BOOST_TEST(same, one.name << ", " << count << " distances");
    }
}

BOOST_AUTO_TEST_CASE(pulled_back_weights_are_the_gradient_of_a_function_of_the_values) {
  std::vector<double> t;
  for (int i = 0; i < 150; ++i) t.push_back(0.02 * i - 1.29);
  Tensor<double> weights({3, 150});
  for (Index n = 0; n < 3; ++n)
    for (Index i = 0; i < 150; ++i) weights(n, i) = std::cos(static_cast<double>(n + 3 * i));
  for (const Case& one : cases()) {
    const Objective objective = [&](std::span<const double> theta, std::span<double> gradient) {
      Tensor<double> values({3, 150});
      one.covariance->evaluate(theta, t, values.view());
      std::fill(gradient.begin(), gradient.end(), 0.0);
      pull_back(*one.covariance, theta, t, weights.view(), gradient);
      double total = 0;
      for (Index n = 0; n < 3; ++n)
        for (Index i = 0; i < 150; ++i) total += weights(n, i) * values(n, i);
      return total;
    };
    const double gap = gradient_gap(Comm::self(), objective, one.theta);
    BOOST_TEST(gap < 1e-8, one.name << ": " << gap);
  }
}

BOOST_AUTO_TEST_SUITE_END()
