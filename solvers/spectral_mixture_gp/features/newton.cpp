// SNES with GMRES on a shell Jacobian and the direct separable solver as its preconditioner.
#include <mercer/linalg/petsc_bridge.hpp>
#include <mercer/parallel/petsc.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/newton.hpp>

#include <algorithm>
#include <petscsnes.h>

namespace mercer::smgp {
namespace {

using SnesHandle = Handle<PetscTraits<SNES, SNESDestroy>>;
using KspHandle = Handle<PetscTraits<KSP, KSPDestroy>>;

Array array_of(std::span<const double> values, const Shape& shape) {
  Array array = dense(shape);
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

Array read(Vec vector, const Shape& shape) {
  const double* values = nullptr;
  check_petsc(VecGetArrayRead(vector, &values));
  Array array = array_of({values, static_cast<std::size_t>(shape.count())}, shape);
  check_petsc(VecRestoreArrayRead(vector, &values));
  return array;
}

void write(const Array& array, Vec vector) {
  double* values = nullptr;
  check_petsc(VecGetArrayWrite(vector, &values));
  std::copy_n(array.data(), array.count(), values);
  check_petsc(VecRestoreArrayWrite(vector, &values));
}

/// What the callbacks share.
struct System {
  const Exchange& exchange;
  SeparablePart& separable;
  GridPart& grid;
  const Jacobian& jacobian;
  const Array& moments;  ///< own rows
};

PetscErrorCode residual(SNES, Vec x, Vec f, void* context) {
  return fence([&] {
    const System& system = *static_cast<System*>(context);
    const Array free = system.exchange.gather(read(x, system.exchange.own_shape()));
    Array partial;
    together(system.grid.comm(), [&] { partial = system.grid.value(free); });
    Array sum = system.exchange.sum_scatter(std::move(partial));
    add(sum, 1, system.jacobian.separable(free));
    add(sum, -1, system.moments);
    write(sum, f);
  });
}

PetscErrorCode linearise(SNES, Vec x, Mat, Mat, void* context) {
  return fence([&] {
    System& system = *static_cast<System*>(context);
    system.grid.linearise(system.exchange.gather(read(x, system.exchange.own_shape())));
    system.separable.solver().set_shift(system.grid.shift());
  });
}

PetscErrorCode precondition(PC pc, Vec x, Vec y) {
  return fence([&] {
    void* context = nullptr;
    check_petsc(PCShellGetContext(pc, &context));
    const System& system = *static_cast<System*>(context);
    const SeparableSolver& solver = system.separable.solver();
    Array own = read(x, system.exchange.own_shape());
    if (solver.rows_are_independent()) {
      solver.solve(own, system.exchange.rows());
      return write(own, y);
    }
    Array whole = system.exchange.gather(own);
    solver.solve(whole);
    write(system.exchange.own_part(whole), y);
  });
}

void configure(KSP ksp, System& system, double tolerance) {
  PC pc = nullptr;
  check_petsc(KSPSetType(ksp, KSPGMRES));
  check_petsc(KSPGMRESSetRestart(ksp, 80));
  check_petsc(KSPGMRESSetOrthogonalization(ksp, KSPGMRESClassicalGramSchmidtOrthogonalization));
  check_petsc(KSPGMRESSetCGSRefinementType(ksp, KSP_GMRES_CGS_REFINE_IFNEEDED));
  check_petsc(KSPSetTolerances(ksp, tolerance, PETSC_DEFAULT, PETSC_DEFAULT, 400));
  check_petsc(KSPGetPC(ksp, &pc));
  check_petsc(PCSetType(pc, PCSHELL));
  check_petsc(PCShellSetContext(pc, &system));
  check_petsc(PCShellSetApply(pc, precondition));
}

void configure(SNES snes, System& system, bool is_linear) {
  check_petsc(SNESSetOptionsPrefix(snes, "spectral_mixture_gp_"));
  check_petsc(SNESSetType(snes, SNESNEWTONLS));
  check_petsc(SNESSetTolerances(snes, 0, 1e-14, 1e-12, 25, PETSC_DEFAULT));
  KSP ksp = nullptr;
  check_petsc(SNESGetKSP(snes, &ksp));
  configure(ksp, system, 1e-10);
  if (is_linear) {  // a second step refines the first
    SNESLineSearch search = nullptr;
    check_petsc(SNESGetLineSearch(snes, &search));
    check_petsc(SNESLineSearchSetType(search, SNESLINESEARCHBASIC));
  } else {
    check_petsc(SNESKSPSetUseEW(snes, PETSC_TRUE));
    check_petsc(SNESKSPSetParametersEW(snes, 2, 1e-4, 1e-2, 0.9, 2, PETSC_DEFAULT, PETSC_DEFAULT));
  }
  check_petsc(SNESSetFromOptions(snes));
}

}  // namespace

Jacobian::Jacobian(const Exchange& exchange, const SeparablePart& separable, const GridPart& grid)
    : exchange_(exchange), grid_(grid) {
  for (int axis = 0; axis < exchange.shape().dimensions(); ++axis) operators_.push_back(separable.free_operator(axis));
}

Array Jacobian::separable(const Array& free, Transpose transpose) const {
  const Range rows = exchange_.rows();
  const bool is_transposed = transpose == Transpose::yes;
  const Matrix& first = operators_[0];
  Array sum = is_transposed ? contract(first.middleCols(rows.begin, rows.count()), free, 0, transpose)
                            : contract(first.middleRows(rows.begin, rows.count()), free, 0);
  if (operators_.size() == 1) return sum;
  const Array own = exchange_.own_part(free);
  for (std::size_t axis = 1; axis < operators_.size(); ++axis)
    add(sum, 1, contract(operators_[axis], own, static_cast<int>(axis), transpose));
  return sum;
}

void Jacobian::do_apply(std::span<const double> x, std::span<double> y) const {
  const Array own = array_of(x, exchange_.own_shape());
  const Array free = exchange_.gather(own);
  Array sum = exchange_.sum_scatter(grid_.apply(free));
  add(sum, 1, separable(free));
  add(sum, grid_.shift(), own);
  std::copy_n(sum.data(), sum.count(), y.data());
}

void Jacobian::do_apply_adjoint(std::span<const double> y, std::span<double> x) const {
  const Array own = array_of(y, exchange_.own_shape());
  const Array free = exchange_.gather(own);
  Array sum = exchange_.sum_scatter(grid_.apply_adjoint(free));
  add(sum, 1, separable(free, Transpose::yes));
  add(sum, grid_.shift(), own);
  std::copy_n(sum.data(), sum.count(), x.data());
}

NewtonResult solve_newton(const Exchange& exchange, SeparablePart& separable, GridPart& grid, const Array& moments,
                          const Array& start, bool is_linear) {
  const Jacobian jacobian(exchange, separable, grid);
  const Array own_moments = exchange.own_part(moments);
  System system{exchange, separable, grid, jacobian, own_moments};
  const Comm& comm = grid.comm();
  const MatHandle matrix = petsc_shell(comm, jacobian);
  VecHandle x, f;
  check_petsc(MatCreateVecs(matrix.get(), x.out(), f.out()));
  SnesHandle snes;
  check_petsc(SNESCreate(comm.raw(), snes.out()));
  check_petsc(SNESSetFunction(snes.get(), f.get(), residual, &system));
  check_petsc(SNESSetJacobian(snes.get(), matrix.get(), matrix.get(), linearise, &system));
  configure(snes.get(), system, is_linear);
  write(exchange.own_part(start), x.get());
  check_petsc(SNESSolve(snes.get(), nullptr, x.get()));
  SNESConvergedReason reason{};
  PetscInt newton = 0, krylov = 0;
  check_petsc(SNESGetConvergedReason(snes.get(), &reason));
  check_petsc(SNESGetIterationNumber(snes.get(), &newton));
  check_petsc(SNESGetLinearSolveIterations(snes.get(), &krylov));
  return {exchange.gather(read(x.get(), exchange.own_shape())), static_cast<int>(newton), static_cast<int>(krylov),
          reason > 0};
}

void solve_linearised(const Exchange& exchange, SeparablePart& separable, GridPart& grid, const Array& state,
                      std::span<Array> right_sides) {
  grid.linearise(state);
  separable.solver().set_shift(grid.shift());
  const Jacobian jacobian(exchange, separable, grid);
  System system{exchange, separable, grid, jacobian, state};
  const MatHandle matrix = petsc_shell(grid.comm(), jacobian);
  VecHandle x, b;
  check_petsc(MatCreateVecs(matrix.get(), x.out(), b.out()));
  KspHandle ksp;
  check_petsc(KSPCreate(grid.comm().raw(), ksp.out()));
  check_petsc(KSPSetOperators(ksp.get(), matrix.get(), matrix.get()));
  configure(ksp.get(), system, 1e-6);
  for (Array& side : right_sides) {
    write(exchange.own_part(side), b.get());
    check_petsc(KSPSolve(ksp.get(), b.get(), x.get()));
    side = exchange.gather(read(x.get(), exchange.own_shape()));
  }
}

}  // namespace mercer::smgp
