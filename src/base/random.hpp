// Random numbers that depend on (seed, stream, index) alone. Philox 4x32-10, Salmon et al. (2011).
#pragma once

#include <array>
#include <cstdint>

namespace mercer {

/// One block of Philox 4x32 with ten rounds.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) noexcept;

/// Sixty-four random bits as a number in (0, 1): the middle of one of 2^52 equal intervals, so that neither end is met.
constexpr double unit_interval(std::uint64_t bits) noexcept {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

/// A family of numbers addressed by a global index. `stream` tells independent families of one seed apart.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept : seed_(seed), stream_(stream) {}
  double uniform(std::uint64_t index) const noexcept;  ///< in (0, 1), 52 bits
  double normal(std::uint64_t index) const noexcept;   ///< standard normal, Box and Muller (1958)
  std::uint64_t integer(std::uint64_t index,
                        std::uint64_t below) const noexcept;  ///< in [0, below), unbiased to 2^-64 below

 private:
  std::array<std::uint64_t, 2> bits(std::uint64_t index) const noexcept;
  std::uint64_t seed_, stream_;
};

}  // namespace mercer
