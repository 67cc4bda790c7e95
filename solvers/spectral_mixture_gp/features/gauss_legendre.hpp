// Nodes and weights of Gauss-Legendre quadrature, each at a cost that does not grow with their number.
#pragma once

#include <mercer/base/index.hpp>

#include <Eigen/Core>

namespace mercer::smgp {

/// A symmetric rule on [-1, 1]: points rise and point[i] = -point[n-1-i]; weights sum to 2.
struct Quadrature {
  Eigen::VectorXd points, weights;
};

/// Exact for polynomials of degree 2 count - 1. Local; `count` is at least one, otherwise Fault::internal.
Quadrature gauss_legendre(Index count);

/// Equally spaced points, the ends included, of equal weight: what samples on a grid come with. At least two.
Quadrature uniform_points(Index count);

}  // namespace mercer::smgp
