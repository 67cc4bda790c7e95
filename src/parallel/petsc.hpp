// The one door to PETSc: its headers, its return codes turned into Error, its objects owned, and callbacks that may
// throw.
#pragma once

#include <mercer/base/handle.hpp>
#include <mercer/base/index.hpp>

#include <exception>
#include <petscdmda.h>
#include <petscksp.h>
#include <source_location>

namespace mercer {

/// Throws where a PETSc call failed: the failure a fenced callback threw, else Fault::internal (Fault::memory for lack
/// of it) with PETSc's words.
void check_petsc(PetscErrorCode code, std::source_location where = std::source_location::current());

/// Makes PETSc keep its words for `check_petsc` instead of printing them. Called by Session.
void use_our_petsc_errors();

/// Keeps a failure of a callback until the PETSc call around it has returned.
PetscErrorCode hold_for_petsc(std::exception_ptr failure) noexcept;

/// Body of a PETSc callback: a throw inside does not cross PETSc's C frames but comes out of `check_petsc`.
template <class F>
PetscErrorCode fence(F&& body) noexcept {
  try {
    body();
    return 0;
  } catch (...) {
    return hold_for_petsc(std::current_exception());
  }
}

template <class Object, PetscErrorCode (*destroy)(Object*)>
struct PetscTraits {
  using type = Object;
  static constexpr bool collective = true;
  static type empty() noexcept { return nullptr; }
  static void close(type& object) noexcept { destroy(&object); }
};
using VecHandle = Handle<PetscTraits<Vec, VecDestroy>>;
using MatHandle = Handle<PetscTraits<Mat, MatDestroy>>;
using KspHandle = Handle<PetscTraits<KSP, KSPDestroy>>;
using DmHandle = Handle<PetscTraits<DM, DMDestroy>>;

}  // namespace mercer
