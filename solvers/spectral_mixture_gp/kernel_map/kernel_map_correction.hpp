// Solvers for what is not yet right in an equation on a rectangle: directly where it is separable, by Krylov steps
// else.
#pragma once

#include <mercer/linalg/lapack.hpp>
#include <mercer/linalg/linear_operator.hpp>

namespace mercer::smgp {

/// X -> A^-1 X for A X = S X + X T^T + shift X, by real Schur forms of S and T. Vectors are matrices column by column.
class SylvesterInverse final : public LinearOperator<double> {
 public:
  SylvesterInverse(const Matrix& s, const Matrix& t, double shift);
  Index rows() const override { return s_.form.rows() * t_.form.rows(); }
  Index columns() const override { return rows(); }
  void set_shift(double shift);
  Matrix operator()(const Matrix& right_side) const;

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override;
  Matrix solve(const Matrix& right_side, Transpose transpose) const;

  RealSchur s_, t_;
  double shift_ = 0;
};

/// X -> S X + X T^T + shift X + P^T (slopes * (P X Q^T)) Q, with an entry of `slopes` for each node and orthonormal
/// columns of P and Q: the equation, linearised where there is a reaction, on products of the columns. Keeps
/// references.
class LinearisedOperator final : public LinearOperator<double> {
 public:
  LinearisedOperator(const Matrix& s, const Matrix& t, double shift, const Matrix& p, const Matrix& q,
                     const Matrix& slopes);
  Index rows() const override { return s_.rows() * t_.rows(); }
  Index columns() const override { return rows(); }

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override;
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override;
  Matrix with_slopes(const Matrix& x) const;

  const Matrix &s_, &t_, &p_, &q_, &slopes_;
  double shift_;
};

/// Solves A X = right_side to a relative `tolerance` by GMRES with `inverse` as preconditioner; gives the number of
/// steps. PETSc prefix `smgp_`. Throws Fault::numerics where it does not converge.
Index solve_by_krylov(const LinearOperator<double>& a, const SylvesterInverse& inverse, double tolerance,
                      const Matrix& right_side, Matrix& x);

}  // namespace mercer::smgp
