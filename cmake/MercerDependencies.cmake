# The libraries mercer stands on. Used by the build and, installed, by MercerConfig.cmake, so that both find the same things.
find_package(PkgConfig REQUIRED)
set(MPI_CXX_SKIP_MPICXX TRUE)  # without it, programs that include mpi.h before petsc.h do not link
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
# PETSc comes with a BLAS, and one process should not hold two; on Debian both are what the alternatives say (OpenBLAS).
if(NOT BLA_VENDOR)
  set(BLA_VENDOR Generic)
endif()
find_package(LAPACK REQUIRED)

if(DEFINED ENV{PETSC_DIR})
  set(ENV{PKG_CONFIG_PATH} "$ENV{PETSC_DIR}/$ENV{PETSC_ARCH}/lib/pkgconfig:$ENV{PETSC_DIR}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
endif()
if(NOT TARGET Mercer::petsc)
  pkg_search_module(MERCER_PETSC REQUIRED petsc>=3.18 PETSc>=3.18)
  find_file(MERCER_PETSCCONF petscconf.h PATHS ${MERCER_PETSC_INCLUDE_DIRS} NO_DEFAULT_PATH NO_CACHE REQUIRED)
  file(STRINGS ${MERCER_PETSCCONF} mercer_petsc_kind REGEX "PETSC_USE_COMPLEX|PETSC_USE_REAL_DOUBLE")
  if(mercer_petsc_kind MATCHES "COMPLEX" OR NOT mercer_petsc_kind MATCHES "REAL_DOUBLE")
    message(FATAL_ERROR "mercer needs a PETSc built for real double scalars; the one described by ${MERCER_PETSCCONF} is not: set PETSC_DIR to another.")
  endif()
  # What plugins are compared by (solvers/plugin.hpp): taken from the PETSc that the code at hand is compiled with.
  find_file(MERCER_PETSCVERSION petscversion.h PATHS ${MERCER_PETSC_INCLUDE_DIRS} NO_DEFAULT_PATH NO_CACHE REQUIRED)
  file(STRINGS ${MERCER_PETSCVERSION} mercer_petsc_version REGEX "define PETSC_VERSION_(MAJOR|MINOR|SUBMINOR) ")
  list(TRANSFORM mercer_petsc_version REPLACE "[^0-9]" "")
  list(JOIN mercer_petsc_version ";" mercer_petsc_version)
  list(POP_FRONT mercer_petsc_version mercer_major mercer_minor mercer_patch)
  math(EXPR mercer_petsc_number "${mercer_major} * 10000 + ${mercer_minor} * 100 + ${mercer_patch}")
  file(STRINGS ${MERCER_PETSCCONF} mercer_petsc_wide REGEX "define PETSC_USE_64BIT_INDICES 1")
  if(mercer_petsc_wide)
    set(mercer_petsc_index 8)
  else()
    set(mercer_petsc_index 4)
  endif()
  # Only folders and libraries: the compile flags of Debian's PETSc.pc would leak into every user of mercer.
  add_library(Mercer::petsc INTERFACE IMPORTED GLOBAL)
  set_target_properties(Mercer::petsc PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${MERCER_PETSC_INCLUDE_DIRS}"
                        INTERFACE_LINK_LIBRARIES "${MERCER_PETSC_LINK_LIBRARIES};MPI::MPI_CXX"
                        INTERFACE_COMPILE_DEFINITIONS "MERCER_PETSC_VERSION=${mercer_petsc_number};MERCER_PETSC_INDEX_BYTES=${mercer_petsc_index}")
endif()

if(NOT TARGET Mercer::hdf5)
  pkg_search_module(MERCER_HDF5 REQUIRED hdf5-openmpi hdf5-mpich hdf5)
  find_file(MERCER_H5PUBCONF NAMES H5pubconf.h H5pubconf-64.h PATHS ${MERCER_HDF5_INCLUDE_DIRS} NO_DEFAULT_PATH NO_CACHE REQUIRED)
  file(STRINGS ${MERCER_H5PUBCONF} mercer_hdf5_parallel REGEX "define H5_HAVE_PARALLEL 1")
  if(NOT mercer_hdf5_parallel)
    message(FATAL_ERROR "mercer writes files collectively and needs an HDF5 built with MPI; ${MERCER_H5PUBCONF} is not (Debian: libhdf5-openmpi-dev).")
  endif()
  add_library(Mercer::hdf5 INTERFACE IMPORTED GLOBAL)
  set_target_properties(Mercer::hdf5 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${MERCER_HDF5_INCLUDE_DIRS}"
                        INTERFACE_LINK_LIBRARIES "${MERCER_HDF5_LINK_LIBRARIES};MPI::MPI_CXX")
endif()
