// Schur forms by LAPACK, GMRES by PETSc on this rank alone.
#include <mercer/linalg/petsc_bridge.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_correction.hpp>

namespace mercer::smgp {
namespace {

constexpr int restart = 100, most_steps = 300;

using Columns = Eigen::Map<const Matrix>;

void store(const Matrix& matrix, std::span<double> out) {
  Eigen::Map<Matrix>(out.data(), matrix.rows(), matrix.cols()) = matrix;
}

}  // namespace

SylvesterInverse::SylvesterInverse(const Matrix& s, const Matrix& t, double shift)
    : s_(real_schur(s)), t_(real_schur(t)) {
  set_shift(shift);
}

void SylvesterInverse::set_shift(double shift) {
  s_.form.diagonal().array() += shift - shift_;
  shift_ = shift;
}

Matrix SylvesterInverse::solve(const Matrix& right_side, Transpose transpose) const {
  Matrix c = product(transposed_product(s_.vectors, right_side), t_.vectors);
  solve_sylvester(s_.form, t_.form, c.data(), transpose);
  return product(product(s_.vectors, c), t_.vectors.transpose().eval());
}

Matrix SylvesterInverse::operator()(const Matrix& right_side) const { return solve(right_side, Transpose::no); }

void SylvesterInverse::do_apply(std::span<const double> x, std::span<double> y) const {
  store(solve(Columns(x.data(), s_.form.rows(), t_.form.rows()), Transpose::no), y);
}

void SylvesterInverse::do_apply_adjoint(std::span<const double> y, std::span<double> x) const {
  store(solve(Columns(y.data(), s_.form.rows(), t_.form.rows()), Transpose::yes), x);
}

LinearisedOperator::LinearisedOperator(const Matrix& s, const Matrix& t, double shift, const Matrix& p, const Matrix& q,
                                       const Matrix& slopes)
    : s_(s), t_(t), p_(p), q_(q), slopes_(slopes), shift_(shift) {}

Matrix LinearisedOperator::with_slopes(const Matrix& x) const {
  const Matrix u = product(product(p_, x), q_.transpose().eval()).cwiseProduct(slopes_);
  return product(transposed_product(p_, u), q_) + shift_ * x;
}

void LinearisedOperator::do_apply(std::span<const double> x, std::span<double> y) const {
  const Matrix at = Columns(x.data(), s_.rows(), t_.rows());
  store(with_slopes(at) + product(s_, at) + product(at, t_.transpose().eval()), y);
}

void LinearisedOperator::do_apply_adjoint(std::span<const double> y, std::span<double> x) const {
  const Matrix at = Columns(y.data(), s_.rows(), t_.rows());
  store(with_slopes(at) + transposed_product(s_, at) + product(at, t_), x);
}

Index solve_by_krylov(const LinearOperator<double>& a, const SylvesterInverse& inverse, double tolerance,
                      const Matrix& right_side, Matrix& x) {
  const Comm self = Comm::self();
  const MatHandle matrix = petsc_shell(self, a), preconditioner = petsc_shell(self, inverse);
  KspHandle solver;
  PC pc = nullptr;
  check_petsc(KSPCreate(self.raw(), solver.out()));
  check_petsc(KSPSetOptionsPrefix(solver.get(), "smgp_"));
  check_petsc(KSPSetOperators(solver.get(), matrix.get(), preconditioner.get()));
  check_petsc(KSPSetType(solver.get(), KSPGMRES));
  check_petsc(KSPGMRESSetRestart(solver.get(), restart));
  check_petsc(KSPSetTolerances(solver.get(), tolerance, 0, PETSC_DEFAULT, most_steps));
  check_petsc(KSPGetPC(solver.get(), &pc));
  check_petsc(PCSetType(pc, PCMAT));
  check_petsc(KSPSetFromOptions(solver.get()));

  x.setZero(right_side.rows(), right_side.cols());
  const auto size = narrow<PetscInt>(x.size());
  VecHandle given, found;
  check_petsc(VecCreateSeqWithArray(self.raw(), 1, size, right_side.data(), given.out()));
  check_petsc(VecCreateSeqWithArray(self.raw(), 1, size, x.data(), found.out()));
  check_petsc(KSPSolve(solver.get(), given.get(), found.get()));
  KSPConvergedReason reason{};
  PetscInt steps = 0;
  check_petsc(KSPGetConvergedReason(solver.get(), &reason));
  check_petsc(KSPGetIterationNumber(solver.get(), &steps));
  require(reason > 0, Fault::numerics, "the linearised equation is not solved after {} Krylov steps ({})", steps,
          KSPConvergedReasons[reason]);
  return steps;
}

}  // namespace mercer::smgp
