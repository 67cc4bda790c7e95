// Stresses at the nodes of the mesh, recovered from patches of cells.
#pragma once

#include <mercer/solvers/elasticity/assemble.hpp>

#include <span>

namespace mercer::elasticity {

/// @collective Stresses xx, yy, zz, xy, yz, xz at the owned nodes of the mesh [owned nodes, 6] from displacements
/// [local nodes * dimension]: polynomials of the elements' order fitted around each inner node, and on the boundary the
/// mean of those of the inner neighbours. Zienkiewicz & Zhu (1992), Int. J. Numer. Meth. Engng 33, 1331-1364.
Tensor<double> recovered_stress(const Comm& comm, const Discretisation& discretisation, std::span<const double> u);

}  // namespace mercer::elasticity
