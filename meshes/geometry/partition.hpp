// Which rank each node of a distributed graph should go to.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <vector>

namespace mercer {

/// @collective A rank for each of this rank's nodes, whose neighbours are [first[i], first[i + 1]) of `neighbours` by
/// global numbers, such that ranks get equal numbers of nodes and few edges are cut. By PT-Scotch, or what options of
/// PETSc with the prefix `mesh_` say.
std::vector<int> partition(const Comm& comm, const std::vector<Index>& first, const std::vector<Index>& neighbours);

}  // namespace mercer
