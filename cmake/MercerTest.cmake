# mercer_add_test(NAME [RANKS 1 2 3 4] [SIMD] [SECONDS n] [LABELS ...] SOURCES ...): a Boost.Test program, once per rank count,
# or once per level of vector instructions that the processor has.
# Without RANKS it runs once, without a launcher; PLAIN ones start no MPI themselves and may launch other programs. A hang is a failure.
find_package(Boost 1.74 REQUIRED COMPONENTS unit_test_framework)

set(MERCER_TEST_ENVIRONMENT "OMP_NUM_THREADS=1;OMPI_MCA_rmaps_base_oversubscribe=1;OMPI_MCA_hwloc_base_binding_policy=none"
    "OMPI_MCA_mpi_yield_when_idle=1;OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"
    "MERCER_COMMAND=${PROJECT_BINARY_DIR}/mercer" "MERCER_MPIRUN=${MPIEXEC_EXECUTABLE}" "MERCER_SOURCE=${PROJECT_SOURCE_DIR}"
    "MERCER_BUILD=${PROJECT_BINARY_DIR}" "MERCER_CMAKE=${CMAKE_COMMAND}")
if(MERCER_SANITIZE)
  list(APPEND MERCER_TEST_ENVIRONMENT "ASAN_OPTIONS=fast_unwind_on_malloc=0:allocator_may_return_null=1"
       "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/leaks.supp:print_suppressions=0")
endif()

function(mercer_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PLAIN;SIMD" "SECONDS" "RANKS;SOURCES;LABELS;LIBRARIES")
  if(NOT arg_SECONDS)
    set(arg_SECONDS 60)
  endif()
  if(MERCER_SANITIZE)
    math(EXPR arg_SECONDS "${arg_SECONDS} * 4")
  endif()
  add_executable(${name}_test ${arg_SOURCES})
  if(arg_PLAIN)
    target_link_libraries(${name}_test PRIVATE mercer_plain_test_main ${arg_LIBRARIES})
  else()
    target_link_libraries(${name}_test PRIVATE mercer_test_main ${arg_LIBRARIES})
  endif()
  if(arg_SIMD)
    foreach(level IN LISTS MERCER_SIMD_LEVELS)
      add_test(NAME ${name}.${level} COMMAND ${name}_test --color_output=no)
      set_tests_properties(${name}.${level} PROPERTIES TIMEOUT ${arg_SECONDS} LABELS "${arg_LABELS}"
                           ENVIRONMENT "${MERCER_TEST_ENVIRONMENT};MERCER_SIMD=${level}"
                           SKIP_REGULAR_EXPRESSION "this processor or this build has no ${level}")
    endforeach()
  elseif(NOT arg_RANKS)
    add_test(NAME ${name} COMMAND ${name}_test --color_output=no)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_SECONDS} ENVIRONMENT "${MERCER_TEST_ENVIRONMENT}" LABELS "${arg_LABELS}")
  endif()
  foreach(ranks IN LISTS arg_RANKS)
    add_test(NAME ${name}.np${ranks}
             COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${name}_test> --color_output=no)
    set_tests_properties(${name}.np${ranks} PROPERTIES PROCESSORS ${ranks} TIMEOUT ${arg_SECONDS}
                         ENVIRONMENT "${MERCER_TEST_ENVIRONMENT}" LABELS "${arg_LABELS}")
  endforeach()
endfunction()
