// Coefficients of plane waves are spherical Bessel functions; Legendre factors follow by their recurrence. No sampling.
#include <mercer/solvers/spectral_mixture_gp/features/features.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {

Index feature_count(std::span<const Band> bands) {
  Index count = 0;
  for (const Band& band : bands) count += (band.frequency == 0 ? 1 : 2) * (band.degree + 1);
  return count;
}

Index degrees_for(std::span<const Band> bands, double half) {
  // j_k(x) falls below 1e-17 at k = x + 12 x^(1/3), as the Airy function that it tends to there.
  double most = 0;
  for (const Band& band : bands) {
    const double x = band.frequency * half;
    most = std::max(most, x + band.degree + (x > 0 ? 12 * std::cbrt(x) + 4 : 1));
  }
  return static_cast<Index>(std::ceil(most));
}

Eigen::VectorXd spherical_bessel(double x, Index count) {
  // Downwards from far above, where any start tends to the solution that is wanted (Miller's algorithm).
  const Index start = std::max(count, static_cast<Index>(x + 14 * std::cbrt(x))) + 20;
  Eigen::VectorXd values = Eigen::VectorXd::Zero(std::max<Index>(count, 2));
  double above = 0, here = 1e-280;
  for (Index k = start; k >= 0; --k) {  // here: j_k
    if (k < values.size()) values[k] = here;
    const double below = static_cast<double>(2 * k + 1) / x * here - above;
    above = here;
    here = below;
    if (std::abs(here) > 1e200) {
      values *= 1e-250;
      above *= 1e-250;
      here *= 1e-250;
    }
  }
  values /= std::max(std::abs(values[0]), std::abs(values[1]));
  const double j0 = std::sin(x) / x, j1 = (j0 - std::cos(x)) / x;
  values *= (j0 * values[0] + j1 * values[1]) / (values[0] * values[0] + values[1] * values[1]);
  return values.head(count);
}

Parities feature_series(const Band& band, double half, Index degrees) {
  const double x = band.frequency * half;
  const Eigen::VectorXd bessel = spherical_bessel(x, degrees);
  // e^{i x t} = sum of (2 k + 1) i^k j_k(x) P_k(t)
  std::array<Eigen::VectorXd, 2> here{Eigen::VectorXd::Zero(degrees), Eigen::VectorXd::Zero(degrees)};
  for (Index k = 0; k < degrees; ++k)
    here[k % 2 == 1][k] = (k % 4 < 2 ? 2 : -2) * std::sqrt(static_cast<double>(k) + 0.5) * bessel[k];
  std::array<Eigen::VectorXd, 2> before = here;
  Parities series{Matrix(degrees_of(degrees, false), band.degree + 1),
                  Matrix(degrees_of(degrees, true), band.degree + 1)};
  for (int k = 0; k <= band.degree; ++k) {
    for (const bool is_sine : {false, true}) {
      const bool is_odd = is_sine != (k % 2 == 1);
      Matrix& out = series[is_odd];
      for (Index row = 0; row < out.rows(); ++row) out(row, k) = here[is_sine][2 * row + (is_odd ? 1 : 0)];
      Eigen::VectorXd next = ((2 * k + 1) * times_t(here[is_sine]) - k * before[is_sine]) / (k + 1);
      before[is_sine] = std::exchange(here[is_sine], std::move(next));
    }
  }
  return series;
}

}  // namespace mercer::smgp
