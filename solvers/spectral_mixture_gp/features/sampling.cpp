// One point left out in each part of a half axis, and its mirror image.
#include <mercer/solvers/spectral_mixture_gp/features/sampling.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer::smgp {
namespace {

constexpr Index least = 8;

/// Of one half of `count` points.
Index pairs(Index count, int dimensions) {
  const Index most = std::max<Index>(count / 8, 1);
  return dimensions > 1 ? std::max<Index>(count / 40, 1)
                        : std::clamp<Index>(count / 16, std::min<Index>(8, most), most);
}

}  // namespace

std::vector<Index> left_out(const Sampling& sampling, Fitted fitted) {
  const Index begin = sampling.placement == Placement::left ? 1 : 0, count = sampling.count - begin;
  std::vector<Index> positions;
  if (begin == 1) positions.push_back(0);
  if (fitted == Fitted::all) return positions;
  const Index number = pairs(count, sampling.dimensions);
  const double part = static_cast<double>(count / 2) / static_cast<double>(number);
  for (Index k = 0; k < number; ++k) {
    const double turns = std::numbers::phi * static_cast<double>(k + 1), fraction = turns - std::floor(turns);
    const Index position = std::max<Index>(1, static_cast<Index>(part * (static_cast<double>(k) + fraction)));
    positions.insert(positions.end(), {begin + position, begin + count - 1 - position});
  }
  std::sort(positions.begin(), positions.end());
  return positions;
}

Quadrature sample_points(const Sampling& sampling, Fitted fitted) {
  require(sampling.count >= least, Fault::data, "{} samples along an axis are too few; at least {} are needed",
          sampling.count, least);
  const auto n = static_cast<double>(sampling.count);
  Quadrature rule{Eigen::VectorXd(sampling.count), Eigen::VectorXd::Ones(sampling.count)};
  for (Index i = 0; i < sampling.count; ++i) {
    const auto twice = static_cast<double>(2 * i);
    switch (sampling.placement) {
      case Placement::nodes:
        rule.points[i] = (twice - n + 1) / (n - 1);
        break;
      case Placement::left:
        rule.points[i] = (twice - n) / n;
        break;
      case Placement::cells:
        rule.points[i] = (twice - n + 1) / n;
        break;
    }
  }
  for (const Index position : left_out(sampling, fitted)) rule.weights[position] = 0;
  rule.weights *= 2 / rule.weights.sum();
  return rule;
}

}  // namespace mercer::smgp
