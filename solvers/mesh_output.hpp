// Fields on a mesh in an output file: plain arrays, and the same for ParaView.
#pragma once

#include <mercer/io/output_file.hpp>
#include <mercer/solvers/solver.hpp>

#include <filesystem>

namespace mercer {

/// @collective Writes `/fields/NAME` [node] or [node, component], `/mesh/points` [node, space], `/mesh/triangles` or
/// the like [cell, corner], and /VTKHDF, in which vectors of the plane have three components so that meshes can be
/// warped.
void write_mesh_fields(OutputFile& file, const MeshSolution& solution);

/// Names of the components of a field with so many, with commas between: "x,y".
const char* component_names(Index components);

/// @collective Writes the XDMF file beside `hdf5_file`, which it points into. Tensors are left to the HDF5 file.
void write_mesh_xdmf(const Comm& comm, const std::filesystem::path& hdf5_file, const MeshSolution& solution);

}  // namespace mercer
