// What goes into Winograd's products of two and of four rows and what comes out of them, at one level of vector
// instructions.
#pragma once

#include <mercer/base/lanes.hpp>
#include <mercer/nn/convolution_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {

template <class T>
MERCER_INLINE void spread_two(const T* const* from, std::int64_t x, T* to, std::int64_t row) {
  const Lanes<T> d1 = load(from[1] + x), d2 = load(from[2] + x);
  store<T>(to, load(from[0] + x) - d2);
  store<T>(to + row, d1 + d2);
  store<T>(to + 2 * row, d2 - d1);
  store<T>(to + 3 * row, load(from[3] + x) - d1);
}

/// With points 0, +-a, +-b and infinity: the products of x - p over all others p but infinity, of d_i for x^i.
template <class T>
MERCER_INLINE void spread_four(const T* const* from, std::int64_t x, T* to, std::int64_t row) {
  constexpr T a = winograd_inner, b = winograd_outer;
  const Lanes<T> d1 = load(from[1] + x), d2 = load(from[2] + x), d3 = load(from[3] + x), d4 = load(from[4] + x);
  const Lanes<T> even_a = d4 - (b * b) * d2, odd_a = a * (d3 - (b * b) * d1);
  const Lanes<T> even_b = d4 - (a * a) * d2, odd_b = b * (d3 - (a * a) * d1);
  store<T>(to, (d4 - (a * a + b * b) * d2) + (a * a * b * b) * load(from[0] + x));
  store<T>(to + row, even_a + odd_a);
  store<T>(to + 2 * row, even_a - odd_a);
  store<T>(to + 3 * row, even_b + odd_b);
  store<T>(to + 4 * row, even_b - odd_b);
  store<T>(to + 5 * row, (load(from[5] + x) - (a * a + b * b) * d3) + (a * a * b * b) * d1);
}

template <class T>
void spread(const SpreadRows<T>& rows) {
  for (std::int64_t c = 0; c < rows.channels; ++c) {
    const T* from[most_spread_rows];
    for (int i = 0; i < rows.outputs + 2; ++i) from[i] = rows.from[i] + c * rows.from_stride[i];
    T* to = rows.to + c * rows.to_stride;
    if (rows.outputs == 2)
      for (std::int64_t x = 0; x < rows.columns; x += lanes<T>) spread_two(from, x, to + x, rows.to_row);
    else
      for (std::int64_t x = 0; x < rows.columns; x += lanes<T>) spread_four(from, x, to + x, rows.to_row);
  }
}

/// What the products from m on give to each of two or four rows, at one place.
template <class T>
MERCER_INLINE void gather_at(const T* m, std::int64_t row, Lanes<T> (&sums)[2]) {
  const Lanes<T> m1 = load(m), m2 = load(m + row);
  sums[0] = m1 + m2;
  sums[1] = m1 - m2;
}

template <class T>
MERCER_INLINE void gather_at(const T* m, std::int64_t row, Lanes<T> (&sums)[4]) {
  constexpr T a = winograd_inner, b = winograd_outer;
  const Lanes<T> m1 = load(m), m2 = load(m + row), m3 = load(m + 2 * row), m4 = load(m + 3 * row);
  const Lanes<T> even_a = m1 + m2, odd_a = m1 - m2, even_b = m3 + m4, odd_b = m3 - m4;
  sums[0] = even_a + even_b;
  sums[1] = a * odd_a + b * odd_b;
  sums[2] = (a * a) * even_a + (b * b) * even_b;
  sums[3] = (a * a * a) * odd_a + (b * b * b) * odd_b;
}

template <class T, int Outputs>
MERCER_INLINE void gather_tile(const GatherRows<T>& rows) {
  for (std::int64_t c = 0; c < rows.channels; ++c) {
    const T* m = rows.products + c * rows.product_stride;
    const T* base = rows.base ? rows.base + c * rows.base_stride : nullptr;
    T* to = rows.to + c * rows.to_stride;
    const Lanes<T> bias = broadcast(rows.bias ? rows.bias[c] : T{0});
    for (std::int64_t x = 0; x < rows.columns; x += lanes<T>) {
      Lanes<T> sums[Outputs];
      gather_at<T>(m + x, rows.product_row, sums);
#pragma GCC unroll 4
      for (int i = 0; i < Outputs; ++i)
        if (i < rows.rows) {
          const Lanes<T> sum = sums[i] + bias;
          store<T>(to + i * rows.to_row + x, base ? load(base + i * rows.base_row + x) + sum : sum);
        }
    }
  }
}

template <class T>
void gather(const GatherRows<T>& rows) {
  return rows.outputs == 2 ? gather_tile<T, 2>(rows) : gather_tile<T, 4>(rows);
}

}  // namespace mercer::MERCER_SIMD_LEVEL
