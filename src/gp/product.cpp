// Products of covariances over dimensions.
#include <mercer/gp/product.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace mercer {
namespace {

constexpr Index block = Covariance::block;

std::span<const double> piece(View<const double> table, Index row, Index begin, Index count) {
  return table.row(row).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
}

}  // namespace

ProductCovariance::ProductCovariance(std::vector<CovariancePointer> factors)
    : factors_(std::move(factors)), begins_{0} {
  require(dimensions() >= 1 && dimensions() <= 3, Fault::config,
          "a product of covariances has one to three axes, not {}", dimensions());
  for (int axis = 0; axis < dimensions(); ++axis) {
    for (ParameterInfo info : factor(axis).parameters()) {
      info.name = fmt::format("axis{}.{}", axis + 1, info.name);
      parameters_.push_back(std::move(info));
    }
    begins_.push_back(begins_.back() + factor(axis).parameter_count());
  }
}

std::span<const double> ProductCovariance::theta_of(std::span<const double> theta, int axis) const {
  require(std::cmp_equal(theta.size(), parameter_count()), Fault::internal, "a covariance of {} parameters got {}",
          parameter_count(), theta.size());
  return theta.subspan(static_cast<std::size_t>(begins_[static_cast<std::size_t>(axis)]),
                       static_cast<std::size_t>(factor(axis).parameter_count()));
}

void ProductCovariance::check(View<const double> t, std::span<const int> orders, Index count,
                              View<double> jacobian) const {
  require(t.shape() == Shape{dimensions(), count} && std::cmp_equal(orders.size(), dimensions()), Fault::internal,
          "{} values of a covariance in {} dimensions need distances [{}, {}] and as many orders as dimensions", count,
          dimensions(), dimensions(), count);
  require(jacobian.data() == nullptr || jacobian.shape() == Shape{parameter_count(), count}, Fault::internal,
          "the jacobian of a covariance must have the shape [{}, {}]", parameter_count(), count);
  for (const int order : orders)
    require(order >= 0 && order < Covariance::most_orders, Fault::internal,
            "a covariance has derivatives 0 to {}, not {}", Covariance::most_orders - 1, order);
}

void ProductCovariance::evaluate(std::span<const double> theta, View<const double> t, std::span<const int> orders,
                                 std::span<double> values, View<double> jacobian) const {
  const Index count = static_cast<Index>(values.size());
  check(t, orders, count, jacobian);
  const bool with_jacobian = jacobian.data() != nullptr;
  std::array<double, Covariance::most_orders * block> memory;
  std::array<std::array<double, block>, 3> factors;
  Tensor<double> slope_memory({with_jacobian ? Covariance::most_orders * parameter_count() * block : 0});
  for (Index begin = 0; begin < count; begin += block) {
    const Index part = std::min(block, count - begin);
    std::fill_n(values.begin() + begin, part, 1.0);
    for (int axis = 0; axis < dimensions(); ++axis) {
      const auto place = static_cast<std::size_t>(axis);
      const Index order = orders[place], own = factor(axis).parameter_count();
      const View<double> jets(memory.data(), {order + 1, part});
      const View<double> slopes(with_jacobian ? slope_memory.data() : nullptr, {order + 1, own, part});
      factor(axis).evaluate(theta_of(theta, axis), piece(t, axis, begin, part), jets, slopes);
      std::ranges::copy(jets.row(order), factors[place].begin());
      for (Index i = 0; i < part; ++i) values[static_cast<std::size_t>(begin + i)] *= jets(order, i);
      for (Index p = 0; with_jacobian && p < own; ++p)
        std::ranges::copy(slopes.row(order * own + p), &jacobian(begins_[place] + p, begin));
    }
    // So far each row of the jacobian has the slope of one factor; the others multiply it.
    for (std::size_t axis = 0; with_jacobian && axis < factors_.size(); ++axis)
      for (std::size_t other = 0; other < factors_.size(); ++other)
        for (Index p = begins_[axis]; other != axis && p < begins_[axis + 1]; ++p)
          for (Index i = 0; i < part; ++i) jacobian(p, begin + i) *= factors[other][static_cast<std::size_t>(i)];
  }
}

double ProductCovariance::value(std::span<const double> theta, std::span<const double> t,
                                std::span<const int> orders) const {
  double result = 0;
  evaluate(theta, View<const double>(t.data(), {static_cast<Index>(t.size()), 1}), orders, {&result, 1});
  return result;
}

void ProductCovariance::spectrum(std::span<const double> theta, View<const double> frequencies,
                                 std::span<double> density) const {
  require(frequencies.shape() == Shape{dimensions(), static_cast<Index>(density.size())}, Fault::internal,
          "{} densities in {} dimensions need as many frequencies", density.size(), dimensions());
  std::vector<double> one(density.size());
  std::ranges::fill(density, 1.0);
  for (int axis = 0; axis < dimensions(); ++axis) {
    factor(axis).spectrum(theta_of(theta, axis), frequencies.row(axis), one);
    for (std::size_t i = 0; i < density.size(); ++i) density[i] *= one[i];
  }
}

std::vector<Features> ProductCovariance::features(std::span<const double> theta, Index count) const {
  std::vector<Features> all;
  for (int axis = 0; axis < dimensions(); ++axis) all.push_back(factor(axis).features(theta_of(theta, axis), count));
  return all;
}

void covariance_matrix(const ProductCovariance& covariance, std::span<const double> theta, View<const double> x,
                       std::span<const int> a, View<const double> y, std::span<const int> b, View<double> matrix) {
  const Index rows = x.shape()[0], count = y.shape()[0], axes = covariance.dimensions();
  require(x.shape() == Shape{rows, axes} && y.shape() == Shape{count, axes} && matrix.shape() == Shape{rows, count} &&
              std::cmp_equal(a.size(), axes) && std::cmp_equal(b.size(), axes),
          Fault::internal, "the points, orders and matrix of a covariance in {} dimensions do not fit together", axes);
  std::vector<int> orders;
  double sign = 1;  // d/dx' = -d/dt
  for (std::size_t axis = 0; axis < a.size(); ++axis) {
    orders.push_back(a[axis] + b[axis]);
    if (b[axis] % 2 != 0) sign = -sign;
  }
  Tensor<double> t({axes, count});
  for (Index i = 0; i < rows; ++i) {
    for (Index axis = 0; axis < axes; ++axis)
      for (Index j = 0; j < count; ++j) t(axis, j) = x(i, axis) - y(j, axis);
    covariance.evaluate(theta, t.view(), orders, matrix.row(i));
    for (double& entry : matrix.row(i)) entry *= sign;
  }
}

}  // namespace mercer
