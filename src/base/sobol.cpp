#include <mercer/base/random.hpp>
#include <mercer/base/sobol.hpp>

#include <array>

namespace mercer {
namespace {

using Directions = std::array<std::uint32_t, sobol_bits>;

/// A primitive polynomial over the integers modulo 2, its inner coefficients as the digits of a number, and the first
/// direction numbers.
struct Primitive {
  int degree;
  std::uint32_t coefficients;
  std::array<std::uint32_t, 7> first;
};

/// Dimensions 2 to 21 of the table new-joe-kuo-6.21201.
constexpr std::array<Primitive, sobol_dimensions - 1> primitives{{{1, 0, {1}},
                                                                  {2, 1, {1, 3}},
                                                                  {3, 1, {1, 3, 1}},
                                                                  {3, 2, {1, 1, 1}},
                                                                  {4, 1, {1, 1, 3, 3}},
                                                                  {4, 4, {1, 3, 5, 13}},
                                                                  {5, 2, {1, 1, 5, 5, 17}},
                                                                  {5, 4, {1, 1, 5, 5, 5}},
                                                                  {5, 7, {1, 1, 7, 11, 19}},
                                                                  {5, 11, {1, 1, 5, 1, 1}},
                                                                  {5, 13, {1, 1, 1, 3, 11}},
                                                                  {5, 14, {1, 3, 5, 5, 31}},
                                                                  {6, 1, {1, 3, 3, 9, 7, 49}},
                                                                  {6, 13, {1, 1, 1, 15, 21, 21}},
                                                                  {6, 16, {1, 3, 1, 13, 27, 49}},
                                                                  {6, 19, {1, 1, 1, 15, 7, 5}},
                                                                  {6, 22, {1, 3, 1, 15, 13, 25}},
                                                                  {6, 25, {1, 1, 5, 5, 19, 61}},
                                                                  {7, 1, {1, 3, 7, 11, 23, 15, 103}},
                                                                  {7, 4, {1, 3, 7, 13, 13, 15, 69}}}};

constexpr Directions directions_of(int dimension) {
  Directions v{};
  if (dimension == 0) {
    for (int k = 0; k < sobol_bits; ++k) v[static_cast<std::size_t>(k)] = std::uint32_t{1} << (sobol_bits - 1 - k);
    return v;
  }
  const Primitive& p = primitives[static_cast<std::size_t>(dimension - 1)];
  for (int k = 0; k < sobol_bits; ++k) {
    const auto at = static_cast<std::size_t>(k), before = static_cast<std::size_t>(p.degree);
    if (k < p.degree) {
      v[at] = p.first[at] << (sobol_bits - 1 - k);
      continue;
    }
    v[at] = v[at - before] ^ (v[at - before] >> p.degree);
    for (int j = 1; j < p.degree; ++j)
      if ((p.coefficients >> (p.degree - 1 - j) & 1) != 0) v[at] ^= v[at - static_cast<std::size_t>(j)];
  }
  return v;
}

constexpr std::array<Directions, sobol_dimensions> all_directions = [] {
  std::array<Directions, sobol_dimensions> all{};
  for (int dimension = 0; dimension < sobol_dimensions; ++dimension)
    all[static_cast<std::size_t>(dimension)] = directions_of(dimension);
  return all;
}();

}  // namespace

std::uint32_t sobol(std::uint32_t index, int dimension) noexcept {
  std::uint32_t digits = 0, gray = index ^ (index >> 1);
  for (const std::uint32_t direction : all_directions[static_cast<std::size_t>(dimension)]) {
    if (gray == 0) break;
    if ((gray & 1) != 0) digits ^= direction;
    gray >>= 1;
  }
  return digits;
}

std::uint32_t owen_scrambled(std::uint32_t digits, std::uint64_t seed, std::uint64_t stream) noexcept {
  const Random coins(seed, stream);
  std::uint32_t scrambled = 0;
  for (int k = 0; k < sobol_bits; ++k) {
    const std::uint64_t before =
        std::uint64_t{1} << k | (k == 0 ? 0 : digits >> (sobol_bits - k));  // one for each node
    const std::uint32_t digit = digits >> (sobol_bits - 1 - k) & 1;
    scrambled = scrambled << 1 | (digit ^ static_cast<std::uint32_t>(coins.integer(before, 2)));
  }
  return scrambled;
}

}  // namespace mercer
