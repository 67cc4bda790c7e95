// Products over two and three dimensions against products of their factors.
#include "support/failure.hpp"
#include <mercer/gp/kernels.hpp>
#include <mercer/gp/product.hpp>
#include <mercer/optim/derivative_check.hpp>

#include <Eigen/Eigenvalues>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Example {
  ProductCovariance covariance;
  std::vector<double> theta;
};

std::vector<Example> examples() {
  return {{ProductCovariance({gaussian_mixture(2), matern_five_halves()}), {0.1, -0.3, 0.5, 0.2, 0.8, -0.3, 0.4}},
          {ProductCovariance({scaled(squared_exponential()), student_mixture(1), periodic()}),
           {0.3, -0.2, 0.4, -0.1, 0.7, 0.6, 0.1}}};
}

/// [dimensions, count], never zero.
Tensor<double> distances(int dimensions, Index count) {
  Tensor<double> t({dimensions, count});
  for (Index axis = 0; axis < dimensions; ++axis)
    for (Index i = 0; i < count; ++i)
      t(axis, i) = std::sin(1.7 * static_cast<double>(i + 1) + static_cast<double>(axis));
  return t;
}

const std::vector<std::vector<int>> orders{{0, 0, 0}, {1, 0, 0}, {0, 1, 2}, {2, 2, 0}, {1, 1, 1}, {4, 0, 0}, {0, 4, 1}};

}  // namespace

BOOST_AUTO_TEST_SUITE(product)

BOOST_AUTO_TEST_CASE(values_are_products_of_the_factors) {
  for (const Example& example : examples())
    for (const Index count : {1, 2, 64, 67}) {
      const int dimensions = example.covariance.dimensions();
      const Tensor<double> t = distances(dimensions, count);
      for (const std::vector<int>& all : orders) {
        const std::span order = std::span(all).first(static_cast<std::size_t>(dimensions));
        std::vector<double> values(static_cast<std::size_t>(count));
        example.covariance.evaluate(example.theta, t.view(), order, values);
        bool same = true;
        for (Index i = 0; i < count; ++i) {
          double expected = 1;
          for (int axis = 0; axis < dimensions; ++axis)
            expected *= example.covariance.factor(axis).value(example.covariance.theta_of(example.theta, axis),
                                                              t(axis, i), order[static_cast<std::size_t>(axis)]);
          same &= values[static_cast<std::size_t>(i)] == expected;
        }
        BOOST_TEST(same, dimensions << " dimensions, " << count << " distances");
      }
    }
}

BOOST_AUTO_TEST_CASE(parameter_gradients_are_those_of_the_values) {
  for (const Example& example : examples())
    for (const std::vector<int>& all : orders) {
      const int dimensions = example.covariance.dimensions();
      const std::span order = std::span(all).first(static_cast<std::size_t>(dimensions));
      const Tensor<double> t = distances(dimensions, 70);
      const Objective objective = [&](std::span<const double> theta, std::span<double> gradient) {
        std::vector<double> values(70);
        Tensor<double> jacobian({example.covariance.parameter_count(), 70});
        example.covariance.evaluate(theta, t.view(), order, values, jacobian.view());
        double total = 0;
        std::fill(gradient.begin(), gradient.end(), 0.0);
        for (std::size_t i = 0; i < values.size(); ++i) {
          const double weight = std::cos(static_cast<double>(i));
          total += weight * values[i];
          for (std::size_t p = 0; p < gradient.size(); ++p) gradient[p] += weight * jacobian(p, i);
        }
        return total;
      };
      const double gap = gradient_gap(Comm::self(), objective, example.theta);
      BOOST_TEST(gap < 1e-8, dimensions << " dimensions: " << gap);
    }
}

