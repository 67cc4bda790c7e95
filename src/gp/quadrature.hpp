// Gauss rules on the line and on an interval.
#pragma once

#include <mercer/base/index.hpp>

#include <vector>

namespace mercer {

/// Nodes in ascending order and positive weights.
struct GaussRule {
  std::vector<double> nodes, weights;
};

/// For integrals over [-1, 1]; exact for polynomials up to degree 2 count - 1. Takes O(count^3).
GaussRule gauss_legendre(Index count);

/// For integrals over the line with the weight exp(-x^2).
GaussRule gauss_hermite(Index count);

}  // namespace mercer
