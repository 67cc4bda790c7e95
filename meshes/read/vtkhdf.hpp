// Meshes in VTK's own HDF5 files: UnstructuredGrid and PolyData.
#pragma once

#include <mercer/io/input_file.hpp>
#include <mercer/meshes/mesh.hpp>

namespace mercer {

/// Reads a file of any version from one rank: all parts as one mesh, their points not merged; arrays of points and
/// cells as fields, arrays of one number in FieldData as scalars. A mesh whose z is zero everywhere has two
/// coordinates. Throws Fault::data where the file is malformed, has several time steps, or cells that no Mesh holds.
MeshSample read_vtkhdf(const InputFile& file);

}  // namespace mercer