BOOST_AUTO_TEST_CASE(matrices_of_values_and_gradients_together_are_positive_semidefinite) {
  for (const Example& example : examples()) {
    const int dimensions = example.covariance.dimensions();
    const Index size = 8;
    Tensor<double> points({size, dimensions});
    for (Index i = 0; i < size; ++i)
      for (Index axis = 0; axis < dimensions; ++axis)
        points(i, axis) = std::sin(2.3 * static_cast<double>(i * 3 + axis));
    // The value and the first derivative along each axis.
    std::vector<std::vector<int>> kinds(static_cast<std::size_t>(dimensions + 1), std::vector<int>(dimensions));
    for (int axis = 0; axis < dimensions; ++axis)
      kinds[static_cast<std::size_t>(axis + 1)][static_cast<std::size_t>(axis)] = 1;
    Matrix joint((dimensions + 1) * size, (dimensions + 1) * size);
    for (Index a = 0; a <= dimensions; ++a)
      for (Index b = 0; b <= dimensions; ++b)
        covariance_matrix(example.covariance, example.theta, points.view(), kinds[static_cast<std::size_t>(a)],
                          points.view(), kinds[static_cast<std::size_t>(b)],
                          View<double>(&joint(a * size, b * size), {size, size}, {joint.cols(), 1}));
    BOOST_TEST((joint - joint.transpose()).norm() < 1e-13 * joint.norm());
    const double least = Eigen::SelfAdjointEigenSolver<Matrix>(joint).eigenvalues()[0] / joint.diagonal().maxCoeff();
    BOOST_TEST(least > -1e-14, dimensions << " dimensions: " << least);
  }
}

BOOST_AUTO_TEST_CASE(spectra_and_features_are_those_of_the_factors) {
  const ProductCovariance covariance({squared_exponential(), matern_half()});
  const std::vector<double> theta{0.1, -0.4};
  Tensor<double> frequencies({2, 3});
  for (Index i = 0; i < 3; ++i) {
    frequencies(0, i) = 0.2 * static_cast<double>(i);
    frequencies(1, i) = 0.5;
  }
  std::vector<double> density(3), first(3), second(3);
  covariance.spectrum(theta, frequencies.view(), density);
  covariance.factor(0).spectrum(covariance.theta_of(theta, 0), frequencies.view().row(0), first);
  covariance.factor(1).spectrum(covariance.theta_of(theta, 1), frequencies.view().row(1), second);
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(density[i] == first[i] * second[i]);
  const std::vector<Features> features = covariance.features(theta, 7);
  BOOST_REQUIRE(features.size() == 2u);
  BOOST_TEST(features[1].frequencies == covariance.factor(1).features(covariance.theta_of(theta, 1), 7).frequencies);
}

BOOST_AUTO_TEST_CASE(wrong_sizes_and_orders_are_refused) {
  const CovariancePointer factor = squared_exponential();
  const ProductCovariance covariance({factor, factor});
  BOOST_TEST(covariance.parameters()[1].name == "axis2.length");
  const std::vector<double> theta{0, 0}, few{0}, t{0.1, 0.2};
  const std::vector<int> two{0, 0}, one{0}, high{0, 5};
  const auto refused = [](const auto& call, const char* text) {
    BOOST_CHECK_EXCEPTION(call(), Error, failure(Fault::internal, text));
  };
  refused([&] { covariance.value(few, t, two); }, "2 parameters got 1");
  refused([&] { covariance.value(theta, t, one); }, "as many orders as dimensions");
  refused([&] { covariance.value(theta, few, two); }, "need distances [2, 1]");
  refused([&] { covariance.value(theta, t, high); }, "0 to 4, not 5");
  BOOST_CHECK_EXCEPTION(ProductCovariance({}), Error, failure(Fault::config, "not 0"));
  BOOST_CHECK_EXCEPTION(ProductCovariance({factor, factor, factor, factor}), Error, failure(Fault::config, "not 4"));
  const ProductCovariance rough({factor, matern_half()});
  const std::vector<double> zero{0, 0};
  BOOST_CHECK_EXCEPTION(rough.value(theta, zero, std::vector{0, 1}), Error, failure(Fault::config, "zero distance"));
}

BOOST_AUTO_TEST_SUITE_END()
