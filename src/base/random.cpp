// Philox 4x32-10 and the numbers made of its bits.
#include <mercer/base/random.hpp>

#include <cmath>
#include <numbers>

namespace mercer {
namespace {

constexpr int rounds = 10;

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) noexcept {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0], p1 = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  return c;
}

std::array<std::uint64_t, 2> Random::bits(std::uint64_t index) const noexcept {
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
  const auto block = philox4x32({low(index), high(index), low(stream_), high(stream_)}, {low(seed_), high(seed_)});
  return {std::uint64_t{block[1]} << 32 | block[0], std::uint64_t{block[3]} << 32 | block[2]};
}

double Random::uniform(std::uint64_t index) const noexcept { return unit_interval(bits(index)[0]); }

double Random::normal(std::uint64_t index) const noexcept {
  const auto word = bits(index);
  return std::sqrt(-2 * std::log(unit_interval(word[0]))) * std::cos(2 * std::numbers::pi * unit_interval(word[1]));
}

std::uint64_t Random::integer(std::uint64_t index, std::uint64_t below) const noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(bits(index)[0]) * below >> 64);
}

}  // namespace mercer
