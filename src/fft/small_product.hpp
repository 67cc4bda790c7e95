// Products of small matrices that stay in the nearest cache: blocks of the result in registers.
#pragma once

#include <mercer/base/lanes.hpp>

#include <cstdint>

namespace mercer::MERCER_SIMD_LEVEL {

enum class Order { rows, columns };  ///< whether rows or columns of a matrix are contiguous

/// C[m, n] = A[m, depth] B[depth, n] with B and C by rows. `n` is a multiple of the lanes.
template <class T>
struct SmallProduct {
  std::int64_t m, n, depth;
  const T* a;
  std::int64_t a_stride;
  const T* b;
  std::int64_t b_stride;
  T* c;
  std::int64_t c_stride;
};

template <Order order, int rows, int vectors, class T>
inline void product_block(const SmallProduct<T>& p, std::int64_t row, std::int64_t column) {
  constexpr bool by_rows = order == Order::rows;
  const T* a = p.a + row * (by_rows ? p.a_stride : 1);
  const T* b = p.b + column;
  Lanes<T> sums[rows][vectors] = {};
  for (std::int64_t k = 0; k < p.depth; ++k, b += p.b_stride, a += by_rows ? 1 : p.a_stride) {
    Lanes<T> right[vectors];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) right[v] = load(b + v * lanes<T>);
#pragma GCC unroll 6
    for (int r = 0; r < rows; ++r) {
      const Lanes<T> left = broadcast(a[r * (by_rows ? p.a_stride : 1)]);
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sums[r][v] += left * right[v];
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) store(p.c + (row + r) * p.c_stride + column + v * lanes<T>, sums[r][v]);
}

template <Order order, int rows, class T>
inline void product_rows(const SmallProduct<T>& p, std::int64_t row) {
  std::int64_t column = 0;
  for (; column + 2 * lanes<T> <= p.n; column += 2 * lanes<T>) product_block<order, rows, 2>(p, row, column);
  if (column < p.n) product_block<order, rows, 1>(p, row, column);
}

/// Blocks of six rows; the last seven to eleven are halved, so that none is much smaller than the others.
template <Order order, class T>
void product(const SmallProduct<T>& p) {
  std::int64_t row = 0;
  while (row < p.m) {
    const std::int64_t left = p.m - row;
    const std::int64_t rows = left <= 6 ? left : left < 12 ? (left + 1) / 2 : 6;
    switch (rows) {
      case 1:
        product_rows<order, 1>(p, row);
        break;
      case 2:
        product_rows<order, 2>(p, row);
        break;
      case 3:
        product_rows<order, 3>(p, row);
        break;
      case 4:
        product_rows<order, 4>(p, row);
        break;
      case 5:
        product_rows<order, 5>(p, row);
        break;
      default:
        product_rows<order, 6>(p, row);
    }
    row += rows;
  }
}

}  // namespace mercer::MERCER_SIMD_LEVEL
