// Covariances of points with many inputs, each with a length of its own (automatic relevance determination).
#pragma once

#include <mercer/linalg/lapack.hpp>

#include <span>

namespace mercer {

/// Functions g(r) of scaled distance: exp(-r^2 / 2), and the Matern functions with nu = 1/2, 3/2, 5/2: exp(-s) times
/// 1, 1 + s, 1 + s + s^2 / 3, s = sqrt(2 nu) r. Rasmussen and Williams (2006), eq. 4.9 and 4.17.
enum class Radial { squared_exponential, matern_half, matern_three_halves, matern_five_halves };
const char* name(Radial family) noexcept;  ///< as in cases and files: "matern_5/2"

/// k(x, x') = variance g(r), r^2 = sum_k (x_k - x'_k)^2 / length_k^2. Hyper-parameters come as one vector
///   theta = [log variance, log length_1, ..., log length_d, log noise variance].
/// All functions are local; sizes that do not fit are a Fault::internal.

/// x with each column divided by its length, [points, inputs].
Matrix divide_by_lengths(const MatrixView& x, std::span<const double> theta);

/// The lower triangles of k(x_i, x_j) and, unless `slopes` is null, of -2 variance dg/d(r^2), whose product with (x_ik
/// - x_jk)^2 / length_k^2 is the derivative of k by log length_k. `scaled` is divided by its lengths. What is above the
/// diagonal is not defined.
void covariance_triangle(Radial family, double variance, const MatrixView& scaled, Matrix& values, Matrix* slopes);

/// k(a_i, b_j), [points of a, points of b].
Matrix covariance_between(Radial family, std::span<const double> theta, const MatrixView& a, const MatrixView& b);

/// |a_i - b_j|^2, [points of a, points of b].
Matrix squared_distances(const MatrixView& a, const MatrixView& b);

}  // namespace mercer
