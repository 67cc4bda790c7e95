// Loops over blocks, one an operation and kind of its operands.
#include <mercer/config/expression_block.hpp>

#include <algorithm>
#include <bit>

// The same source for AVX2 and for any processor, chosen when the library is loaded. Without fused multiply-adds both
// give the same bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define MERCER_FOR_SEVERAL_PROCESSORS [[gnu::target_clones("avx2", "default"), gnu::flatten]]
#else
#define MERCER_FOR_SEVERAL_PROCESSORS
#endif

namespace mercer {

namespace {

struct Same {
  double value;
  double operator[](std::size_t) const noexcept { return value; }
};

template <Op op, class A, class B, class C>
inline void loop(A a, B b, C c, double* out, std::size_t count) noexcept {
#pragma omp simd
  for (std::size_t i = 0; i < count; ++i) out[i] = value_of<op>(a[i], b[i], c[i]);
}

/// Calls `f` with the block or the one number of `source`.
template <class F>
inline void open(const Source& source, F&& f) {
  if (source.is_uniform())
    f(Same{source.number});
  else
    f(source.block);
}

}  // namespace

MERCER_FOR_SEVERAL_PROCESSORS
void run_block(Op op, const Source& x, const Source& y, const Source& z, double* out, std::size_t count) {
  visit(op, [&](auto constant) {
    constexpr Op which = decltype(constant)::value;
    if constexpr (operands(which) == 1)
      loop<which>(x.block, Same{0}, Same{0}, out, count);
    else if constexpr (operands(which) == 2)
      open(x, [&](auto a) { open(y, [&](auto b) { loop<which>(a, b, Same{0}, out, count); }); });
    else
      open(x, [&](auto a) { open(y, [&](auto b) { open(z, [&](auto c) { loop<which>(a, b, c, out, count); }); }); });
  });
}

std::size_t block_points(std::size_t slots) noexcept {
  return std::clamp<std::size_t>(std::bit_floor(3072 / std::max<std::size_t>(slots, 1)), 64, 512);
}

}  // namespace mercer
