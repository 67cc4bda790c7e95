// One number of many, by their bits: equal numbers have equal ones, and others almost never (FNV-1a, 64 bits).
#pragma once

#include <mercer/base/index.hpp>

#include <bit>
#include <cstdint>

namespace mercer {

/// Depends on the values and their order, not on the machine. Local.
class Fingerprint {
 public:
  void add(double value) { add_bits(std::bit_cast<std::uint64_t>(value)); }
  void add(float value) { add_bits(std::bit_cast<std::uint32_t>(value)); }
  void add(Index value) { add_bits(static_cast<std::uint64_t>(value)); }
  Index value() const noexcept { return static_cast<Index>(hash_); }

 private:
  template <class Bits>
  void add_bits(Bits bits) {
    for (unsigned byte = 0; byte < sizeof(Bits); ++byte) hash_ = (hash_ ^ (bits >> 8 * byte & 0xff)) * 0x100000001b3;
  }

  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace mercer
