// The build refuses a PETSc or an HDF5 that does not fit, in one sentence.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

using mercer::test::Outcome;
using mercer::test::Scratch;
using mercer::test::setting;
namespace fs = std::filesystem;

namespace {

/// Configures the project against a PETSc whose petscconf.h says `kind`.
Outcome configure(const std::string& kind) {
  const Scratch scratch;
  fs::create_directories(scratch / "petsc/include");
  fs::create_directories(scratch / "petsc/lib/pkgconfig");
  mercer::test::write_file(scratch / "petsc/include/petscconf.h", kind);
  mercer::test::write_file(scratch / "petsc/lib/pkgconfig/PETSc.pc",
                           "Name: PETSc\nDescription: fake\nVersion: 3.20.1\nCflags: -I" +
                               (scratch / "petsc/include").string() + "\nLibs: -lpetsc\n");
  fs::copy(scratch / "petsc/lib/pkgconfig/PETSc.pc", scratch / "petsc/lib/pkgconfig/petsc.pc");
  return mercer::test::shell("PETSC_DIR=" + (scratch / "petsc").string() + " PETSC_ARCH= " + setting("MERCER_CMAKE") +
                             " -G Ninja -S " + setting("MERCER_SOURCE") + " -B " + (scratch / "build").string() +
                             " -DMERCER_TESTS=OFF");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_complex_petsc_is_refused) {
  const Outcome outcome = configure("#define PETSC_USE_COMPLEX 1\n#define PETSC_USE_REAL_DOUBLE 1\n");
  BOOST_TEST(outcome.code != 0);
  BOOST_TEST(outcome.error.find("real double scalars") != std::string::npos, outcome.error);
}

BOOST_AUTO_TEST_CASE(a_single_precision_petsc_is_refused) {
  const Outcome outcome = configure("#define PETSC_USE_REAL_SINGLE 1\n");
  BOOST_TEST(outcome.code != 0);
  BOOST_TEST(outcome.error.find("real double scalars") != std::string::npos, outcome.error);
}
