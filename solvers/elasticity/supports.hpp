// Whether the supports hold an elastic body.
#pragma once

#include <mercer/solvers/elasticity/case.hpp>

#include <string>
#include <vector>

namespace mercer::elasticity {

/// The rigid motions that the supports leave to any part of the mesh, in words; none where it is held. Local.
std::vector<std::string> free_motions(const Body& body);

}  // namespace mercer::elasticity
