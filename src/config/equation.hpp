// Partial differential equations as text, such as `u_t - nu*u_xx = f`: their residual, their linearisation, and sources
// made to fit a solution.
#pragma once

#include <mercer/config/expression.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

/// One scalar equation for one unknown in named axes, up to second order. Immutable; every function is local.
class Equation {
 public:
  /// The unknown or one of its derivatives, as it occurs in an equation.
  struct Term {
    std::string name;         ///< `u`, `u_x`, `u_xy`: the axes of a mixed derivative in their given order
    std::vector<int> orders;  ///< of differentiation, one an axis
    Expression coefficient;   ///< d residual / d name, in the symbols of the residual
  };

  /// Reads `left = right` in `axes`, `unknown`, its derivatives (`u_yx` is `u_xy`) and `extra_symbols` (sources and
  /// parameters). Throws Fault::config with the column for anything else, for derivatives beyond second order, for an
  /// equation without the unknown, and for names that clash.
  static Equation parse(std::string_view text, std::span<const std::string> axes, std::string_view unknown,
                        std::span<const std::string> extra_symbols);
  /// With the source `f` as the only extra symbol.
  static Equation parse(std::string_view text, std::span<const std::string> axes, std::string_view unknown);

  /// left - right in the symbols: axes, names of `terms`, extra symbols.
  const Expression& residual() const noexcept { return residual_; }
  /// What occurs of the unknown: by order, then by axes. At least one.
  const std::vector<Term>& terms() const noexcept { return terms_; }
  /// True where no coefficient depends on the unknown; false also where simplification does not show that it does not.
  bool is_linear() const noexcept { return is_linear_; }
  bool uses(std::string_view symbol) const { return residual_.uses(symbol); }

  /// The residual with `exact`, a formula in axes and extra symbols, in place of the unknown: zero for a solution. In
  /// the symbols: axes, extra symbols.
  Expression residual_of(const Expression& exact) const;
  /// The value of the extra symbol `source` for which `exact` is a solution, in the symbols: axes, other extra symbols.
  /// Throws Fault::config where the equation does not have `source` or is not linear in it, or `exact` uses it.
  Expression source_for(const Expression& exact, std::string_view source = "f") const;

 private:
  std::vector<std::string> axes_, extra_symbols_;
  Expression residual_;
  std::vector<Term> terms_;
  bool is_linear_ = false;
};

}  // namespace mercer
