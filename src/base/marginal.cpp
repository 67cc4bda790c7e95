#include <mercer/base/marginal.hpp>

#include <cmath>
#include <numbers>

namespace mercer {

double normal_quantile(double part) noexcept {
  if (part > 0.5) return -normal_quantile(1 - part);
  // Abramowitz and Stegun (1964), 26.2.23, is right to 4.5e-4; each step of Halley's method triples the digits.
  const double t = std::sqrt(-2 * std::log(part));
  double x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (int step = 0; step < 2; ++step) {
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    const double newton = (std::erfc(-x / std::numbers::sqrt2) / 2 - part) / density;
    x -= newton / (1 + x * newton / 2);
  }
  return x;
}

double Marginal::quantile(double part) const noexcept {
  switch (kind) {
    case Kind::normal:
      return first + second * normal_quantile(part);
    case Kind::log_uniform:
      return std::exp(std::lerp(std::log(first), std::log(second), part));
    case Kind::uniform:
      break;
  }
  return std::lerp(first, second, part);
}

}  // namespace mercer
