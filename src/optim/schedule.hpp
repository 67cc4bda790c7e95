// Numbers that change from step to step: learning rates and memories.
#pragma once

#include <mercer/base/index.hpp>

#include <functional>

namespace mercer {

/// The number to use in step 0, 1, 2, ...; beyond the last step of a schedule its last number. The makers throw
/// Fault::config where an argument is out of its range.
using Schedule = std::function<double(Index step)>;

Schedule constant_schedule(double value);

/// value * factor^(step / every), in whole numbers.
Schedule step_schedule(double value, Index every, double factor);

/// Half a cosine from `value` at step 0 to `last` at step `steps`. Loshchilov and Hutter (2017) without restarts.
Schedule cosine_schedule(double value, Index steps, double last = 0);

/// The defaults are those of PyTorch's OneCycleLR.
struct OneCycle {
  double peak = 1e-3;
  Index steps = 0;            ///< at least 2
  double rise = 0.3;          ///< fraction of the steps before the peak
  double start_divisor = 25;  ///< first number = peak / start_divisor
  double end_divisor = 1e4;   ///< last number = first number / end_divisor
};

/// Half a cosine up to the peak and half a one down. Smith and Topin (2019), with PyTorch's placement of the steps.
Schedule one_cycle_schedule(const OneCycle& options);

/// The memory beta1 that runs against the learning rate of `one_cycle_schedule`: `most` at the ends, `least` at the
/// peak.
Schedule one_cycle_memory(const OneCycle& options, double least = 0.85, double most = 0.95);

}  // namespace mercer
