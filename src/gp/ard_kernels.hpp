// The inner loops of covariances with a length for each input, at one level of vector instructions chosen at run time.
#pragma once

#include <mercer/base/simd.hpp>

#include <cstdint>

namespace mercer {

/// out[c * out_stride + i] = sum_k (x[k * x_stride + i] - y[k * y_stride + c])^2 for i < rows and c < columns.
struct SquaredDistances {
  const double* x;
  std::int64_t x_stride;
  const double* y;
  std::int64_t y_stride;
  std::int64_t inputs, rows, columns;
  double* out;
  std::int64_t out_stride;
};

struct ArdKernels {
  void (*squared_distances)(const SquaredDistances& work);
  /// One function a member of Radial. Squared distances r^2 in `values` become variance g(r), and `slopes`, unless it
  /// is null, -2 variance dg/d(r^2); where that is infinite, at r = 0, zero.
  void (*radial[4])(double variance, std::int64_t count, double* values, double* slopes);
};

namespace baseline {
extern const ArdKernels ard_kernels;
}
namespace avx2 {
extern const ArdKernels ard_kernels;
}
namespace avx512 {
extern const ArdKernels ard_kernels;
}

/// The kernels of an available level.
inline const ArdKernels& ard_kernels([[maybe_unused]] Simd level) { return MERCER_AT_LEVEL(level, ard_kernels); }

}  // namespace mercer
