// The conditions at the two ends of one axis as rows on basis coefficients: what is left free, and how data are met.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/basis.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/statement.hpp>

#include <string_view>
#include <vector>

namespace mercer::smgp {

/// One homogeneous or inhomogeneous condition.
struct Condition {
  Side::Kind kind = Side::Kind::value;
  bool at_end = false;  ///< not for periodic ones
  int order = 0;        ///< of the derivative that a periodic condition equates
};

/// The conditions that an axis takes: as many as its highest derivative. A first-order axis takes the one at its
/// inflow, told by `direction` (positive: from begin to end), or the only one there is; a second-order axis takes both.
/// Throws Fault::config, with the name of the axis, where there are too few.
std::vector<Condition> select_conditions(const std::array<Side, 2>& sides, int order, double direction,
                                         std::string_view axis);

/// B c = data for coefficients c of `basis`, split into c = inverse * data + null * free.
struct ConditionSpace {
  Matrix rows;              ///< B [conditions, size]
  Matrix null;              ///< orthonormal columns with B null = 0 [size, size - conditions]
  Matrix inverse;           ///< B inverse = 1 [size, conditions]
  Index even = 0;           ///< columns of `null` that are even functions, where `has_parity`
  bool has_parity = false;  ///< the conditions are alike at both ends, and every column of `null` is even or odd
};
ConditionSpace condition_space(const Basis& basis, const std::vector<Condition>& conditions);

}  // namespace mercer::smgp
