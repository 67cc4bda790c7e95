// How many fused multiply-adds a core can do: independent chains in registers. Compiled once for each level.
#include <mercer/base/lanes.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

double single_precision_flops(long rounds);  // done, as a side effect of returning their number

double single_precision_flops(long rounds) {
  constexpr int chains = 12;
  Lanes<float> sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = broadcast(static_cast<float>(i));
  Lanes<float> factor = broadcast(0.5f), summand = broadcast(1.0f);
  for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) sums[i] = sums[i] * factor + summand;
    asm volatile("" : "+v"(factor), "+v"(summand));  // the compiler must not think it knows them
  }
  for (int i = 1; i < chains; ++i) sums[0] += sums[i];
  const double flops = 2.0 * chains * lanes<float> * static_cast<double>(rounds);
  return sum<float>(sums[0]) > 0 ? flops : 0;
}

}  // namespace mercer::MERCER_SIMD_LEVEL
