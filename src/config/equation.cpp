// Reading equations, and putting exact solutions into them.
#include <mercer/base/text.hpp>
#include <mercer/config/equation.hpp>
#include <mercer/config/expression_parser.hpp>

#include <algorithm>

namespace mercer {

namespace {

/// A spelling of a derivative and the name it stands for.
struct Derivative {
  std::string spelling, name;
  std::vector<int> orders;
};

/// The unknown and all its derivatives up to second order, each followed by its other spelling, by order and then by
/// axes.
std::vector<Derivative> derivatives(std::span<const std::string> axes, const std::string& unknown) {
  std::vector<Derivative> all{{unknown, unknown, std::vector<int>(axes.size(), 0)}};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    all.push_back({unknown + "_" + axes[i], unknown + "_" + axes[i], all[0].orders});
    all.back().orders[i] = 1;
  }
  for (std::size_t i = 0; i < axes.size(); ++i)
    for (std::size_t j = i; j < axes.size(); ++j) {
      const std::string name = unknown + "_" + axes[i] + axes[j];
      std::vector<int> orders = all[0].orders;
      ++orders[i], ++orders[j];
      all.push_back({name, name, orders});
      if (i != j) all.push_back({unknown + "_" + axes[j] + axes[i], name, orders});
    }
  return all;
}

/// True where `letters` is a sequence of axes.
bool is_made_of(std::string_view letters, std::span<const std::string> axes) {
  std::vector<bool> reached(letters.size() + 1, false);
  reached[0] = true;
  for (std::size_t begin = 0; begin < letters.size(); ++begin)
    for (const std::string& axis : axes)
      if (reached[begin] && letters.substr(begin).starts_with(axis)) reached[begin + axis.size()] = true;
  return reached.back();
}

/// What to say of derivatives that an equation cannot have.
Explain explanation(std::span<const std::string> axes, const std::string& unknown) {
  return [axes, start = unknown + "_"](std::string_view word) -> std::string {
    if (!word.starts_with(start) || word.size() == start.size() || word.size() > 100) return {};
    const std::string_view letters = word.substr(start.size());
    if (is_made_of(letters, axes))
      return fmt::format(
          "the derivative '{}' is beyond second order; write the equation in derivatives up to second order", word);
    return fmt::format("'{}' is no derivative by the axes {}", word, join(axes, ", "));
  };
}

Expression substituted(Expression formula, const std::string& symbol, const Expression& by) {
  return formula.uses(symbol) ? formula.substitute(symbol, by) : formula;
}

std::vector<std::string> joined(std::vector<std::string> names, std::span<const std::string> more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

}  // namespace

Equation Equation::parse(std::string_view text, std::span<const std::string> axes, std::string_view unknown) {
  const std::vector<std::string> source{"f"};
  return parse(text, axes, unknown, source);
}

Equation Equation::parse(std::string_view text, std::span<const std::string> axes, std::string_view unknown,
                         std::span<const std::string> extra_symbols) {
  require(!axes.empty(), Fault::config, "expected at least one axis for the equation of '{}'", unknown);
  Equation equation;
  equation.axes_.assign(axes.begin(), axes.end());
  equation.extra_symbols_.assign(extra_symbols.begin(), extra_symbols.end());
  const std::vector<Derivative> all = derivatives(axes, std::string(unknown));
  std::vector<std::string> spellings;
  for (const Derivative& derivative : all) spellings.push_back(derivative.spelling);
  const std::vector<std::string> names = joined(joined(equation.axes_, spellings), extra_symbols);
  check_symbols(names);

  FormulaBuilder builder(names);
  const NodeId root = parse_terms(builder, text, Grammar::equation, explanation(axes, all[0].name));
  Expression residual = builder.finish(root);
  for (const Derivative& derivative : all)
    if (derivative.spelling != derivative.name)
      residual = substituted(residual, derivative.spelling, Expression::symbol(derivative.name));
  std::vector<std::string> used;
  for (const Derivative& derivative : all)
    if (derivative.spelling == derivative.name && residual.uses(derivative.name)) {
      used.push_back(derivative.name);
      equation.terms_.push_back({derivative.name, derivative.orders, {}});
    }
  require(!used.empty(), Fault::config, "expected an equation for '{}', but it occurs nowhere in '{}'", unknown,
          text.substr(0, 80));
  equation.residual_ = residual.over(joined(joined(equation.axes_, used), extra_symbols));
  for (Term& term : equation.terms_) term.coefficient = equation.residual_.derivative(term.name);
  equation.is_linear_ = std::none_of(equation.terms_.begin(), equation.terms_.end(), [&](const Term& term) {
    return std::any_of(used.begin(), used.end(), [&](const std::string& name) { return term.coefficient.uses(name); });
  });
  return equation;
}

Expression Equation::residual_of(const Expression& exact) const {
  const std::vector<std::string> names = joined(axes_, extra_symbols_);
  const Expression solution = exact.over(names);
  Expression result = residual_;
  for (const Term& term : terms_) {
    Expression value = solution;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis)
      for (int order = 0; order < term.orders[axis]; ++order) value = value.derivative(axes_[axis]);
    result = result.substitute(term.name, value);
  }
  return result.over(names);
}

Expression Equation::source_for(const Expression& exact, std::string_view source) const {
  const auto place = std::find(extra_symbols_.begin(), extra_symbols_.end(), source);
  require(place != extra_symbols_.end() && residual_.uses(source), Fault::config,
          "the equation has no source '{}' that could be chosen for an exact solution", source);
  require(!exact.uses(source), Fault::config, "the exact solution must not use the source '{}' that is sought", source);
  const Expression slope = residual_.derivative(source);
  require(!slope.uses(source), Fault::config, "the equation must be linear in the source '{}' to solve for it", source);
  const Expression residual = residual_of(exact);
  const Expression at_zero = residual.substitute(source, Expression::constant(0));
  const Expression by_source = residual.derivative(source);
  std::vector<std::string> others = extra_symbols_;
  others.erase(others.begin() + (place - extra_symbols_.begin()));
  require(by_source.value() != 0.0, Fault::config, "the source '{}' drops out of the equation at the exact solution",
          source);
  if (by_source.value() == -1.0) return at_zero.over(joined(axes_, others));
  return (-at_zero / by_source).over(joined(axes_, others));
}

}  // namespace mercer
