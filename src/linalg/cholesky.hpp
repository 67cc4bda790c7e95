// A = L L^T of symmetric positive definite matrices: solutions, determinants, inverses.
#pragma once

#include <mercer/linalg/lapack.hpp>

#include <optional>

namespace mercer {

/// All functions are local. Sizes that do not fit are a Fault::internal.
class Cholesky {
 public:
  /// Factors the lower triangle of a square matrix; nothing where that is not positive definite or not finite.
  static std::optional<Cholesky> of(Matrix a);

  Index size() const noexcept { return factor_.rows(); }
  double log_determinant() const;
  void solve(Eigen::Ref<Matrix> right_sides) const;   ///< A^-1 B in place of B
  void divide(Eigen::Ref<Matrix> right_sides) const;  ///< L^-1 B in place of B
  Matrix inverse() &&;                                ///< A^-1, both triangles, in the memory of the factor
  Matrix inverse_triangle() &&;                       ///< the same, lower triangle alone; the rest is not defined

 private:
  explicit Cholesky(Matrix factor) : factor_(std::move(factor)) {}
  void check(Index rows) const;

  Matrix factor_;  ///< L in the lower triangle; the rest is not used
};

/// Copies the lower triangle to the upper one.
void mirror_lower(Matrix& a);

}  // namespace mercer
