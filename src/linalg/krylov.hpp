// Conjugate gradients that keep their Lanczos coefficients, so that one run gives A^-1 b and b^T f(A) b.
#pragma once

#include <mercer/linalg/linear_operator.hpp>

#include <functional>
#include <vector>

namespace mercer {

struct KrylovOptions {
  double tolerance = 1e-10;  ///< of the residual against the right side, Euclidean
  Index iterations = 2000;
};

/// What a run leaves behind: A restricted to its Krylov space is tridiagonal.
struct KrylovRun {
  bool converged = false;
  double residual = 0;                         ///< relative, at the end
  double squared_norm = 0;                     ///< of the right side
  std::vector<double> diagonal, off_diagonal;  ///< [iterations] each; the last off the diagonal is not used

  Index iterations() const noexcept { return static_cast<Index>(diagonal.size()); }
  /// b^T f(A) b by Gauss quadrature, exact where f is a polynomial of degree below 2 iterations(). Golub and Meurant
  /// (2010), ch. 6. Local.
  double quadrature(const std::function<double(double)>& f) const;
};

/// @collective x = A^-1 b for a symmetric positive definite A, from x = 0; a right side of zeros needs no iteration.
/// PETSc's solvers keep the coefficients to themselves, hence this one. Inner products are reproducible sums. Throws
/// Fault::numerics where A is found not to be positive definite.
KrylovRun conjugate_gradients(const Comm& comm, const LinearOperator<double>& a, std::span<const double> b,
                              std::span<double> x, const KrylovOptions& options = {});

/// The same, but a run that does not converge is a Fault::numerics that says what `purpose` it had.
KrylovRun converged_gradients(const Comm& comm, const LinearOperator<double>& a, std::span<const double> b,
                              std::span<double> x, const KrylovOptions& options, const char* purpose);

}  // namespace mercer
