// The modes of snapshots that are centred already: what bases from scratch and extended ones share.
#pragma once

#include <mercer/linalg/reduced_basis.hpp>

namespace mercer {

/// A basis whose mean is the shift of `z`, and the Gram matrix (both triangles) that it came from.
struct Decomposed {
  ReducedBasis basis;
  Matrix gram;
};

/// @collective See reduced_basis().
Decomposed decompose(const Comm& comm, Shifted& z, const InnerProduct& product, Shift shift,
                     const ReducedBasisOptions& options);

/// Signs of modes are free: makes the largest coefficient of each mode positive. Local.
void choose_signs(ReducedBasis& basis);

}  // namespace mercer
