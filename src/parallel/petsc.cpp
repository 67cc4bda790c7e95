// PETSc's errors and the failures of callbacks on their way to Error.
#include <mercer/parallel/petsc.hpp>

#include <string>
#include <utility>

namespace mercer {
namespace {

// PETSc reports through a handler without a place for state of ours, so its last words wait here for check_petsc.
thread_local std::string words;
thread_local std::exception_ptr held;

PetscErrorCode remember(MPI_Comm, int line, const char* function, const char* file, PetscErrorCode code,
                        PetscErrorType kind, const char* message, void*) {
  if (kind == PETSC_ERROR_INITIAL) words = fmt::format("{} ({}, {}:{})", message ? message : "", function, file, line);
  return code;
}

}  // namespace

void use_our_petsc_errors() {
  PetscPopSignalHandler();
  PetscPushErrorHandler(remember, nullptr);
}

PetscErrorCode hold_for_petsc(std::exception_ptr failure) noexcept {
  held = std::move(failure);
  return PETSC_ERR_LIB;
}

void check_petsc(PetscErrorCode code, std::source_location where) {
  if (code == 0) [[likely]]
    return;
  if (held) std::rethrow_exception(std::exchange(held, nullptr));
  const char* general = nullptr;
  PetscErrorMessage(code, &general, nullptr);
  const std::string text =
      fmt::format("PETSc: {}: {}", general ? general : "unknown failure", std::exchange(words, {}));
  throw Error(code == PETSC_ERR_MEM ? Fault::memory : Fault::internal, text, where);
}

}  // namespace mercer
