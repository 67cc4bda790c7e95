// How many fused multiply-adds a core can do at the level of vector instructions in use.
#pragma once

#include <mercer/base/simd.hpp>

namespace mercer {

#define MERCER_PEAK(level)                    \
  namespace level {                           \
  double single_precision_flops(long rounds); \
  }
MERCER_PEAK(baseline)
MERCER_PEAK(avx2)
MERCER_PEAK(avx512)
#undef MERCER_PEAK

/// Does floating-point operations that depend on nothing but registers, and gives their number.
inline double single_precision_flops(long rounds) {
  const auto work = MERCER_AT_LEVEL(simd_level(), single_precision_flops);
  return work(rounds);
}

}  // namespace mercer
