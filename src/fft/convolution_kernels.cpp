// The kernels of long convolutions at one level of vector instructions; compiled once for each level.
#include <mercer/fft/convolution_kernels.hpp>
#include <mercer/fft/ring_kernels.hpp>
#include <mercer/fft/slide_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {
namespace {

template <class T>
constexpr ConvolutionKernels<T> kernels() {
  return {.lanes = lanes<T>,
          .evaluate = evaluate<T>,
          .interpolate = interpolate<T>,
          .multiply = multiply<T, false>,
          .multiply_conjugate = multiply<T, true>,
          .correlate = correlate<T>,
          .join = join_row<T>,
          .join_complex = join_complex_row<T>,
          .slide = slide<T>,
          .slide_adjoint = slide_adjoint<T>};
}

}  // namespace

constinit const ConvolutionKernels<float> float_kernels = kernels<float>();
constinit const ConvolutionKernels<double> double_kernels = kernels<double>();

}  // namespace mercer::MERCER_SIMD_LEVEL
