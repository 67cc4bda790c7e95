#include <mercer/base/error.hpp>
#include <mercer/optim/gradient_norm.hpp>

#include <cmath>

namespace mercer {

template <class T>
double gradient_norm(std::span<const T> gradient) {
  double square = 0;
  for (const T entry : gradient) square += static_cast<double>(entry) * static_cast<double>(entry);
  return std::sqrt(square);
}

template <class T>
double limit_gradient_norm(std::span<T> gradient, double limit) {
  require(limit > 0, Fault::config, "the limit of a gradient's norm must be positive, not {}", limit);
  const double norm = gradient_norm(std::span<const T>(gradient));
  if (norm > limit && std::isfinite(norm)) {
    const T factor = static_cast<T>(limit / norm);
    for (T& entry : gradient) entry *= factor;
  }
  return norm;
}

template double gradient_norm(std::span<const float>);
template double gradient_norm(std::span<const double>);
template double limit_gradient_norm(std::span<float>, double);
template double limit_gradient_norm(std::span<double>, double);

}  // namespace mercer
