// The tree of factors of x^N - i.
#include <mercer/fft/ring.hpp>

#include <bit>
#include <cmath>
#include <numbers>
#include <type_traits>

namespace mercer {
namespace {

constexpr Index nearest_cache = 16384;  ///< bytes: half of what processors have, as kernels stream through the rest

/// Splits after the first one, the last of which has radix 4, and the vectors that they make.
struct Splits {
  Index vectors = 4;
  std::vector<int> radices;
};

/// The smallest 4 * 2^a * {1, 3, 5, 15} that is at least `vectors`, by its radices: as many eights as there can be, as
/// each level stores all numbers once, and the fours before the last of them, so that 4 * 8 * 4 vectors in the nearest
/// cache are left of a large block.
Splits splits_for(Index vectors) {
  Splits best;
  for (const Index odd : {1, 3, 5, 15}) {
    Index size = 4 * odd;
    while (size < vectors) size *= 2;
    if (best.radices.empty() || size < best.vectors) {
      best = {size, {}};
      if (odd % 3 == 0) best.radices.push_back(3);
      if (odd % 5 == 0) best.radices.push_back(5);
      int bits = std::countr_zero(static_cast<std::uint64_t>(size / odd)) - 2;
      if (bits == 1) best.radices.push_back(2);
      const bool has_fours = bits == 6;  // of which one goes with the first split; eight would touch too many places
      std::size_t fours = 0;
      for (; bits == 2 || (bits >= 4 && (has_fours || bits % 3 != 0)); bits -= 2) ++fours;
      for (; bits >= 6; bits -= 3) best.radices.push_back(8);
      best.radices.insert(best.radices.end(), fours, 4);
      if (bits == 3) best.radices.push_back(8);
      best.radices.push_back(4);
    }
  }
  return best;
}

/// exp(2 pi i turns).
struct Root {
  explicit Root(double turns)
      : re(std::cos(2 * std::numbers::pi * turns)), im(std::sin(2 * std::numbers::pi * turns)) {}
  double re, im;
};

template <class T>
void append(std::vector<T>& list, double turns) {
  const Root root(turns);
  list.push_back(static_cast<T>(root.re));
  list.push_back(static_cast<T>(root.im));
}

/// Constants of the first split, as its kernel wants them, and the factor x^M - exp(2 pi i turns) in each lane.
template <class T>
std::vector<double> first_split(int lanes, std::vector<T>& powers) {
  const int outer = std::min(lanes, 4), inner = lanes / outer;
  std::vector<double> turns;
  for (int p = 1; p < outer; ++p) append(powers, 0.25 / outer * p);
  for (int q = 0; q < outer; ++q) {
    const double part = (0.25 + q) / outer;
    for (int p = 1; p < inner; ++p) append(powers, part / inner * p);
    for (int s = 0; s < inner; ++s) turns.push_back((part + s) / inner);
  }
  return turns;
}

/// The roots of the nodes of one level, and the angles of the nodes of the next, [nodes][lanes].
template <class T>
Tensor<T> roots_of_level(int radix, Index lanes, std::vector<double>& turns) {
  const Index nodes = static_cast<Index>(turns.size()) / lanes;
  Tensor<T> roots({nodes, 2, lanes}, Rows::dense);
  std::vector<double> next(turns.size() * static_cast<std::size_t>(radix));
  for (Index node = 0; node < nodes; ++node)
    for (Index lane = 0; lane < lanes; ++lane) {
      const double sigma = turns[static_cast<std::size_t>(node * lanes + lane)] / radix;
      const Root root(sigma);
      roots(node, 0, lane) = static_cast<T>(root.re);
      roots(node, 1, lane) = static_cast<T>(root.im);
      for (Index q = 0; q < radix; ++q)
        next[static_cast<std::size_t>((node * radix + q) * lanes + lane)] =
            sigma + static_cast<double>(q) / static_cast<double>(radix);
    }
  turns = std::move(next);
  return roots;
}

}  // namespace

template <class T>
const ConvolutionKernels<T>& convolution_kernels([[maybe_unused]] Simd level) {
  if constexpr (std::is_same_v<T, float>)
    return MERCER_AT_LEVEL(level, float_kernels);
  else
    return MERCER_AT_LEVEL(level, double_kernels);
}

template <class T>
Index Ring<T>::fitting_size(Index length, Simd level) {
  const Index lanes = convolution_kernels<T>(level).lanes;
  return lanes * splits_for(std::max(lanes, (length + lanes - 1) / lanes)).vectors;
}

template <class T>
Ring<T>::Ring(Index length, Simd level) : kernels_(&convolution_kernels<T>(level)) {
  require(length >= 1, Fault::internal, "a ring holds at least one coefficient, not {}", length);
  const Splits splits = splits_for(std::max(lanes(), (length + lanes() - 1) / lanes()));
  tables_.vectors = splits.vectors;
  tables_.levels = static_cast<int>(splits.radices.size());
  tables_.nearby = nearest_cache / (2 * lanes() * static_cast<Index>(sizeof(T)));
  std::vector<double> turns = first_split(kernels_->lanes, first_);
  tables_.first = first_.data();
  for (int level_number = 0; const int radix : splits.radices) {
    roots_.push_back(roots_of_level<T>(radix, lanes(), turns));
    tables_.level[level_number++] = {radix, roots_.back().data()};
  }
}

template const ConvolutionKernels<float>& convolution_kernels(Simd);
template const ConvolutionKernels<double>& convolution_kernels(Simd);
template class Ring<float>;
template class Ring<double>;

}  // namespace mercer
