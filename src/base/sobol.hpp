// The low-discrepancy sequence of Sobol', and its scrambling that keeps what is low about it.
#pragma once

#include <cstdint>

namespace mercer {

inline constexpr int sobol_dimensions = 21;
inline constexpr int sobol_bits = 32;

/// The first 32 binary digits of coordinate `dimension` (from 0) of point `index` (below 2^32) of the sequence, in the
/// order of Gray codes: the points of Antonov and Saleev (1979) with the numbers of Joe and Kuo (2008).
std::uint32_t sobol(std::uint32_t index, int dimension) noexcept;

/// Flips each digit by a coin that depends on the digits before it, so that points with equal leading digits stay
/// together: Owen (1995). Every multiple of 2^-32 is as likely as any other. Depends on (digits, seed, stream) alone.
std::uint32_t owen_scrambled(std::uint32_t digits, std::uint64_t seed, std::uint64_t stream) noexcept;

}  // namespace mercer
