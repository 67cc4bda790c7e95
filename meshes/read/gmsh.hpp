// Meshes of gmsh: format 2.2 and 4.1, text and binary, and 4.0 as text.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <filesystem>

namespace mercer {

/// Reads a whole file. Local. Physical groups become parts, those below the dimension of the mesh and physical points
/// tags, too; groups without a name are called "surface_7". A mesh whose z is zero everywhere has two coordinates.
/// Fields of $NodeData become fields on points. Throws Fault::data where the file is malformed, or has prisms,
/// hexahedra or other cells that no Mesh holds.
MeshSample read_gmsh(const std::filesystem::path& path);

}  // namespace mercer
