// Equations and formulas as text become a statement of numbers and functions.
#pragma once

#include <mercer/config/equation.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/statement.hpp>

#include <string>
#include <vector>

namespace mercer::smgp {

/// One axis with its conditions as formulas.
struct NamedAxis {
  struct End {
    Side::Kind kind = Side::Kind::value;
    Expression data;  ///< in the axes
  };
  std::string name;
  Interval interval;
  std::array<End, 2> ends;
};

/// A formula as a function of columns in the order of `symbols`, which name all that it uses.
PointFunction function_of(const Expression& formula, const std::vector<std::string>& symbols);

/// `equation` has the names of `axes` as its axes and no symbols beside `source`, whose value is the formula
/// `source_value` in the axes. Terms whose coefficients do not depend on the unknown are linear; everything else is the
/// reaction. Throws Fault::config for formulas in other symbols.
Statement translate(const std::vector<NamedAxis>& axes, const Equation& equation, const std::string& source,
                    const Expression& source_value);

/// What stands against the terms of `equation` for a source that is known by values alone: columns are the axes, then
/// the source. Throws Fault::config where the source is part of a coefficient.
PointFunction right_side(const Equation& equation, const std::vector<std::string>& axes, const std::string& source);

}  // namespace mercer::smgp
