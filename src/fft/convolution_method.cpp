// Costs of the methods, relative to one another.
#include <mercer/fft/convolution_method.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace mercer {
namespace {

// [ns] for each number of a row, as `bench convolution` prints them for AVX-512 and single precision; another
// level or precision changes all of them by about the same factor.
constexpr double direct_base = 0.13, direct_tap = 0.029;
constexpr int smallest_ring = 8;  ///< log2
constexpr std::array ring_costs{1.56, 1.33, 1.33, 1.34, 1.43, 1.51, 1.63, 1.72, 1.80, 1.94, 2.05, 2.4, 3.2};

double ring_cost(double size) {
  const double place = std::clamp(std::log2(size) - smallest_ring, 0.0, static_cast<double>(ring_costs.size() - 1));
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ring_costs.size() - 1);
  const double share = place - static_cast<double>(below);
  return std::max(size, 256.0) * ((1 - share) * ring_costs[below] + share * ring_costs[above]);
}

double block_cost(Index length, Index taps, Index ring) {
  const Index step = ring - taps + 1;
  return static_cast<double>((length + step - 1) / step) * ring_cost(static_cast<double>(ring));
}

/// The best size of ring for blocks.
Index block_ring(Index length, Index taps) {
  Index best = static_cast<Index>(std::bit_ceil(static_cast<std::uint64_t>(std::max<Index>(2 * taps, 256))));
  for (Index ring = 2 * best; ring < 2 * length; ring *= 2)
    if (block_cost(length, taps, ring) < block_cost(length, taps, best)) best = ring;
  return best;
}

}  // namespace

MethodChoice choose_method(Index length, Index taps, ConvolutionMethod wanted) {
  const MethodChoice direct{ConvolutionMethod::direct}, whole{ConvolutionMethod::ring, length};
  const MethodChoice blocks{ConvolutionMethod::blocks, block_ring(length, taps)};
  if (wanted == ConvolutionMethod::direct) return direct;
  if (wanted == ConvolutionMethod::ring) return whole;
  if (wanted == ConvolutionMethod::blocks) return blocks;
  const double in_blocks = block_cost(length, taps, blocks.ring), at_once = ring_cost(static_cast<double>(length));
  const double by_sums = static_cast<double>(length) * (direct_base + direct_tap * static_cast<double>(taps));
  if (by_sums < std::min(in_blocks, at_once)) return direct;
  return in_blocks < at_once ? blocks : whole;
}

}  // namespace mercer
