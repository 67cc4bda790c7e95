// Meshes made by a few lines, to test with.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <functional>
#include <vector>

namespace mercer::test {

Mesh mesh_of(Index space, const std::vector<double>& points, CellKind kind, const std::vector<Index>& nodes);

/// The unit square in n x n squares, each halved, with inner nodes moved at random by up to `jitter` of their distance.
Mesh square(Index n, double jitter = 0);

/// The square with all its points moved by `map`.
Mesh mapped_square(Index n, double jitter, const std::function<std::array<double, 2>(double, double)>& map);

/// [-1, 1]^2 with round notches in the left and the right side: eight convex corners.
Mesh notched_plate(Index n, double jitter, double left_depth, double right_depth);

/// An annulus: a boundary of two loops.
Mesh ring(Index around, Index across);

/// The unit cube in n^3 cubes of six tetrahedra each.
Mesh cube(Index n);

/// A closed curve in the plane, counter-clockwise.
Mesh closed_curve(Index n, const std::function<std::array<double, 2>(double)>& at);

}  // namespace mercer::test
