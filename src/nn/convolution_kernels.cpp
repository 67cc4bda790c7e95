// The kernels of convolutions of fields at one level of vector instructions; compiled once for each level.
#include <mercer/nn/convolution_kernels.hpp>
#include <mercer/nn/correlate_kernels.hpp>
#include <mercer/nn/pointwise_kernels.hpp>
#include <mercer/nn/tile_kernels.hpp>
#include <mercer/nn/weight_gradient_kernels.hpp>

namespace mercer::MERCER_SIMD_LEVEL {
namespace {

template <class T>
constexpr FieldKernels<T> kernels() {
  return {.most_outputs = most_outputs,
          .correlate = correlate<T>,
          .add_weight_gradient = add_weight_gradient<T>,
          .split = split<T>,
          .join = join<T>,
          .combine = combine<T>,
          .spread = spread<T>,
          .gather = gather<T>,
          .gelu = gelu<T>,
          .gelu_adjoint = gelu_adjoint<T>};
}

}  // namespace

constinit const FieldKernels<float> float_field_kernels = kernels<float>();
constinit const FieldKernels<double> double_field_kernels = kernels<double>();

}  // namespace mercer::MERCER_SIMD_LEVEL
