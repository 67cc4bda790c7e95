// PETSc's failures in our words, and ours through PETSc's frames.
#include "support/failure.hpp"
#include <mercer/parallel/comm.hpp>
#include <mercer/parallel/petsc.hpp>

#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>

using namespace mercer;

namespace {

/// A shell matrix of one row a rank whose product is `multiply`.
MatHandle shell(const Comm& comm, PetscErrorCode (*multiply)(Mat, Vec, Vec)) {
  MatHandle matrix;
  check_petsc(MatCreateShell(comm.raw(), 1, 1, PETSC_DETERMINE, PETSC_DETERMINE, nullptr, matrix.out()));
  check_petsc(MatShellSetOperation(matrix.get(), MATOP_MULT, reinterpret_cast<void (*)()>(multiply)));
  return matrix;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_petsc_failure_keeps_its_words) {
  const Comm comm;
  VecHandle vector;
  check_petsc(VecCreate(comm.raw(), vector.out()));
  const auto call = [&] { check_petsc(VecSetType(vector.get(), "nonsense")); };
  BOOST_CHECK_EXCEPTION(call(), Error, failure(Fault::internal, "Unknown vector type: nonsense"));
  BOOST_CHECK_EXCEPTION(call(), Error, failure(Fault::internal, "Unknown type"));
}

BOOST_AUTO_TEST_CASE(words_of_one_failure_are_not_told_with_the_next) {
  const Comm comm;
  VecHandle vector;
  check_petsc(VecCreate(comm.raw(), vector.out()));
  BOOST_CHECK_THROW(check_petsc(VecSetType(vector.get(), "nonsense")), Error);
  try {
    check_petsc(PETSC_ERR_ARG_SIZ);
    BOOST_TEST(false, "nothing was thrown");
  } catch (const Error& error) {
    BOOST_TEST(std::string(error.what()).find("nonsense") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(lack_of_memory_in_petsc_has_its_own_fault) {
  BOOST_CHECK_EXCEPTION(check_petsc(PETSC_ERR_MEM), Error, failure(Fault::memory, "PETSc: "));
  BOOST_CHECK_NO_THROW(check_petsc(0));
}

BOOST_AUTO_TEST_CASE(a_failure_in_a_callback_comes_out_as_it_was_thrown) {
  const Comm comm;
  const MatHandle matrix =
      shell(comm, [](Mat, Vec, Vec) { return fence([] { fail(Fault::numerics, "the callback saw a NaN"); }); });
  VecHandle x, y;
  check_petsc(MatCreateVecs(matrix.get(), x.out(), y.out()));
  const auto call = [&] { check_petsc(MatMult(matrix.get(), x.get(), y.get())); };
  BOOST_CHECK_EXCEPTION(call(), Error, failure(Fault::numerics, "the callback saw a NaN"));
  BOOST_CHECK_EXCEPTION(check_petsc(PETSC_ERR_LIB), Error, failure(Fault::internal, "PETSc: "));  // held once
}

BOOST_AUTO_TEST_CASE(foreign_exceptions_pass_the_fence_unchanged) {
  const auto call = [] { check_petsc(fence([] { throw std::domain_error("foreign words"); })); };
  BOOST_CHECK_THROW(call(), std::domain_error);
  BOOST_TEST(fence([] {}) == 0);
}
