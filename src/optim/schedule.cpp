// Schedules as functions of the step.
#include <mercer/optim/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mercer {
namespace {

void check_rate(double value, const char* name) {
  require(std::isfinite(value) && value >= 0, Fault::config, "the {} of a schedule must be zero or more, not {}", name,
          value);
}

/// Half a cosine from `from` at 0 to `to` at 1.
double swing(double from, double to, double fraction) {
  return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * fraction));
}

/// `ends[0]` at the first step, `ends[1]` at the peak, `ends[2]` at the last step.
Schedule cycle(const OneCycle& options, double first, double peak, double last) {
  require(options.steps >= 2, Fault::config, "a one-cycle schedule needs two steps or more, not {}", options.steps);
  require(options.rise >= 0 && options.rise <= 1, Fault::config,
          "the rising part of a one-cycle schedule must be in [0, 1], not {}", options.rise);
  const double end = static_cast<double>(options.steps - 1);
  const double top = options.rise * static_cast<double>(options.steps) - 1;  // as PyTorch counts; may lie before step 0
  return [=](Index step) {
    const double now = std::min(static_cast<double>(step), end);
    return now <= top ? swing(first, peak, top > 0 ? now / top : 1) : swing(peak, last, (now - top) / (end - top));
  };
}

}  // namespace

Schedule constant_schedule(double value) {
  check_rate(value, "value");
  return [=](Index) { return value; };
}

Schedule step_schedule(double value, Index every, double factor) {
  check_rate(value, "value");
  check_rate(factor, "factor");
  require(every >= 1, Fault::config, "a step schedule changes every 1 or more steps, not {}", every);
  return [=](Index step) { return value * std::pow(factor, static_cast<double>(step / every)); };
}

Schedule cosine_schedule(double value, Index steps, double last) {
  check_rate(value, "value");
  check_rate(last, "last value");
  require(steps >= 1, Fault::config, "a cosine schedule needs one step or more, not {}", steps);
  return [=](Index step) {
    return swing(value, last, static_cast<double>(std::min(step, steps)) / static_cast<double>(steps));
  };
}

Schedule one_cycle_schedule(const OneCycle& options) {
  check_rate(options.peak, "peak");
  require(options.start_divisor > 0 && options.end_divisor > 0, Fault::config,
          "the divisors of a one-cycle schedule must be positive, not {} and {}", options.start_divisor,
          options.end_divisor);
  const double first = options.peak / options.start_divisor;
  return cycle(options, first, options.peak, first / options.end_divisor);
}

Schedule one_cycle_memory(const OneCycle& options, double least, double most) {
  require(0 <= least && least <= most && most < 1, Fault::config,
          "the memories of a one-cycle schedule must ascend in [0, 1), not be {} and {}", least, most);
  return cycle(options, most, least, most);
}

}  // namespace mercer
