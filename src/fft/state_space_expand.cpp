// Kernels of diagonal state spaces, and the sums that are their adjoint, by recurrences in lanes.
#include <mercer/base/simd.hpp>
#include <mercer/fft/state_space.hpp>
#include <mercer/fft/state_space_kernels.hpp>

#include <array>
#include <type_traits>

namespace mercer {
namespace {

using Complex = std::complex<double>;

constexpr Index block = 512;  ///< numbers from one restart in double precision to the next

/// Powers of all modes, block by block.
template <class T>
class Powers {
 public:
  Powers(const ComplexVector& w, ComplexVector start, int lanes)
      : start_(std::move(start)),
        jump_(w.size()),
        power_({static_cast<Index>(w.size()), 2, lanes}, Rows::dense),
        step_({static_cast<Index>(w.size()), 2}, Rows::dense),
        block_start_(step_.shape(), Rows::dense) {
    for (std::size_t n = 0; n < w.size(); ++n) {
      const Index mode = static_cast<Index>(n);
      Complex power = 1;
      for (int lane = 0; lane < lanes; ++lane, power *= w[n]) {
        power_(mode, 0, lane) = static_cast<T>(power.real());
        power_(mode, 1, lane) = static_cast<T>(power.imag());
      }
      set(step_, mode, power);
      for (Index size = lanes; size < block; size *= 2) power *= power;
      jump_[n] = power;
    }
  }
  /// The tables of the next block.
  PowerTables<T> next() {
    for (std::size_t n = 0; n < start_.size(); ++n) {
      set(block_start_, static_cast<Index>(n), start_[n]);
      start_[n] *= jump_[n];
    }
    return {static_cast<Index>(start_.size()), power_.data(), step_.data(), block_start_.data()};
  }

 private:
  static void set(Tensor<T>& pairs, Index mode, Complex value) {
    pairs(mode, 0) = static_cast<T>(value.real());
    pairs(mode, 1) = static_cast<T>(value.imag());
  }
  ComplexVector start_, jump_;
  Tensor<T> power_, step_, block_start_;
};

}  // namespace

template <class T>
const StateSpaceKernels<T>& state_space_kernels() {
  [[maybe_unused]] const Simd level = simd_level();
  if constexpr (std::is_same_v<T, float>)
    return MERCER_AT_LEVEL(level, float_state_space_kernels);
  else
    return MERCER_AT_LEVEL(level, double_state_space_kernels);
}

template <class T>
void state_space_kernel(const DiscreteStateSpace& modes, std::span<T> kernel) {
  const FlushDenormals flush;
  ComplexVector start(modes.w.size());
  for (std::size_t n = 0; n < start.size(); ++n) start[n] = 2.0 * modes.C[n] * modes.input[n];
  const StateSpaceKernels<T>& simd = state_space_kernels<T>();
  Powers<T> powers(modes.w, std::move(start), simd.lanes);
  const Index length = static_cast<Index>(kernel.size());
  for (Index first = 0; first < length; first += block) {
    const Index count = std::min(block, length - first), vectors = (count + simd.lanes - 1) / simd.lanes;
    T* const to = kernel.data() + first;
    if (vectors * simd.lanes == count) {
      simd.expand(powers.next(), vectors, to);
      continue;
    }
    std::array<T, block> values;
    simd.expand(powers.next(), vectors, values.data());
    std::copy_n(values.data(), count, to);
  }
}

/// With P_j = sum over l of g_(l+1) w^l, and Q with the factor l: dL/d(C input) = 2 (g_0 + w P), dL/dw = 2 C input (P +
/// Q), which needs no division by w.
template <class T>
DiscreteStateSpace state_space_kernel_adjoint(const DiscreteStateSpace& modes, std::span<const T> grad_kernel) {
  const FlushDenormals flush;
  const StateSpaceKernels<T>& simd = state_space_kernels<T>();
  const std::size_t count = modes.w.size();
  Powers<T> powers(modes.w, ComplexVector(count, 1.0), simd.lanes);
  ComplexVector plain(count), weighted(count);
  const Index length = static_cast<Index>(grad_kernel.size());
  for (Index first = 1; first < length; first += block) {
    std::array<T, block> values{};
    std::copy_n(grad_kernel.data() + first, std::min(block, length - first), values.data());
    std::vector<double> sums(4 * count);
    simd.expand_adjoint(powers.next(), block / simd.lanes, values.data(), sums.data());
    for (std::size_t n = 0; n < count; ++n) {
      const Complex here(sums[4 * n], sums[4 * n + 1]), by_place(sums[4 * n + 2], sums[4 * n + 3]);
      plain[n] += here;
      weighted[n] += by_place + static_cast<double>(first - 1) * here;
    }
  }
  DiscreteStateSpace g{ComplexVector(count), ComplexVector(count), ComplexVector(count)};
  const double at_zero = length == 0 ? 0 : static_cast<double>(grad_kernel[0]);
  for (std::size_t n = 0; n < count; ++n) {
    const Complex by_product = 2.0 * (at_zero + modes.w[n] * plain[n]);
    g.w[n] = 2.0 * modes.C[n] * modes.input[n] * (plain[n] + weighted[n]);
    g.input[n] = by_product * modes.C[n];
    g.C[n] = by_product * modes.input[n];
  }
  return g;
}

template const StateSpaceKernels<float>& state_space_kernels();
template const StateSpaceKernels<double>& state_space_kernels();
template void state_space_kernel(const DiscreteStateSpace&, std::span<float>);
template void state_space_kernel(const DiscreteStateSpace&, std::span<double>);
template DiscreteStateSpace state_space_kernel_adjoint(const DiscreteStateSpace&, std::span<const float>);
template DiscreteStateSpace state_space_kernel_adjoint(const DiscreteStateSpace&, std::span<const double>);

}  // namespace mercer
