// Sizes of cells and the box around a mesh.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <array>

namespace mercer {

/// The box around the nodes that the cells use.
struct BoundingBox {
  std::array<double, 3> low{}, high{};  ///< [m], zero beyond the dimensions of space
  double diagonal() const noexcept;
  std::array<double, 3> centre() const noexcept;
};

/// The nodes of the cells must be in range; a mesh without cells has a box of zeros.
BoundingBox bounds(const Mesh& mesh);

/// Length, area or volume of a cell. It has a sign where the cell fills the space it lies in: positive for
/// anticlockwise faces in the plane and for tetrahedra as VTK numbers them.
double measure(const Mesh& mesh, Index cell);

/// Whether all corners of a quadrilateral point outwards.
bool is_convex(const Mesh& mesh, Index cell);

/// Turns a cell over, as its corners in the other direction.
void turn(Cells& cells, Index cell);

}  // namespace mercer
