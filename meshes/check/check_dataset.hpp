// Checks of many meshes: each by the rank that owns it, then all of them against one another.
#pragma once

#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/parallel/comm.hpp>

#include <vector>

namespace mercer {

/// @collective Reads and checks samples, shared out by their numbers of nodes. Gives the reports of all of them on
/// every rank, in the order of `places`. A sample that cannot be read has a report with the fault "unreadable".
std::vector<MeshReport> check_samples(const Comm& comm, const MeshDataset& dataset, const std::vector<Index>& places,
                                      const CheckRules& rules = {});

/// Adds to the reports which of the fields and scalars are missing that the dataset says are to be learnt, and which
/// fields lie on cells or have several components, so that they cannot be.
void find_missing(const MeshIndex& index, std::vector<MeshReport>& reports);

/// Adds to the reports what sets samples apart from the others: another scale or place, or another number of corners
/// (warnings), another topology (faults, unless the demand is `any`). Gives what concerns all of them: scalars that are
/// constant. Local.
std::vector<Finding> compare_samples(std::vector<MeshReport>& reports, const CheckRules& rules);

/// Adds to the reports what sets samples apart from those of a training set, with scalars beyond three standard
/// deviations of theirs and shapes far from theirs as warnings. Local.
void compare_with_training(const std::vector<MeshReport>& training, std::vector<MeshReport>& reports,
                           const CheckRules& rules);

/// Adds to the reports as warnings which boundaries have another number of corners than most of `usual`, which may be
/// the same reports. Local.
void find_other_corners(const std::vector<MeshReport>& usual, std::vector<MeshReport>& reports);

/// Sets the novelty of all outlines with as many corners as those of a training set usually have, and adds those above
/// three as warnings. Does nothing for fewer than ShapeFamily::fewest training shapes. Local.
void find_novel_shapes(const std::vector<MeshReport>& training, std::vector<MeshReport>& reports);

/// The worst exit code of the reports, zero where all are sound.
int exit_code(const std::vector<MeshReport>& reports) noexcept;

}  // namespace mercer
