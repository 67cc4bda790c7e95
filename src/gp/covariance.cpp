// What all covariances on the line share: checks, blocks of distances, matrices and gradients.
#include <mercer/gp/covariance.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace mercer {
namespace {

void check_theta(const Covariance& covariance, std::span<const double> theta) {
  require(std::cmp_equal(theta.size(), covariance.parameter_count()), Fault::internal,
          "a covariance of {} parameters got {}", covariance.parameter_count(), theta.size());
}

/// Columns [begin, begin + count) of a table with one to three dimensions.
View<double> columns(View<double> whole, Index begin, Index count) {
  if (whole.data() == nullptr) return {};
  Shape shape = whole.shape();
  shape[shape.dimensions() - 1] = count;
  return {whole.data() + begin, shape, whole.strides()};
}

}  // namespace

Covariance::Covariance(std::vector<ParameterInfo> parameters, int smoothness)
    : parameters_(std::move(parameters)), smoothness_(smoothness) {
  for (const ParameterInfo& info : parameters_) parameter_count_ += info.shape.count();
}

void Covariance::evaluate(std::span<const double> theta, std::span<const double> t, View<double> values,
                          View<double> jacobian) const {
  check_theta(*this, theta);
  const Index orders = values.shape()[0], count = static_cast<Index>(t.size());
  require(orders >= 1 && orders <= most_orders && values.shape() == Shape{orders, count}, Fault::internal,
          "the values of a covariance at {} distances do not fit into [{}, {}]", count, orders, values.shape().back());
  require(jacobian.data() == nullptr || jacobian.shape() == Shape{orders, parameter_count_, count}, Fault::internal,
          "the jacobian of a covariance must have the shape [{}, {}, {}]", orders, parameter_count_, count);
  if (orders > smoothness_ + 1)
    require(std::find(t.begin(), t.end(), 0.0) == t.end(), Fault::config,
            "derivative {} of this covariance does not exist at zero distance, only those up to {} do; choose a "
            "smoother one",
            orders - 1, smoothness_);
  for (Index begin = 0; begin < count; begin += block) {
    const Index part = std::min(block, count - begin);
    do_evaluate(theta, t.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(part)),
                columns(values, begin, part), columns(jacobian, begin, part));
  }
}

double Covariance::value(std::span<const double> theta, double t, int order) const {
  std::array<double, most_orders> values{};
  require(order >= 0 && order < most_orders, Fault::internal, "a covariance has derivatives 0 to {}, not {}",
          most_orders - 1, order);
  evaluate(theta, {&t, 1}, View<double>(values.data(), {order + 1, 1}));
  return values[static_cast<std::size_t>(order)];
}

void Covariance::spectrum(std::span<const double> theta, std::span<const double> frequencies,
                          std::span<double> density) const {
  check_theta(*this, theta);
  require(frequencies.size() == density.size(), Fault::internal, "{} frequencies have {} densities", frequencies.size(),
          density.size());
  do_spectrum(theta, frequencies, density);
}

Features Covariance::features(std::span<const double> theta, Index count) const {
  check_theta(*this, theta);
  require(count >= 1, Fault::config, "a spectrum needs one frequency or more, not {}", count);
  return do_features(theta, count);
}

void covariance_matrix(const Covariance& covariance, std::span<const double> theta, std::span<const double> x, int a,
                       std::span<const double> y, int b, View<double> matrix) {
  const Index rows = static_cast<Index>(x.size()), count = static_cast<Index>(y.size());
  require(a >= 0 && b >= 0 && a + b < Covariance::most_orders, Fault::internal,
          "a covariance has derivatives up to order {}, not {} and {}", Covariance::most_orders - 1, a, b);
  require(matrix.shape() == Shape{rows, count}, Fault::internal, "a covariance matrix must have the shape [{}, {}]",
          rows, count);
  std::vector<double> t(y.size());
  Tensor<double> values({a + b + 1, count});
  const double sign = b % 2 == 0 ? 1 : -1;  // d/dx' = -d/dt
  for (Index i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < y.size(); ++j) t[j] = x[static_cast<std::size_t>(i)] - y[j];
    covariance.evaluate(theta, t, values.view());
    for (Index j = 0; j < count; ++j) matrix(i, j) = sign * values(a + b, j);
  }
}

void pull_back(const Covariance& covariance, std::span<const double> theta, std::span<const double> t,
               View<const double> weights, std::span<double> gradient) {
  const Index orders = weights.shape()[0], parameters = covariance.parameter_count();
  require(orders >= 1 && orders <= Covariance::most_orders &&
              weights.shape() == Shape{orders, static_cast<Index>(t.size())},
          Fault::internal, "the weights of {} distances do not have the shape [{}, {}]", t.size(), orders,
          weights.shape().back());
  require(std::cmp_equal(gradient.size(), parameters), Fault::internal, "the gradient of {} parameters has {} entries",
          parameters, gradient.size());
  constexpr Index block = Covariance::block;
  Tensor<double> values({orders, block}), jacobian({orders, parameters, block});
  for (Index begin = 0; begin < static_cast<Index>(t.size()); begin += block) {
    const Index part = std::min(block, static_cast<Index>(t.size()) - begin);
    covariance.evaluate(theta, t.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(part)),
                        columns(values.view(), 0, part), columns(jacobian.view(), 0, part));
    for (Index order = 0; order < orders; ++order)
      for (Index p = 0; p < parameters; ++p) {
        double sum = 0;
        for (Index i = 0; i < part; ++i) sum += weights(order, begin + i) * jacobian(order, p, i);
        gradient[static_cast<std::size_t>(p)] += sum;
      }
  }
}

}  // namespace mercer
