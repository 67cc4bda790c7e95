#include <mercer/base/random.hpp>
#include <mercer/nn/initialise.hpp>

#include <cmath>

namespace mercer {
namespace {

constexpr std::uint64_t stream = 0;  // of initial weights; other random numbers of a seed have others

template <class T, class Draw>
void fill(std::span<T> parameters, const ParameterPlace& place, const Draw& draw) {
  const auto size = static_cast<Index>(parameters.size());
  require(0 <= place.begin && 0 <= place.count && place.begin + place.count <= size, Fault::internal,
          "{} parameters from {} on are not among {}", place.count, place.begin, size);
  for (Index i = place.begin; i < place.begin + place.count; ++i)
    parameters[static_cast<std::size_t>(i)] = static_cast<T>(draw(static_cast<std::uint64_t>(i)));
}

}  // namespace

Interval fan_in_interval(Index fan_in) {
  require(fan_in > 0, Fault::internal, "initial weights need one input or more, not {}", fan_in);
  return {0, 1 / std::sqrt(static_cast<double>(fan_in))};
}

template <class T>
void draw_uniform(std::span<T> parameters, const ParameterPlace& place, const Interval& interval, std::uint64_t seed) {
  const Random random(seed, stream);
  fill(parameters, place,
       [&](std::uint64_t i) { return interval.center + interval.bound * (2 * random.uniform(i) - 1); });
}

template <class T>
void draw_uniform(std::span<T> parameters, const ParameterPlace& place, Index fan_in, std::uint64_t seed) {
  draw_uniform(parameters, place, fan_in_interval(fan_in), seed);
}

template <class T>
void draw_normal(std::span<T> parameters, const ParameterPlace& place, double deviation, std::uint64_t seed) {
  const Random random(seed, stream);
  fill(parameters, place, [&](std::uint64_t i) { return deviation * random.normal(i); });
}

template void draw_uniform(std::span<float>, const ParameterPlace&, const Interval&, std::uint64_t);
template void draw_uniform(std::span<double>, const ParameterPlace&, const Interval&, std::uint64_t);
template void draw_uniform(std::span<float>, const ParameterPlace&, Index, std::uint64_t);
template void draw_uniform(std::span<double>, const ParameterPlace&, Index, std::uint64_t);
template void draw_normal(std::span<float>, const ParameterPlace&, double, std::uint64_t);
template void draw_normal(std::span<double>, const ParameterPlace&, double, std::uint64_t);

}  // namespace mercer
