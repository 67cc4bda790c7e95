// The ways between samples and the common mesh, found by each rank for its own samples or by several ranks together.
#pragma once

#include <mercer/solvers/mmgp/common_mesh.hpp>
#include <mercer/solvers/mmgp/share.hpp>

namespace mercer::mmgp {

/// Throws an agreed Fault::config where the ranks cannot be divided as the case says, or where they would divide a
/// sample whose map is made by one rank. @collective
void require_division(const Comm& comm, const Settings& settings);

/// @collective Gives each sample its ways; those that cannot be mapped are refused or left out as by `use_each`. Closed
/// curves are mapped by the ranks that have them, whatever the division. Warns of samples that were repaired, or mapped
/// in another way than the options say.
void find_ways(const Context& context, const MeshDataset& dataset, BadSamples bad, const Division& division,
               const CommonMesh& common, Share& share);

}  // namespace mercer::mmgp
