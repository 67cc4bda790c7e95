// The `petsc:` block of a case and the words after `--` as options of PETSc, and which of them nobody asked for.
#pragma once

#include <mercer/config/node.hpp>
#include <mercer/parallel/comm.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

/// An option as PETSc's database holds it.
struct PetscOption {
  std::string name;   ///< without the leading '-'
  std::string value;  ///< empty for a flag
  std::string where;  ///< it was written, for complaints
  bool operator==(const PetscOption&) const = default;
};

/// The options of a map: names of nested maps are joined by '_', lists by ','; `true` and null make a flag. Names with
/// a '-' in front, names that come twice and values that are neither scalars nor lists of scalars are complaints. Sets
/// nothing.
std::vector<PetscOption> petsc_options(const Node& block, std::string_view path, Complaints& complaints);

/// The options of words such as `-ksp_rtol 1e-8 -ksp_monitor`; of an option that comes twice the last counts. Throws
/// Fault::usage for a word that belongs to no option. Sets nothing.
std::vector<PetscOption> petsc_options(std::span<const std::string> words);

/// Puts them into PETSc's database, where they replace options of the same name. Every rank must do so with the same
/// options.
void set_petsc_options(std::span<const PetscOption> options);

/// Both steps in one, giving what was set; throws what reading finds wrong (Fault::config, Fault::usage).
std::vector<PetscOption> set_petsc_options(const Node& block);
std::vector<PetscOption> set_petsc_options(const std::vector<std::string>& words);

/// @collective Those of `options`, equal on all ranks, that no rank's PETSc objects have asked for so far. Options that
/// PETSc reads when it ends
/// (-log_view and the like) are never among them.
std::vector<PetscOption> unused_petsc_options(const Comm& comm, std::span<const PetscOption> options);

/// @collective Throws Fault::config on all ranks, naming them and the nearest option that was used, where there are
/// any.
void refuse_unused(const Comm& comm, std::span<const PetscOption> options);

}  // namespace mercer
