// Operators inside PETSc's solvers, and PETSc's matrices as operators.
#include "linalg/support.hpp"
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/linalg/petsc_bridge.hpp>
#include <mercer/parallel/reduce.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace mercer;

namespace {

using Values = std::vector<double>;

/// Numbers of this rank's part of a vector of all ranks.
Values random_part(const Comm& comm, Index count, std::uint64_t stream) {
  const Index begin = sum_before(comm, count);
  Values values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = Random(5, stream).normal(static_cast<std::uint64_t>(begin) + i);
  return values;
}

VecHandle vector_around(const Comm& comm, const Values& values) {
  VecHandle vector;
  check_petsc(VecCreateMPIWithArray(comm.raw(), 1, static_cast<PetscInt>(values.size()), PETSC_DETERMINE, values.data(),
                                    vector.out()));
  return vector;
}

KspHandle solver(const Comm& comm, Mat matrix, KSPType type) {
  KspHandle ksp;
  check_petsc(KSPCreate(comm.raw(), ksp.out()));
  check_petsc(KSPSetOperators(ksp.get(), matrix, matrix));
  check_petsc(KSPSetType(ksp.get(), type));
  PC preconditioner = nullptr;
  check_petsc(KSPGetPC(ksp.get(), &preconditioner));
  check_petsc(PCSetType(preconditioner, PCNONE));
  check_petsc(KSPSetTolerances(ksp.get(), 1e-12, 0, PETSC_DEFAULT, 1000));
  return ksp;
}

/// |A x - b| / |b| after a solve of PETSc on a shell of `a`.
double residual_of_solve(const Comm& comm, const LinearOperator<double>& a, KSPType type, bool transpose) {
  const MatHandle shell = petsc_shell(comm, a);
  const KspHandle ksp = solver(comm, shell.get(), type);
  const Values b = random_part(comm, a.rows(), 0);
  Values x(b.size()), product(b.size());
  const VecHandle b_vector = vector_around(comm, b), x_vector = vector_around(comm, x);
  check_petsc((transpose ? KSPSolveTranspose : KSPSolve)(ksp.get(), b_vector.get(), x_vector.get()));
  if (transpose)
    a.apply_adjoint(x, product);
  else
    a.apply(x, product);
  for (std::size_t i = 0; i < b.size(); ++i) product[i] -= b[i];
  return reproducible_norm(comm, product) / reproducible_norm(comm, b);
}

/// An assembled matrix of `rows` by `columns` over all ranks with three entries in most rows.
MatHandle assembled(const Comm& comm, PetscInt rows, PetscInt columns) {
  MatHandle matrix;
  check_petsc(
      MatCreateAIJ(comm.raw(), PETSC_DECIDE, PETSC_DECIDE, rows, columns, 3, nullptr, 3, nullptr, matrix.out()));
  PetscInt begin = 0, end = 0;
  check_petsc(MatGetOwnershipRange(matrix.get(), &begin, &end));
  for (PetscInt row = begin; row < end; ++row)
    for (PetscInt shift = 0; shift < 3; ++shift)
      check_petsc(MatSetValue(matrix.get(), row, (row + shift * shift) % columns, 1.0 + row - 2.0 * shift, ADD_VALUES));
  check_petsc(MatAssemblyBegin(matrix.get(), MAT_FINAL_ASSEMBLY));
  check_petsc(MatAssemblyEnd(matrix.get(), MAT_FINAL_ASSEMBLY));
  return matrix;
}

/// Fails on every rank at its third product.
class Failing final : public LinearOperator<double> {
 public:
  explicit Failing(Index size) : size_(size) {}
  Index rows() const override { return size_; }
  Index columns() const override { return size_; }

