#include <mercer/base/error.hpp>
#include <mercer/gp/quadrature.hpp>
#include <mercer/gp/warp.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numbers>
#include <vector>

namespace mercer {
namespace {

bool needs_positive(WarpKind kind) { return kind == WarpKind::log || kind == WarpKind::box_cox; }

/// w(y), before it is standardised.
double map(const Warp& warp, double y) {
  switch (warp.kind) {
    case WarpKind::log:
      return std::log(y / warp.scale);
    case WarpKind::box_cox:
      return warp.power == 0 ? std::log(y / warp.scale)
                             : std::expm1(warp.power * std::log(y / warp.scale)) / warp.power;
    case WarpKind::asinh:
      return std::asinh((y - warp.shift) / warp.scale);
    case WarpKind::none:
      break;
  }
  return y;
}

double log_slope_of_map(const Warp& warp, double y) {
  switch (warp.kind) {
    case WarpKind::log:
      return -std::log(y);
    case WarpKind::box_cox:
      return (warp.power - 1) * std::log(y / warp.scale) - std::log(warp.scale);
    case WarpKind::asinh: {
      const double u = (y - warp.shift) / warp.scale;
      return -0.5 * std::log1p(u * u) - std::log(warp.scale);
    }
    case WarpKind::none:
      break;
  }
  return 0;
}

std::vector<double> present(std::span<const double> y) {
  std::vector<double> values;
  std::copy_if(y.begin(), y.end(), std::back_inserter(values), [](double value) { return !std::isnan(value); });
  return values;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Of values that are equal but for rounding, the deviation is zero.
Moments moments(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  double mean = 0, square = 0, largest = 0;
  for (const double value : values) mean += value / count;
  for (const double value : values) {
    square += (value - mean) * (value - mean) / count;
    largest = std::max(largest, std::abs(value));
  }
  const double deviation = std::sqrt(square);
  return {mean, deviation > 1e-14 * largest ? deviation : 0};
}

void standardise(Warp& warp, std::span<const double> y) {
  std::vector<double> mapped;
  for (const double value : y) mapped.push_back(map(warp, value));
  const auto [mean, deviation] = moments(mapped);
  warp.mean = mean;
  warp.deviation = deviation;
}

/// -log of the likelihood of normal z, without constants.
double surprise(Warp& warp, std::span<const double> y) {
  standardise(warp, y);
  double sum = 0;
  for (const double value : y) sum -= warp.log_slope(value);
  return sum;
}

/// The minimum of a function of one unknown: the lowest of a row of points, refined by golden sections.
double lowest(double lower, double upper, const std::function<double(double)>& function) {
  constexpr int points = 25, sections = 40;
  const double width = (upper - lower) / (points - 1);
  double best = lower, value = function(lower);
  for (int i = 1; i < points; ++i) {
    const double at = lower + i * width, here = function(at);
    if (here < value) best = at, value = here;
  }
  double a = std::max(lower, best - width), b = std::min(upper, best + width);
  constexpr double golden = 1 / std::numbers::phi;
  for (int i = 0; i < sections; ++i) {
    const double left = b - golden * (b - a), right = a + golden * (b - a);
    if (function(left) < function(right))
      b = right;
    else
      a = left;
  }
  return (a + b) / 2;
}

}  // namespace

const char* name(WarpKind kind) noexcept {
  switch (kind) {
    case WarpKind::log:
      return "log";
    case WarpKind::box_cox:
      return "box_cox";
    case WarpKind::asinh:
      return "asinh";
    case WarpKind::none:
      break;
  }
  return "none";
}

double Warp::forward(double y) const {
  return is_constant() && !std::isnan(y) ? 0 : (map(*this, y) - mean) / deviation;
}

double Warp::backward(double z) const {
  const double w = mean + deviation * z;
  switch (kind) {
    case WarpKind::log:
      return scale * std::exp(w);
    case WarpKind::box_cox:
      return power == 0 ? scale * std::exp(w) : scale * std::pow(std::max(0.0, 1 + power * w), 1 / power);
    case WarpKind::asinh:
      return shift + scale * std::sinh(w);
    case WarpKind::none:
      break;
  }
  return w;
}

double Warp::log_slope(double y) const { return log_slope_of_map(*this, y) - std::log(deviation); }

bool is_possible(WarpKind kind, std::span<const double> y) {
  return !needs_positive(kind) || std::all_of(y.begin(), y.end(), [](double value) { return !(value <= 0); });
}

Warp fit_warp(WarpKind kind, std::span<const double> y) {
  const std::vector<double> values = present(y);
  require(!values.empty(), Fault::data, "an output has no values at all");
  require(is_possible(kind, values), Fault::data, "a warp '{}' needs positive outputs, and the smallest one is {}",
          name(kind), *std::min_element(values.begin(), values.end()));
  Warp warp{.kind = kind};
  if (moments(values).deviation == 0) {
    warp.kind = WarpKind::none;
  } else if (needs_positive(kind)) {
    double mean = 0;
    for (const double value : values) mean += std::log(value) / static_cast<double>(values.size());
    warp.scale = std::exp(mean);
    warp.power = 0;
    if (kind == WarpKind::box_cox)
      warp.power = lowest(0, 2, [&](double power) { return warp.power = power, surprise(warp, values); });
  } else if (kind == WarpKind::asinh) {
    const double deviation = moments(values).deviation;
    warp.shift = median(values);
    const double scale = lowest(-7, 5, [&](double log_scale) {
      warp.scale = deviation * std::exp(log_scale);
      return surprise(warp, values);
    });
    warp.scale = deviation * std::exp(scale);
  }
  standardise(warp, values);
  return warp;
}

Moments moments_of(const Warp& warp, const Moments& z) {
  if (warp.kind == WarpKind::none) return {warp.backward(z.mean), warp.deviation * z.deviation};
  static const GaussRule rule = gauss_hermite(32);
  double mean = 0, square = 0;
  const auto value = [&](std::size_t i) {
    return warp.backward(z.mean + std::numbers::sqrt2 * z.deviation * rule.nodes[i]);
  };
  const double norm = 1 / std::sqrt(std::numbers::pi);
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) mean += norm * rule.weights[i] * value(i);
  for (std::size_t i = 0; i < rule.nodes.size(); ++i)
    square += norm * rule.weights[i] * (value(i) - mean) * (value(i) - mean);
  return {mean, std::sqrt(square)};
}

}  // namespace mercer
