// Fields and scalars of a sample: lengths and values.
#pragma once

#include <mercer/meshes/mesh.hpp>

namespace mercer {

/// What is wrong with the fields and scalars, whatever the mesh is.
std::vector<Finding> check_fields(const MeshSample& sample);

}  // namespace mercer
