// What is told of a solved body: fields at the nodes of its mesh, reactions of its supports, and its error.
#pragma once

#include <mercer/solvers/elasticity/assemble.hpp>
#include <mercer/solvers/solver.hpp>

#include <span>

namespace mercer::elasticity {

/// @collective Forces by which the supports act on the body, the sum of all loads, and what of both does not balance.
void record_forces(const Comm& comm, const Discretisation& discretisation, const System& system,
                   std::span<const double> u, Record& record);

/// @collective Relative error of the displacement in L2, by quadrature.
double relative_error(const Comm& comm, const Discretisation& discretisation, std::span<const double> u);

/// @collective Displacement, stress and von Mises' stress in the order of the mesh file, and their largest values.
MeshSolution fields_of(const Comm& comm, const Discretisation& discretisation, std::span<const double> u,
                       Record& record);

}  // namespace mercer::elasticity
