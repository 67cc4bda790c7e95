// Whether boundary data agree where faces meet.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/level.hpp>

namespace mercer::smgp {

/// Local. Compares the values of every two faces along their common edge. Throws Fault::config, with the faces, the
/// place and the difference, where they differ by more than 1e-6 of the largest value on any face.
void check_corners(const Statement& statement, const ConditionLists& conditions);

}  // namespace mercer::smgp
