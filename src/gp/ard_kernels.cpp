// Distances and radial functions at one level of vector instructions; compiled once for each level.
#include <mercer/base/lanes.hpp>
#include <mercer/gp/ard_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {
namespace {

using Int = std::int64_t;

template <int columns, int vectors>
MERCER_INLINE void distance_tile(const SquaredDistances& work, Int row, Int column) {
  Lanes<double> sums[columns][vectors] = {};
  for (Int k = 0; k < work.inputs; ++k) {
    const double* const x = work.x + k * work.x_stride + row;
    const double* const y = work.y + k * work.y_stride + column;
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      const Lanes<double> here = load(x + v * lanes<double>);
#pragma GCC unroll 4
      for (int c = 0; c < columns; ++c) {
        const Lanes<double> difference = here - y[c];
        sums[c][v] += difference * difference;
      }
    }
  }
  for (int c = 0; c < columns; ++c)
    for (int v = 0; v < vectors; ++v)
      store(work.out + (column + c) * work.out_stride + row + v * lanes<double>, sums[c][v]);
}

template <int columns>
void distances_to(const SquaredDistances& work, Int column) {
  constexpr int together = 2;  // vectors of rows whose sums stay in registers
  Int row = 0;
  for (; row + together * lanes<double> <= work.rows; row += together * lanes<double>)
    distance_tile<columns, together>(work, row, column);
  for (; row + lanes<double> <= work.rows; row += lanes<double>) distance_tile<columns, 1>(work, row, column);
  for (; row < work.rows; ++row) {
    for (int c = 0; c < columns; ++c) {
      double sum = 0;
      for (Int k = 0; k < work.inputs; ++k) {
        const double difference = work.x[k * work.x_stride + row] - work.y[k * work.y_stride + column + c];
        sum += difference * difference;
      }
      work.out[(column + c) * work.out_stride + row] = sum;
    }
  }
}

void squared_distances(const SquaredDistances& work) {
  Int column = 0;
  for (; column + 4 <= work.columns; column += 4) distances_to<4>(work, column);
  for (; column < work.columns; ++column) distances_to<1>(work, column);
}

/// exp(-s) for s >= 0 to the last bit but one, zero beyond 708: a Taylor polynomial on half of ln 2 to either side.
MERCER_INLINE double decay(double s) {
  constexpr double rounder = 0x1.8p52;  // puts the integer into the lowest bits of the mantissa
  constexpr double upper_ln2 = 0x1.62e42fefa3800p-1, lower_ln2 = 0x1.ef35793c76730p-45;
  constexpr double coefficients[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
      1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1,           1};
  const double bounded = s < 708 ? s : 708;
  const double shifted = bounded * -1.4426950408889634 + rounder, whole = shifted - rounder;
  const double x = (-bounded - whole * upper_ln2) - whole * lower_ln2;
  double power = coefficients[0];
#pragma GCC unroll 13
  for (int i = 1; i < 14; ++i) power = power * x + coefficients[i];
  const Int bits = __builtin_bit_cast(Int, power) + (__builtin_bit_cast(Int, shifted) << 52);
  return s < 708 ? __builtin_bit_cast(double, bits) : 0;
}

/// The root, or of far points a number whose decay is zero, so that products with it are zero, too.
MERCER_INLINE double root(double square) { return __builtin_sqrt(square < 1e6 ? square : 1e6); }

struct Pointwise {
  double value, slope;
};

struct SquaredExponential {
  static MERCER_INLINE Pointwise at(double square) {
    const double e = decay(0.5 * square);
    return {e, e};
  }
};
struct MaternHalf {
  static MERCER_INLINE Pointwise at(double square) {
    const double s = root(square), e = decay(s);
    return {e, s > 0 ? e / s : 0};
  }
};
struct MaternThreeHalves {
  static MERCER_INLINE Pointwise at(double square) {
    const double s = root(3 * square), e = decay(s);
    return {(1 + s) * e, 3 * e};
  }
};
struct MaternFiveHalves {
  static MERCER_INLINE Pointwise at(double square) {
    const double s = root(5 * square), e = decay(s);
    return {(1 + s + s * s * (1.0 / 3)) * e, (1 + s) * e * (5.0 / 3)};
  }
};

template <class Family>
void radial(double variance, Int count, double* __restrict values, double* __restrict slopes) {
  if (slopes == nullptr) {
#pragma omp simd
    for (Int i = 0; i < count; ++i) values[i] = variance * Family::at(values[i]).value;
    return;
  }
#pragma omp simd
  for (Int i = 0; i < count; ++i) {
    const Pointwise at = Family::at(values[i]);
    values[i] = variance * at.value;
    slopes[i] = variance * at.slope;
  }
}

}  // namespace

constinit const ArdKernels ard_kernels{
    .squared_distances = squared_distances,
    .radial = {radial<SquaredExponential>, radial<MaternHalf>, radial<MaternThreeHalves>, radial<MaternFiveHalves>}};

}  // namespace mercer::MERCER_SIMD_LEVEL
