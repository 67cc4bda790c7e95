// What --version says.
#include <mercer/parallel/petsc.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/plugin.hpp>

#include <array>
#include <hdf5.h>

namespace mercer::driver {

std::string version_text() {
  std::array<char, 256> petsc{};
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> mpi{};
  int length = 0;
  unsigned major = 0, minor = 0, patch = 0;
  check_petsc(PetscGetVersion(petsc.data(), petsc.size()));
  check_mpi(MPI_Get_library_version(mpi.data(), &length));
  require(H5get_libversion(&major, &minor, &patch) >= 0, Fault::internal, "HDF5 does not tell its version");
  const std::string launcher = mpi.data();
  return fmt::format("mercer {} (plugin interface {}, {})\n{}\nHDF5 {}.{}.{}\n{}", MERCER_VERSION, plugin_abi,
                     this_compiler, petsc.data(), major, minor, patch, launcher.substr(0, launcher.find(',')));
}

}  // namespace mercer::driver
