#include <mercer/linalg/krylov.hpp>
#include <mercer/linalg/lapack.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {

double KrylovRun::quadrature(const std::function<double(double)>& f) const {
  const Index size = iterations();
  if (size == 0) return 0;
  Matrix tridiagonal = Matrix::Zero(size, size);
  for (Index i = 0; i < size; ++i) {
    tridiagonal(i, i) = diagonal[static_cast<std::size_t>(i)];
    if (i + 1 < size) tridiagonal(i + 1, i) = off_diagonal[static_cast<std::size_t>(i)];
  }
  const SymmetricEigen eigen = symmetric_eigen(std::move(tridiagonal));
  double sum = 0;
  for (Index i = 0; i < size; ++i) sum += eigen.vectors(0, i) * eigen.vectors(0, i) * f(eigen.values[i]);
  return squared_norm * sum;
}

KrylovRun conjugate_gradients(const Comm& comm, const LinearOperator<double>& a, std::span<const double> b,
                              std::span<double> x, const KrylovOptions& options) {
  require(a.rows() == a.columns(), Fault::internal, "conjugate gradients need a square operator, not {} x {}", a.rows(),
          a.columns());
  std::vector<double> residual(b.begin(), b.end()), direction = residual, product(b.size());
  std::fill(x.begin(), x.end(), 0.0);
  KrylovRun run;
  double square = run.squared_norm = reproducible_dot(comm, residual, residual);
  const double goal = options.tolerance * options.tolerance * square;
  double last_step = 0, last_ratio = 0;
  while (!(run.converged = square <= goal) && run.iterations() < options.iterations) {
    a.apply(direction, product);
    const double curvature = reproducible_dot(comm, direction, product);
    require_agreed(curvature > 0 && std::isfinite(curvature), Fault::numerics,
                   "conjugate gradients met a curvature of {:.3g}: the operator is not positive definite", curvature);
    const double step = square / curvature;
    for (std::size_t i = 0; i < b.size(); ++i) {
      x[i] += step * direction[i];
      residual[i] -= step * product[i];
    }
    const double ratio = reproducible_dot(comm, residual, residual) / square;
    for (std::size_t i = 0; i < b.size(); ++i) direction[i] = residual[i] + ratio * direction[i];
    // Saad (2003), eqs. 6.103 and 6.104.
    run.diagonal.push_back(1 / step + (last_step > 0 ? last_ratio / last_step : 0));
    run.off_diagonal.push_back(std::sqrt(ratio) / step);
    square *= ratio;
    last_step = step, last_ratio = ratio;
  }
  if (run.squared_norm > 0) run.residual = std::sqrt(square / run.squared_norm);
  return run;
}

KrylovRun converged_gradients(const Comm& comm, const LinearOperator<double>& a, std::span<const double> b,
                              std::span<double> x, const KrylovOptions& options, const char* purpose) {
  KrylovRun run = conjugate_gradients(comm, a, b, x, options);
  require_agreed(run.converged, Fault::numerics,
                 "conjugate gradients for {} stopped after {} steps at a relative residual of {:.3g}; raise "
                 "options.iterations or options.tolerance",
                 purpose, run.iterations(), run.residual);
  return run;
}

}  // namespace mercer