 private:
  void do_apply(std::span<const double> x, std::span<double> y) const override {
    ++products_;
    require(products_ < 3, Fault::numerics, "product {} is not finite", products_);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = static_cast<double>(i + 2) * x[i];
  }
  void do_apply_adjoint(std::span<const double> y, std::span<double> x) const override { do_apply(y, x); }
  Index size_;
  mutable int products_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(krylov_methods_solve_with_a_shell_of_our_operator) {
  const Comm comm;
  for (const Index points : {1, 3, 60}) {  // with three points, a fourth rank has no rows
    BOOST_TEST(residual_of_solve(comm, Stencil<double>(comm, points, 0), KSPCG, false) < 1e-10);
    BOOST_TEST(residual_of_solve(comm, Stencil<double>(comm, points, 0.4), KSPGMRES, false) < 1e-10);
    BOOST_TEST(residual_of_solve(comm, Stencil<double>(comm, points, 0.4), KSPGMRES, true) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_operator_comes_out_of_the_solver_unchanged) {
  const Comm comm;
  const Failing failing(4);
  const MatHandle shell = petsc_shell(comm, failing);
  const KspHandle ksp = solver(comm, shell.get(), KSPGMRES);
  const Values b = random_part(comm, 4, 0);
  Values x(4);
  const VecHandle b_vector = vector_around(comm, b), x_vector = vector_around(comm, x);
  const auto solve = [&] { check_petsc(KSPSolve(ksp.get(), b_vector.get(), x_vector.get())); };
  BOOST_CHECK_EXCEPTION(solve(), Error, failure(Fault::numerics, "product 3 is not finite"));
}

BOOST_AUTO_TEST_CASE(an_operator_seen_through_petsc_gives_the_same_numbers) {
  const Comm comm;
  for (const Index points : {1, 3, 50}) {
    const Stencil<double> stencil(comm, points, 0.3);
    const MatHandle shell = petsc_shell(comm, stencil);
    const PetscOperator back(shell.get());
    const Values x = random_part(comm, stencil.columns(), 1);
    Values direct(x.size()), through(x.size());
    stencil.apply(x, direct);
    back.apply(x, through);
    BOOST_TEST(through == direct, boost::test_tools::per_element());
    stencil.apply_adjoint(x, direct);
    back.apply_adjoint(x, through);
    BOOST_TEST(through == direct, boost::test_tools::per_element());
    BOOST_TEST(adjoint_gap(comm, back) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(an_assembled_matrix_is_an_operator_with_its_transpose_as_adjoint) {
  const Comm comm;
  for (const PetscInt rows : {1, 2, 3, 40}) {
    const MatHandle matrix = assembled(comm, rows, 17);
    const PetscOperator a(matrix.get());
    BOOST_TEST(sum(comm, a.rows()) == rows);
    BOOST_TEST(sum(comm, a.columns()) == 17);
    BOOST_TEST(adjoint_gap(comm, a) < 1e-14);
    Values ones(static_cast<std::size_t>(a.columns()), 1), y(static_cast<std::size_t>(a.rows()));
    a.apply(ones, y);
    const Index begin = sum_before(comm, a.rows());
    for (std::size_t i = 0; i < y.size(); ++i)
      BOOST_TEST(y[i] == 3.0 * static_cast<double>(begin + static_cast<Index>(i)) - 3);
  }
}

BOOST_AUTO_TEST_CASE(a_petsc_operator_keeps_its_matrix_alive) {
  const Comm comm;
  MatHandle matrix = assembled(comm, 8, 8);
  const PetscOperator a(matrix.get());
  matrix.reset();
  BOOST_TEST(adjoint_gap(comm, a) < 1e-14);
}

BOOST_AUTO_TEST_CASE(sizes_beyond_petscs_integers_are_refused) {
  if (sizeof(PetscInt) == sizeof(Index)) return;
  const Comm comm;
  const Failing huge(std::numeric_limits<PetscInt>::max() / comm.size() + Index{1});
  try {
    petsc_shell(comm, huge);
    BOOST_TEST(false, "nothing was thrown");
  } catch (const Error& error) {
    BOOST_TEST(failure(Fault::internal, "does not fit")(error));
    BOOST_TEST(error.agreed());
  }
}
