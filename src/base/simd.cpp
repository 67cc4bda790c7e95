// Levels of vector instructions, and the mode of the processor for numbers too small to be normal.
#include <mercer/base/error.hpp>
#include <mercer/base/simd.hpp>

#include <array>
#include <cstdlib>
#include <string_view>
#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace mercer {
namespace {

constexpr std::array levels{Simd::avx512, Simd::avx2, Simd::baseline};  // best first

}  // namespace

const char* name(Simd level) noexcept {
  switch (level) {
    case Simd::baseline:
      return "baseline";
    case Simd::avx2:
      return "avx2";
    case Simd::avx512:
      return "avx512";
  }
  return "unknown";
}

bool is_available(Simd level) noexcept {
  if (level == Simd::baseline) return true;
#ifdef __x86_64__
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (level == Simd::avx2) return has_avx2;
  return has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

Simd simd_level() {
  const char* wanted = std::getenv("MERCER_SIMD");
  for (const Simd level : levels) {
    if (wanted != nullptr && std::string_view(wanted) != name(level)) continue;
    if (wanted == nullptr && !is_available(level)) continue;
    require(is_available(level), Fault::unavailable,
            "this processor or this build has no {}, which the environment variable MERCER_SIMD asks for", name(level));
    return level;
  }
  fail(Fault::usage, "the environment variable MERCER_SIMD is '{}'; it may be avx512, avx2 or baseline", wanted);
}

#ifdef __x86_64__
namespace {

constexpr unsigned flush = 0x8040;  // results to zero (bit 15), operands are zero (bit 6)

}  // namespace

FlushDenormals::FlushDenormals() noexcept : before_(_mm_getcsr()) { _mm_setcsr(before_ | flush); }
FlushDenormals::~FlushDenormals() { _mm_setcsr((_mm_getcsr() & ~flush) | (before_ & flush)); }
#else
FlushDenormals::FlushDenormals() noexcept : before_(0) {}
FlushDenormals::~FlushDenormals() {}
#endif

}  // namespace mercer
