// One solve with given bands.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/newton.hpp>

#include <memory>
#include <vector>

namespace mercer::smgp {

using BandLists = std::vector<std::vector<Band>>;            ///< one list an axis
using ConditionLists = std::vector<std::vector<Condition>>;  ///< one list an axis

struct Level {
  std::shared_ptr<const Space> space;
  std::shared_ptr<const Array> coefficients;
  std::shared_ptr<SeparablePart> separable;  ///< factored; its shift is that of the last Newton step
  double inverse_norm = 0;                   ///< of the (mean, linearised) operator with homogeneous conditions
  int newton = 0, krylov = 0;
  bool converged = true;
  Index collectives = 0;
};

/// @collective `fitted` says which samples count, where the statement has samples.
Level solve_level(const Comm& comm, const Statement& statement, const BandLists& bands,
                  const ConditionLists& conditions, Fitted fitted = Fitted::all);

/// Mean coefficients of the terms without mixed derivatives, by axis, over a fixed set of points. Local.
std::vector<AxisOperator> mean_operators(const Statement& statement);

/// The conditions that each axis takes, first-order ones at their inflow. Local; throws Fault::config where there are
/// too few, and where values contradict each other at a corner.
ConditionLists select_conditions(const Statement& statement);

}  // namespace mercer::smgp
