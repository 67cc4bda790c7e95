// Integrals of linear functions on edges, triangles and tetrahedra: mass matrices and Laplacians.
#pragma once

#include <mercer/linalg/sparse.hpp>
#include <mercer/meshes/mesh.hpp>

#include <vector>

namespace mercer {

// All functions are local. Cells may lie in a space of higher dimension: curves and surfaces. They throw
// Fault::unavailable for quadrilaterals; cells without size add nothing.

/// Length, area or volume of each cell [m^d], never negative.
std::vector<double> cell_sizes(View<const double> points, const Cells& cells);

/// Integrals of products of hat functions [nodes, nodes].
SparseMatrix mass_matrix(View<const double> points, const Cells& cells);

/// Its row sums [nodes], the integral of each hat function.
std::vector<double> lumped_mass(View<const double> points, const Cells& cells);

/// Integrals of products of gradients of hat functions [nodes, nodes]: on triangles the cotangent Laplacian, positive
/// semidefinite, zero on constants.
SparseMatrix stiffness_matrix(View<const double> points, const Cells& cells);

}  // namespace mercer
