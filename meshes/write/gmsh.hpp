// Meshes as text of gmsh, format 2.2.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <string>

namespace mercer {

/// The text of a file: parts become physical groups, tags that are no parts physical points, fields on nodes with one,
/// three or nine components $NodeData. Local. Throws Fault::data for other fields, which the format does not hold.
std::string gmsh_text(const MeshSample& sample);

}  // namespace mercer
