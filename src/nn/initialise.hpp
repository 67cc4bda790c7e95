// The random numbers that networks start from, as the field's frameworks draw them.
#pragma once

#include <mercer/base/index.hpp>

#include <cstdint>
#include <span>

namespace mercer {

/// Consecutive parameters in the vector of a network.
struct ParameterPlace {
  Index begin = 0, count = 0;
};

/// The numbers center +- bound.
struct Interval {
  double center = 0, bound = 0;
};

/// +- 1 / sqrt(fan_in), for weights and biases alike the default of PyTorch for linear maps and convolutions, He et al.
/// (2015) with slope sqrt(5). `fan_in` is the number of terms of one output. Throws Fault::internal unless it is
/// positive.
Interval fan_in_interval(Index fan_in);

/// Uniform in an interval. Each number depends on the seed and its place in the vector alone. Throws Fault::internal
/// unless the place is inside.
template <class T>
void draw_uniform(std::span<T> parameters, const ParameterPlace& place, const Interval& interval, std::uint64_t seed);

/// The same in fan_in_interval(fan_in).
template <class T>
void draw_uniform(std::span<T> parameters, const ParameterPlace& place, Index fan_in, std::uint64_t seed);

/// Normal with mean 0. Spectral weights of neuraloperator have the deviation 1 / sqrt(inputs + outputs) in either part,
/// Glorot and Bengio (2010).
template <class T>
void draw_normal(std::span<T> parameters, const ParameterPlace& place, double deviation, std::uint64_t seed);

extern template void draw_uniform(std::span<float>, const ParameterPlace&, const Interval&, std::uint64_t);
extern template void draw_uniform(std::span<double>, const ParameterPlace&, const Interval&, std::uint64_t);
extern template void draw_uniform(std::span<float>, const ParameterPlace&, Index, std::uint64_t);
extern template void draw_uniform(std::span<double>, const ParameterPlace&, Index, std::uint64_t);
extern template void draw_normal(std::span<float>, const ParameterPlace&, double, std::uint64_t);
extern template void draw_normal(std::span<double>, const ParameterPlace&, double, std::uint64_t);

}  // namespace mercer
