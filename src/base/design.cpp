#include <mercer/base/design.hpp>
#include <mercer/base/random.hpp>
#include <mercer/base/sobol.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace mercer {
namespace {

constexpr Index most_points = Index{1} << 32;

/// Families of random numbers, one a dimension; other parts of the library use small numbers.
constexpr std::uint64_t positions = std::uint64_t{0x64657369} << 32, layers = positions + (std::uint64_t{1} << 16),
                        digits = positions + (std::uint64_t{2} << 16);

double below_one(double value) { return std::min(value, std::nextafter(1.0, 0.0)); }

}  // namespace

/// A Feistel network on the pairs of digits that hold `count` numbers; what falls outside goes round again. Black and
/// Rogaway (2002).
Index permuted(Index index, Index count, std::uint64_t seed, std::uint64_t stream) noexcept {
  constexpr std::uint64_t rounds = 8;
  const int bits = (static_cast<int>(std::bit_width(static_cast<std::uint64_t>(count - 1))) + 1) / 2;
  const std::uint64_t half = std::uint64_t{1} << bits;
  const Random random(seed, stream);
  auto value = static_cast<std::uint64_t>(index);
  do {
    std::uint64_t left = value / half, right = value % half;
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const std::uint64_t mixed = left ^ random.integer(round << 32 | right, half);
      left = right, right = mixed;
    }
    value = left * half + right;
  } while (value >= static_cast<std::uint64_t>(count));
  return static_cast<Index>(value);
}

Design::Design(DesignKind kind, Index count, int dimensions, std::uint64_t seed, Scrambling scrambling)
    : kind_(kind), count_(count), dimensions_(dimensions), seed_(seed), scrambling_(scrambling) {
  require(count >= 0 && dimensions >= 1, Fault::config, "a design has points in one or more dimensions, not {} in {}",
          count, dimensions);
  require(count <= most_points, Fault::config, "a design has at most 2^32 points, not {}", count);
  require(kind != DesignKind::sobol || dimensions <= sobol_dimensions, Fault::config,
          "a sobol design has at most {} parameters, not {}; choose latin_hypercube", sobol_dimensions, dimensions);
}

void Design::point(Index i, std::span<double> coordinates) const {
  require(0 <= i && i < count_ && std::cmp_equal(coordinates.size(), dimensions_), Fault::internal,
          "a design of {} points in {} dimensions was asked for point {} in {}", count_, dimensions_, i,
          coordinates.size());
  for (int dimension = 0; dimension < dimensions_; ++dimension)
    coordinates[static_cast<std::size_t>(dimension)] = coordinate(i, dimension);
}

double Design::coordinate(Index i, int dimension) const noexcept {
  const auto stream = static_cast<std::uint64_t>(dimension);
  const double place = Random(seed_, positions + stream).uniform(static_cast<std::uint64_t>(i));
  if (kind_ == DesignKind::random) return place;
  if (kind_ == DesignKind::latin_hypercube)
    return below_one((static_cast<double>(permuted(i, count_, seed_, layers + stream)) + place) /
                     static_cast<double>(count_));
  const std::uint32_t plain = sobol(static_cast<std::uint32_t>(i), dimension);
  if (scrambling_ == Scrambling::none) return (plain + 0.5) * 0x1p-32;
  return below_one((owen_scrambled(plain, seed_, digits + stream) + place) * 0x1p-32);
}

}  // namespace mercer
