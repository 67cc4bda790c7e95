// Features of a flat spectral mixture in one dimension: Legendre polynomials, alone and times sine and cosine of each
// band's frequency, as series of Legendre polynomials.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/legendre.hpp>

#include <span>
#include <vector>

namespace mercer::smgp {

/// All frequencies within a few degrees of a centre. The Gaussian envelope of a mixture component tends, as it grows
/// flat, to polynomials times sine and cosine; `degree` is that of the polynomials.
struct Band {
  double frequency = 0;  ///< of the centre [rad / unit of the axis]; zero: polynomials alone
  int degree = 0;
  bool operator==(const Band&) const = default;
};

struct Interval {
  double begin = -1, end = 1;
  double half() const noexcept { return (end - begin) / 2; }
  double middle() const noexcept { return (end + begin) / 2; }
  double local(double x) const noexcept { return (x - middle()) / half(); }  ///< in [-1, 1]
  double global(double t) const noexcept { return middle() + half() * t; }
};

Index feature_count(std::span<const Band> bands);

/// Degrees that represent all features to rounding.
Index degrees_for(std::span<const Band> bands, double half);

/// Spherical Bessel functions j_0(x) to j_{count-1}(x) for x > 0: coefficients of e^{i x t}, but for factors.
Eigen::VectorXd spherical_bessel(double x, Index count);

/// P_k(t) cos(w half t) and P_k(t) sin(w half t) for k up to the band's degree, as series of orthonormal Legendre
/// polynomials in t: the even ones and the odd ones, [degrees of the parity, degree + 1] each. The band has a
/// frequency.
Parities feature_series(const Band& band, double half, Index degrees);

}  // namespace mercer::smgp
