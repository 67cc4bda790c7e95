// Displacements of some points continued smoothly to all others, by radial functions.
#pragma once

#include <mercer/base/tensor.hpp>

namespace mercer {

enum class RadialFunction {
  thin_plate,  ///< r^2 log r in the plane, r in space, and an affine map: of least bending, reproduces affine maps
  wendland,    ///< (1 - r/R)^4 (4 r/R + 1) within a radius R, of continuous second derivatives. Wendland (1995)
};

struct RadialOptions {
  RadialFunction kind = RadialFunction::thin_plate;
  double radius = 0.5;  ///< of Wendland's function, over the diagonal of the box around the controls
  Index dense = 3000;   ///< controls up to which a dense matrix is factored; beyond, thin plates are refused
};

/// Local. `points` [n, dimension] moved so that each of `controls` [c, dimension] comes to its row of `targets`: by
/// O(c^3 + n c) work for thin plates. Throws Fault::config for too many controls, Fault::numerics where two
/// controls coincide or all of them lie on a line or plane.
Tensor<double> radial_map(View<const double> points, View<const double> controls, View<const double> targets,
                          const RadialOptions& options = {});

}  // namespace mercer
