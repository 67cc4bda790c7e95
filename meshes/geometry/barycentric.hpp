// Maps of triangulations in which every free node is a weighted mean of its neighbours.
#pragma once

#include <mercer/linalg/sparse.hpp>
#include <mercer/meshes/mesh.hpp>

#include <span>

namespace mercer {

enum class Weights {
  mean_value,  ///< of the tangents of half angles: reproduces affine maps, never negative. Floater (2003)
  uniform,     ///< one for each neighbour, whatever the shape of the cells. Tutte (1963)
};

// All functions are local; meshes consist of triangles in the plane or in space.

/// Weights w_ij >= 0 of the neighbours j of each node i [nodes, nodes], with a structurally symmetric pattern and a
/// zero on the diagonal. The corners of a triangle must be distinct nodes of the mesh. Mean-value weights of a triangle
/// without area are not finite.
SparseMatrix barycentric_weights(const Mesh& mesh, Weights weights);

/// Places [nodes, k] of all nodes, where those of `fixed` are `places` [fixed, k] and each of the others is the mean of
/// its neighbours by `weights`. Throws Fault::numerics where the weights leave it undetermined, as those that are not
/// finite do.
Tensor<double> barycentric_map(const SparseMatrix& weights, std::span<const Index> fixed, View<const double> places);

}  // namespace mercer
