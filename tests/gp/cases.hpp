// One example of every covariance, with its formula written out for numbers of any precision.
#pragma once

#include <mercer/gp/kernels.hpp>

#include <functional>
#include <quadmath.h>
#include <string>
#include <vector>

namespace mercer::test {

__extension__ using Quad = __float128;  ///< 113 bits

/// k(theta, t)
using Formula = std::function<Quad(const std::vector<Quad>&, Quad)>;

struct Case {
  std::string name;
  CovariancePointer covariance;
  std::vector<double> theta;
  Formula formula;
};

inline const Quad pi = acosq(-1);
inline Quad gaussian(Quad u) { return expq(-u * u); }
inline Quad half(Quad r) { return expq(-fabsq(r)); }
inline Quad three_halves(Quad r) { return (1 + fabsq(r)) * expq(-fabsq(r)); }
inline Quad five_halves(Quad r) { return (1 + fabsq(r) + r * r / 3) * expq(-fabsq(r)); }

/// Two components: weights, inverse lengths, frequencies.
inline Quad student_of(const std::vector<Quad>& p, Quad t) {
  Quad sum = 0;
  for (std::size_t q = 0; q < 2; ++q)
    sum += expq(p[q]) * five_halves(sqrtq(Quad(5)) * expq(p[2 + q]) * t) * cosq(2 * pi * p[4 + q] * t);
  return sum;
}

inline Quad gaussian_of(const std::vector<Quad>& p, Quad t) {
  Quad sum = 0;
  for (std::size_t q = 0; q < 2; ++q) sum += expq(p[q]) * expq(-expq(p[2 + q]) * t * t) * cosq(2 * pi * p[4 + q] * t);
  return sum;
}

inline Quad periodic_of(const std::vector<Quad>& p, Quad t) {
  const Quad sine = sinq(pi * t / expq(p[0]));
  return expq(-2 * sine * sine / expq(2 * p[1]));
}

inline std::vector<Case> cases() {
  using P = const std::vector<Quad>&;
  const Formula se = [](P p, Quad t) { return gaussian(t / (sqrtq(Quad(2)) * expq(p[0]))); };
  const Formula m1 = [](P p, Quad t) { return half(t / expq(p[0])); };
  const Formula m3 = [](P p, Quad t) { return three_halves(sqrtq(Quad(3)) * t / expq(p[0])); };
  const Formula m5 = [](P p, Quad t) { return five_halves(sqrtq(Quad(5)) * t / expq(p[0])); };
  const Formula scaled_se = [se](P p, Quad t) { return expq(p[0]) * se({p[1]}, t); };
  const Formula total = [scaled_se, m5](P p, Quad t) {
    return scaled_se({p[0], p[1]}, t) + m5({p[2]}, t) + gaussian_of({p.begin() + 3, p.end()}, t);
  };
  const std::vector<double> components{-0.7, 0.4, 0.3, -0.5, 1.7, -0.4};
  std::vector<double> all{0.5, 0.2, -0.3};
  all.insert(all.end(), components.begin(), components.end());
  return {{"gaussian mixture", gaussian_mixture(2), components, gaussian_of},
          {"student mixture", student_mixture(2), components, student_of},
          {"squared exponential", squared_exponential(), {-0.4}, se},
          {"matern 1/2", matern_half(), {0.3}, m1},
          {"matern 3/2", matern_three_halves(), {-0.2}, m3},
          {"matern 5/2", matern_five_halves(), {-0.3}, m5},
          {"periodic", periodic(), {0.3, -0.2}, periodic_of},
          {"scaled", scaled(squared_exponential()), {0.6, -0.3}, scaled_se},
          {"sum", sum({scaled(squared_exponential()), matern_five_halves(), gaussian_mixture(2)}), all, total}};
}

}  // namespace mercer::test
