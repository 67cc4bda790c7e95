// Meshes in CGNS files that are HDF5 files, as PLAID keeps them.
#pragma once

#include <mercer/io/input_file.hpp>
#include <mercer/meshes/mesh.hpp>

namespace mercer {

/// Reads the one unstructured zone of a file from one rank, found by labels and not by names. Sections of the highest
/// dimension are the cells; every section and every boundary condition given by nodes is a part or tag of its name.
/// Single numbers of bases without zones are scalars. Throws Fault::data where the file is malformed, has several
/// zones, a structured one, MIXED or NGON sections, links, or cells that no Mesh holds.
MeshSample read_cgns(const InputFile& file);

}  // namespace mercer
