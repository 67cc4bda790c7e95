// Where the search for hyper-parameters starts: what autocovariances along the axes tell.
#include <mercer/gp/grid_fit.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer {
namespace {

/// Mean products of values `lag` points apart along one axis, over pairs that are both there.
std::vector<double> autocovariance(const Shape& shape, int axis, std::span<const double> data) {
  Index stride = 1;
  for (int later = axis + 1; later < shape.dimensions(); ++later) stride *= shape[later];
  const Index points = shape[axis], lags = std::max<Index>(1, points / 2);
  std::vector<double> means;
  for (Index lag = 0; lag < lags; ++lag) {
    double sum = 0, count = 0;
    for (Index i = 0; i < shape.count(); ++i) {
      if (i / stride % points + lag >= points) continue;
      const double product = data[static_cast<std::size_t>(i)] * data[static_cast<std::size_t>(i + lag * stride)];
      if (std::isnan(product)) continue;
      sum += product;
      count += 1;
    }
    means.push_back(count > 0 ? sum / count : 0);
  }
  return means;
}

struct Line {
  double frequency, power;
};

/// The highest peaks of the spectrum of an autocovariance, in cycles per unit; where there are too few, multiples of
/// the lowest frequency with little power.
std::vector<Line> strongest_lines(const std::vector<double>& autocovariance, double spacing, std::size_t count) {
  const std::size_t lags = autocovariance.size(), steps = 4 * lags;
  std::vector<double> power;
  for (std::size_t j = 0; j < steps; ++j) {
    const double angle = std::numbers::pi * static_cast<double>(j) / static_cast<double>(steps);
    double sum = 0;
    for (std::size_t lag = 1; lag < lags; ++lag) {
      const double taper =
          0.5 + 0.5 * std::cos(std::numbers::pi * static_cast<double>(lag) / static_cast<double>(lags));
      sum += taper * autocovariance[lag] * std::cos(angle * static_cast<double>(lag));
    }
    power.push_back(sum);
  }
  const auto frequency = [&](std::size_t j) {
    return 0.5 * static_cast<double>(j) / (static_cast<double>(steps) * spacing);
  };
  std::vector<Line> lines;
  for (std::size_t j = 0; j + 1 < steps; ++j)
    if (power[j] > 0 && (j == 0 || power[j] >= power[j - 1]) && power[j] > power[j + 1])
      lines.push_back({frequency(j), power[j]});
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.power > b.power; });
  const double least = 1e-2 * (lines.empty() ? 1 : lines.front().power);
  while (lines.size() < count) lines.push_back({frequency(4 * (1 + lines.size())), least});
  lines.resize(count);
  return lines;
}

/// What one axis says, for the parameters of its factor.
struct AxisStart {
  double variance, share, length, extent;  ///< share: this axis' part of the variance of the product
  std::vector<Line> lines;
  double total_power = 0;

  double value(const std::string& name, std::size_t i) const {
    if (name == "variance") return variance;
    if (name == "length") return length;
    if (name == "weight") return share * lines[i].power / total_power;
    if (name == "frequency") return lines[i].frequency;
    const double envelope = extent / 6;
    if (name == "inverse_square_length") return 0.5 / (envelope * envelope);
    require(name == "inverse_length", Fault::unavailable, "there is no rule for a first value of '{}'; give it", name);
    return 1 / envelope;
  }
};

double half_length(const std::vector<double>& autocovariance, double spacing) {
  std::size_t lag = 1;
  if (autocovariance.size() < 2) return spacing;
  while (lag + 1 < autocovariance.size() && autocovariance[lag] > 0.5 * autocovariance[1]) ++lag;
  return 0.85 * static_cast<double>(lag) * spacing;  // exp(-t^2 / 2) halves at 1.18
}

}  // namespace

std::vector<double> grid_start(const ProductCovariance& covariance, const GridSpacing& grid,
                               std::span<const double> data) {
  std::vector<std::vector<double>> curves;
  double smooth = 0;
  const auto axes = static_cast<std::size_t>(covariance.dimensions());
  for (int axis = 0; axis < covariance.dimensions(); ++axis) {
    curves.push_back(autocovariance(grid.shape, axis, data));
    const std::vector<double>& curve = curves.back();
    // a parabola through lags one and two, at lag zero
    smooth += (curve.size() > 2 ? (4 * curve[1] - curve[2]) / 3 : curve.back()) / static_cast<double>(axes);
  }
  const double total = curves.front()[0];
  require(total > 0, Fault::data, "the data are all zero or constant; there is nothing to learn from them");
  const double noise_variance = std::clamp(total - smooth, 1e-4 * total, 0.9 * total);
  const double variance = total - noise_variance;
  std::vector<double> start;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Covariance& factor = covariance.factor(static_cast<int>(axis));
    AxisStart from{variance,
                   std::pow(variance, 1.0 / static_cast<double>(axes)),
                   half_length(curves[axis], grid.spacing[axis]),
                   grid.spacing[axis] * static_cast<double>(grid.shape[static_cast<int>(axis)]),
                   {}};
    from.lines = strongest_lines(curves[axis], grid.spacing[axis],
                                 static_cast<std::size_t>(factor.parameters().front().shape.count()));
    for (const Line& line : from.lines) from.total_power += line.power;
    for (const ParameterInfo& info : factor.parameters())
      for (Index i = 0; i < info.shape.count(); ++i)
        start.push_back(info.domain.raw(from.value(info.name, static_cast<std::size_t>(i))));
  }
  start.push_back(0.5 * std::log(noise_variance));
  return start;
}

}  // namespace mercer
