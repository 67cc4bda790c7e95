// The eigenvectors of covariances on regular grids: those of each axis, and their products on arrays spread over the
// ranks.
#pragma once

#include <mercer/linalg/lapack.hpp>
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <span>
#include <vector>

namespace mercer {

/// Eigenpairs of a symmetric Toeplitz matrix, largest values first.
struct AxisBasis {
  Matrix vectors;          ///< [points, kept], orthonormal columns
  Eigen::VectorXd values;  ///< [kept]
};

inline constexpr Index most_axis_points = 8192;  ///< the eigenvectors of so many take minutes

/// The eigenpairs of the matrix with this first column whose values exceed `least` and rounding. Such a matrix
/// maps mirrored vectors to mirrored ones, so that two problems of half the size do. Local. Throws Fault::config for
/// more than most_axis_points and Fault::numerics for entries that are not finite.
AxisBasis toeplitz_basis(std::span<const double> column, double least);

/// The products of the eigenvectors of all axes: coefficients [kept of axis 1, kept of axis 2, ...] and arrays on the
/// grid, row-major; of the latter each rank has its slab along the first axis.
class GridBasis {
 public:
  /// @collective One first column an axis. Keeps what a product of eigenvalues above `least` may need. Each axis is
  /// worked out by one rank for all.
  GridBasis(const Comm& comm, const std::vector<std::vector<double>>& columns, double least);

  const Comm& comm() const noexcept { return *comm_; }
  const Shape& shape() const noexcept { return shape_; }     ///< of the whole grid
  Range rows() const noexcept { return rows_; }              ///< this rank's, along the first axis
  Index own_count() const noexcept { return own_.count(); }  ///< points of this rank
  Index first_point() const noexcept { return rows_.begin * (shape_.count() / shape_[0]); }
  const AxisBasis& axis(int number) const { return axes_[static_cast<std::size_t>(number)]; }
  std::span<const double> values() const noexcept { return values_; }  ///< eigenvalues, one a coefficient

  /// @collective coefficients = U^T x, the same on every rank.
  void analyse(std::span<const double> x, std::span<double> coefficients) const;
  /// x = U coefficients. Local.
  void synthesise(std::span<const double> coefficients, std::span<double> x) const;
  /// x_i = sum_k U_ik^2 weights_k. Local.
  void add_squares(std::span<const double> weights, std::span<double> x) const;
  /// @collective x = U diag(weights) U^T x.
  void filter(std::span<const double> weights, std::span<double> x) const;

 private:
  void expand(const std::vector<Matrix>& own, std::span<const double> coefficients, std::span<double> x) const;

  const Comm* comm_;
  Shape shape_, own_, kept_;
  Range rows_;
  std::vector<AxisBasis> axes_;
  std::vector<Matrix> vectors_, squares_;  ///< this rank's rows of each axis
  std::vector<double> values_;
};

/// out[before, columns of b, after] = the sum over the middle index of in[before, rows of b, after] with b, row-major.
void contract(const MatrixView& b, Index before, Index after, const double* in, double* out);
/// The adjoint: out[before, rows of b, after] from in[before, columns of b, after].
void expand(const MatrixView& b, Index before, Index after, const double* in, double* out);

}  // namespace mercer
