// The inner loops of diagonal state spaces as functions of one level of vector instructions, chosen at run time.
#pragma once

#include <cstdint>

namespace mercer {

/// The modes of `lanes` channels: x_t = w x_(t-1) + u_t, y_t = Re(sum of output * x_t) + skip u_t. Arrays of pairs are
/// [modes][re, im][lanes].
template <class T>
struct ScanTables {
  std::int64_t modes;
  const T *w, *output, *skip;
};

/// Powers of the modes of one channel: start * power * step^i at position i * lanes + lane, with power = w^lane and
/// step = w^lanes. `power` is [modes][re, im][lanes], `step` and `start` are [modes][re, im].
template <class T>
struct PowerTables {
  std::int64_t modes;
  const T *power, *step, *start;
};

template <class T>
struct StateSpaceKernels {
  int lanes;
  std::int64_t chunk;  ///< steps of a scan between two of the states that its adjoint starts from
  /// out = Re(sum over modes), `vectors` vectors of `lanes` numbers.
  void (*expand)(const PowerTables<T>& tables, std::int64_t vectors, T* out);
  /// sums[modes][re, im of g, re, im of t g] += sum over positions t of the complex powers times g, and times t g.
  void (*expand_adjoint)(const PowerTables<T>& tables, std::int64_t vectors, const T* g, double* sums);
  /// `count` steps from `state`, which ends as the last one; `starts`, if not null, takes the state before each chunk.
  /// `buffer` has 2 chunk lanes numbers.
  void (*scan)(const ScanTables<T>& tables, std::int64_t count, const T* const* row, T* const* out, T* state, T* starts,
               T* buffer);
  /// Back through time: `costate` is the derivative p by the last state, dL = Re(p dx), and ends as that by the first
  /// one; sums[modes][re, im of x g, re, im of p x_before][lanes] are added to. `buffer` has (5 chunk + 2) lanes
  /// numbers.
  void (*scan_adjoint)(const ScanTables<T>& tables, std::int64_t count, const T* const* row, const T* const* grad_out,
                       T* const* grad_row, const T* starts, T* costate, double* sums, T* buffer);
};

/// Those of the level that simd_level() says.
template <class T>
const StateSpaceKernels<T>& state_space_kernels();

#define MERCER_STATE_SPACE_KERNELS(level)                            \
  namespace level {                                                  \
  extern const StateSpaceKernels<float> float_state_space_kernels;   \
  extern const StateSpaceKernels<double> double_state_space_kernels; \
  }
MERCER_STATE_SPACE_KERNELS(baseline)
MERCER_STATE_SPACE_KERNELS(avx2)
MERCER_STATE_SPACE_KERNELS(avx512)
#undef MERCER_STATE_SPACE_KERNELS

}  // namespace mercer
