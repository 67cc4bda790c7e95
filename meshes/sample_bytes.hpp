// A mesh sample as bytes, to be sent or kept, and back.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <string>
#include <string_view>

namespace mercer {

/// All of a sample that is no prediction, but for its notes. For readers on machines of the same kind.
std::string bytes_of(const MeshSample& sample);

/// Throws Fault::internal for other bytes.
MeshSample sample_from(std::string_view bytes);

}  // namespace mercer
