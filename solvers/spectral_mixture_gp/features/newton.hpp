// Newton and Krylov on free coordinates by PETSc, for whatever the direct solver does not do alone.
#pragma once

#include <mercer/linalg/linear_operator.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/grid_part.hpp>

namespace mercer::smgp {

/// Separable part plus linearised grid part on free coordinates, of which each rank holds consecutive rows along the
/// first axis. A product takes two collective steps: a gather and a scattered sum.
class Jacobian final : public LinearOperator<double> {
 public:
  Jacobian(const Exchange& exchange, const SeparablePart& separable, const GridPart& grid);
  Index rows() const override { return exchange_.own_shape().count(); }
  Index columns() const override { return rows(); }
  /// This rank's rows of the separable part alone, without shift, from the whole of `free`.
  Array separable(const Array& free, Transpose transpose = Transpose::no) const;

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override;

  const Exchange& exchange_;
  const GridPart& grid_;
  std::vector<Matrix> operators_;
};

struct NewtonResult {
  Array free;                  ///< the whole, on every rank
  int newton = 0, krylov = 0;  ///< steps
  bool converged = false;
};

/// @collective Solves for the moments of the source less those of the lifted state, both in free coordinates, starting
/// from `start`, by Krylov solves preconditioned by the separable part: two for linear equations, as many as it takes
/// to change the solution by less than 1e-12 for others. PETSc options with the prefix `spectral_mixture_gp_` apply.
NewtonResult solve_newton(const Exchange& exchange, SeparablePart& separable, GridPart& grid, const Array& moments,
                          const Array& start, bool is_linear);

/// @collective Solves the equation linearised at `state`, in place of its right sides, to 1e-6 of each: all in free
/// coordinates, whole on every rank. Leaves its shift in the solver of the separable part.
void solve_linearised(const Exchange& exchange, SeparablePart& separable, GridPart& grid, const Array& state,
                      std::span<Array> right_sides);

}  // namespace mercer::smgp
