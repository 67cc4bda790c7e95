// From values of fields on the common mesh to those at the nodes of a sample.
#pragma once

#include <mercer/solvers/mmgp/learnt.hpp>

#include <vector>

namespace mercer::mmgp {

/// A column of values on the common mesh at the nodes of a sample.
std::vector<double> at_nodes(const Specimen& specimen, const Matrix& values, Index column);

}  // namespace mercer::mmgp
