// Forces that act on the sides of an elastic body.
#pragma once

#include <mercer/solvers/elasticity/assemble.hpp>

#include <vector>

namespace mercer::elasticity {

/// Adds the forces of all loads to the owned nodes of `forces` [owned nodes * dimension]. Local. Throws Fault::data
/// where a formula has no value, where a group has a side that no cell has, or where a load along the normal stands on
/// a side between two cells.
void add_tractions(const Discretisation& on, std::vector<double>& forces);

}  // namespace mercer::elasticity
