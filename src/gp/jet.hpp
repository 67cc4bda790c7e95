// Derivatives of functions of distance, for a block of distances at once, and Leibniz' rule for their products.
#pragma once

#include <mercer/gp/covariance.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace mercer {

/// jet[n][i] is the n-th derivative at the i-th distance; one more order than covariances have, for derivatives by a
/// scale of distance.
using Jet = std::array<std::array<double, Covariance::block>, Covariance::most_orders + 1>;

inline constexpr std::array<std::array<double, 6>, 6> binomials{
    {{1}, {1, 1}, {1, 2, 1}, {1, 3, 3, 1}, {1, 4, 6, 4, 1}, {1, 5, 10, 10, 5, 1}}};

/// out[i] = factor (a b)^(order) (t_i)
inline void set_product(const Jet& a, const Jet& b, std::size_t order, double factor, std::span<double> out) {
  std::ranges::fill(out, 0.0);
  for (std::size_t j = 0; j <= order; ++j) {
    const double share = factor * binomials[order][j];
    const double* const left = a[j].data();
    const double* const right = b[order - j].data();
#pragma omp simd
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += share * left[i] * right[i];
  }
}

}  // namespace mercer
