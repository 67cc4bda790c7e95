// The mesh of a problem: each rank holds a block of its nodes and cells in the order of the file, all ranks its groups.
#pragma once

#include <mercer/meshes/geometry/distributed_mesh.hpp>

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mercer {

/// A named set of nodes where conditions can stand, and what of the mesh lies on it.
struct MeshGroup {
  std::vector<Index> nodes;                  ///< in the order of the file, ascending
  std::vector<Index> bodies;                 ///< [nodes] the number of the part of the mesh each is of, -1 for none
  Tensor<double> points;                     ///< [nodes, space]
  std::vector<std::array<Index, 2>> edges;   ///< between nodes of the group, ends ascending
  std::vector<std::array<Index, 3>> facets;  ///< sides of cells; in the plane with -1 as the third
};

struct MeshDomain {
  std::filesystem::path file;
  MeshPart part;  ///< this rank's block of nodes, then of cells: `block(nodes, rank, size)`
  Index nodes = 0, cells = 0, space = 0;
  Index bodies = 0;  ///< parts of the mesh without a common node
  std::map<std::string, MeshGroup> groups;
};

/// @collective Spreads the mesh that rank 0 has; the others pass none. Its tags become groups: with the sides and edges
/// of the part of that name, or, without one, with all of the boundary whose corners they hold.
MeshDomain mesh_domain(const Comm& comm, const Mesh* mesh);

/// @collective Rank 0 reads one mesh of a file: that of `sample`, or the only one where that is empty. Throws
/// Fault::no_input, Fault::data, and Fault::config where a dataset has several and none is named.
MeshDomain read_mesh_domain(const Comm& comm, const std::filesystem::path& file, const std::string& sample);

/// @collective Rows for this rank's block of nodes, in the order of the file, from `values` [owned nodes, k] on `mesh`,
/// which was distributed from the parts of `domain`.
Tensor<double> in_file_order(const Comm& comm, const MeshDomain& domain, const DistributedMesh& mesh,
                             View<const double> values);

}  // namespace mercer
