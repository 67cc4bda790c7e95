// Series of orthonormal Legendre polynomials on [-1, 1], even and odd degrees apart: values, derivatives, products by
// t.
#pragma once

#include <mercer/linalg/lapack.hpp>

#include <array>

namespace mercer::smgp {

/// Something of even and of odd functions: degrees 0, 2, 4, ... and 1, 3, 5, ...
using Parities = std::array<Matrix, 2>;

/// Number of degrees of one parity among the first `degrees`.
inline Index degrees_of(Index degrees, bool is_odd) noexcept { return is_odd ? degrees / 2 : (degrees + 1) / 2; }

/// sqrt(k + 1/2) P_k(t) for k below `degrees`: [points, degrees of the parity] each.
Parities legendre_table(const Eigen::VectorXd& t, Index degrees);

/// Derivatives in t of the series in the columns of `coefficients`, which are all of one parity; the result is of the
/// other, with the same number of degrees in all.
Matrix differentiate(const Matrix& coefficients, bool is_odd, Index degrees);

/// Coefficients of t u(t) from those of u, all degrees together [degrees]; the highest one is cut off.
Eigen::VectorXd times_t(const Eigen::VectorXd& coefficients);

}  // namespace mercer::smgp
