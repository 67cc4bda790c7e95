// What can be put right in a mesh without a guess: nodes that nothing uses, nodes that are there twice, cells turned
// over.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <vector>

namespace mercer {

/// Where the nodes of a mesh go.
struct Renumbering {
  std::vector<Index> now;  ///< [node before] its number now, or -1
  Index unused = 0, merged = 0;
};

/// Nodes without cells go; nodes no farther apart than `tolerance` [m] become the one with the lowest number.
Renumbering renumbering(const Mesh& mesh, double tolerance);

/// Applies it to points, cells, tags, parts and the fields on nodes that have a value for each. Where nodes are merged,
/// the values of the lowest one stay. A part loses its cells on nodes that are gone. Gives the names of the fields
/// whose values differed.
std::vector<std::string> apply(const Renumbering& renumbering, MeshSample& sample);

/// Turns cells over until all have a positive measure in the space they fill, or neighbours on a surface or curve
/// agree; closed surfaces then face outwards. Gives the number of turned cells, or -1 for a surface that cannot be
/// oriented.
Index orient(Mesh& mesh);

}  // namespace mercer
