// Taps of correlations and of their transposes.
#include <mercer/nn/tap_axis.hpp>

#include <algorithm>

namespace mercer {

TapAxis TapAxis::correlation(Index kernel, int stride, Index margin) {
  TapAxis axis{.step = stride, .stride = 1, .margin = margin, .phases = {{}}};
  for (Index d = 0; d < kernel; ++d) axis.phases[0].push_back({d, d});
  return axis;
}

TapAxis TapAxis::transpose(Index kernel, int stride, Index first) {
  TapAxis axis{.step = 1, .stride = stride, .margin = 0, .phases = {}};
  for (Index phase = 0; phase < stride; ++phase) {
    const Index remainder = (first + phase) % stride, at = (first + phase) / stride;
    axis.phases.emplace_back();
    for (Index d = remainder; d < kernel; d += stride) axis.phases.back().push_back({at - d / stride, d});
    for (const Tap& tap : axis.phases.back()) axis.margin = std::max(axis.margin, -tap.offset);
  }
  for (auto& phase : axis.phases)
    for (Tap& tap : phase) tap.offset += axis.margin;
  return axis;
}

Index TapAxis::last(Index output) const noexcept {
  Index last = -1;
  for (Index phase = 0; phase < stride && phase <= output; ++phase)
    for (const Tap& tap : phases[static_cast<std::size_t>(phase)])
      last = std::max(last, step * ((output - phase) / stride) + tap.offset);
  return last;
}

Index TapAxis::span() const noexcept {
  Index largest = 0;
  for (const auto& phase : phases)
    for (const Tap& tap : phase) largest = std::max(largest, tap.offset);
  return largest + 1;
}

}  // namespace mercer
