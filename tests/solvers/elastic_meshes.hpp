// Bodies for tests of elasticity: meshes with named sides, and files of them.
#pragma once

#include "support/shared_scratch.hpp"
#include <mercer/meshes/mesh.hpp>
#include <mercer/solvers/solver.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mercer::test {

/// Names the sides of cells on the boundary whose corners all satisfy `is_on`.
void name_sides(Mesh& mesh, const std::string& name, const std::function<bool(std::span<const double>)>& is_on);

/// Names x = least, x = most and so on: "left", "right", "bottom", "top", "back", "front", and all of them "boundary".
void name_box(Mesh& mesh);

/// Unit square or cube with named sides, in n cells along each, with inner nodes moved about.
Mesh crooked_square(Index n);
Mesh crooked_cube(Index n);

/// A quarter of a strip of width 2 * 5 and length 2 * 20 with a hole of radius 1, in the first quadrant: "symmetry_x",
/// "symmetry_y", "hole", "top", "side".
Mesh quarter_with_hole(Index across, Index around);

/// @collective Writes the mesh as a gmsh file "mesh.msh".
void write_mesh(const Comm& comm, const SharedScratch& scratch, const Mesh& mesh);

/// @collective All values of a field on every rank, in the order of the file.
std::vector<double> gathered(const Comm& comm, const Solution& solution, const std::string& field);

}  // namespace mercer::test
