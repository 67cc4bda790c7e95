// Which vector instructions to use: kernels are compiled once for each level, and the best one is picked at run time.
#pragma once

namespace mercer {

/// What a processor can do: 16-byte vectors (SSE2 on x86, NEON on ARM), AVX2 with fused multiply-adds, AVX-512 (F, BW,
/// DQ, VL).
enum class Simd { baseline, avx2, avx512 };

const char* name(Simd level) noexcept;

/// Whether this build has the level and this processor can run it.
bool is_available(Simd level) noexcept;

/// The best level that is available, or what the environment variable MERCER_SIMD asks for. Throws Fault::usage where
/// that is no level, and Fault::unavailable where the level is none of this processor.
Simd simd_level();

/// While it lives, this thread takes numbers below the smallest normal one for zero, as some processors need a hundred
/// cycles for each of them. The mode of the caller comes back at the end; sticky exception flags stay.
class FlushDenormals {
 public:
  FlushDenormals() noexcept;
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned before_;
};

}  // namespace mercer

/// What is called `name` in the namespace of an available level: a table of kernels that mercer_add_simd_sources built.
#ifdef __x86_64__
#define MERCER_AT_LEVEL(level, name) \
  ((level) == ::mercer::Simd::avx512 ? avx512::name : (level) == ::mercer::Simd::avx2 ? avx2::name : baseline::name)
#else
#define MERCER_AT_LEVEL(level, name) baseline::name
#endif
