// The nodes that carry displacements: those of the mesh, and with order two the middles of its edges.
#pragma once

#include <mercer/meshes/geometry/distributed_mesh.hpp>

#include <array>
#include <vector>

namespace mercer::elasticity {

/// Nodes are numbered so that each rank owns a consecutive range. Local nodes are the owned ones, those of the mesh
/// first, then the ghosts. Move only.
struct Space {
  int order = 1;
  Index dimension = 2;
  Index nodes = 0;            ///< in all
  Range owned;                ///< numbers of the nodes that are owned here
  std::vector<Index> number;  ///< [local nodes]
  std::vector<Local> vertex;  ///< [local nodes of the mesh] which local node each is
  Tensor<double> points;      ///< [local nodes, dimension]
  Tensor<Local> cells;        ///< [local cells of the mesh, nodes of a cell] local nodes
  struct Edge {
    std::array<Local, 2> ends;  ///< local nodes of the mesh, the lower number first
    Local node;
  };
  std::vector<Edge> edges;  ///< by their ends; none where the order is one

  Local owned_nodes() const noexcept { return static_cast<Local>(owned.count()); }
  Local local_nodes() const noexcept { return static_cast<Local>(number.size()); }
};

/// @collective `order` is 1 or 2.
Space make_space(const Comm& comm, const DistributedMesh& mesh, int order);

/// The local node in the middle between two local nodes of the mesh, or -1 where no edge joins them.
Local middle(const Space& space, Local a, Local b);

}  // namespace mercer::elasticity
