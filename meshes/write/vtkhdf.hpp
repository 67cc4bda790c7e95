// One mesh with its fields for ParaView: VTKHDF, and XDMF beside it.
#pragma once

#include <mercer/io/output_file.hpp>
#include <mercer/io/vtkhdf.hpp>
#include <mercer/meshes/mesh.hpp>

#include <filesystem>

namespace mercer {

VtkCell vtk_cell(CellKind kind);

/// @collective Writes the group /VTKHDF of a file; all ranks hold the same sample. Tags become fields of ones and zeros
/// named "tag:NAME", scalars arrays of one number in FieldData.
void write_vtkhdf(OutputFile& file, const MeshSample& sample);

/// @collective Writes the XDMF file `path` that points into the file that write_vtkhdf wrote beside it. Fields
/// with a '|' in their names, which its readers do not find, are left to the VTKHDF file.
void write_xdmf(const Comm& comm, const std::filesystem::path& path, const std::string& hdf5_file,
                const MeshSample& sample, Existing existing);

}  // namespace mercer
