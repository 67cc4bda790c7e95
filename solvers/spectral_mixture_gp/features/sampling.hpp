// Where samples of a source sit along an axis, and which of them a fit leaves out to be judged by.
#pragma once

#include <mercer/meshes/grid.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/gauss_legendre.hpp>

#include <vector>

namespace mercer::smgp {

enum class Fitted {
  all,
  most,  ///< a scattered few are left out along each axis
};

/// Samples along one axis of a grid with `dimensions` axes.
struct Sampling {
  Index count = 0;
  Placement placement = Placement::nodes;
  int dimensions = 1;
};

/// The points on [-1, 1], with equal weights but for those that are left out, which have none. Points with a weight lie
/// symmetrically about zero, so that even and odd functions stay orthogonal: of samples that begin at one end and stop
/// short of the other, the first is always left out. Local; Fault::data for fewer than eight samples.
Quadrature sample_points(const Sampling& sampling, Fitted fitted);

/// Positions of the points without weight, rising: of `most`, an eighth of a line and at least sixteen or a quarter of
/// it; a twentieth of each axis of a plane or a box, where whole rows are left out; at fractions that never repeat.
std::vector<Index> left_out(const Sampling& sampling, Fitted fitted);

}  // namespace mercer::smgp
