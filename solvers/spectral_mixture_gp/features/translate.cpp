// Splitting an equation into its linear terms, its nonlinear rest, and its source.
#include <mercer/solvers/spectral_mixture_gp/features/translate.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

/// `formula` with zero in place of the names of `terms` that `chosen` picks.
template <class Chosen>
Expression without(Expression formula, const std::vector<Equation::Term>& terms, const Chosen& chosen) {
  for (const Equation::Term& term : terms)
    if (chosen(term) && formula.uses(term.name)) formula = formula.substitute(term.name, Expression::constant(0));
  return formula;
}

bool uses_unknown(const Expression& formula, const std::vector<Equation::Term>& terms) {
  return std::any_of(terms.begin(), terms.end(), [&](const Equation::Term& term) { return formula.uses(term.name); });
}

Expression with_source(const Expression& formula, const std::string& source, const Expression& value) {
  return formula.uses(source) ? formula.substitute(source, value) : formula;
}

bool is_added(const Expression& residual, const std::string& source) {
  return residual.uses(source) && residual.derivative(source).value().has_value();
}

Orders orders_of(const Equation::Term& term) {
  Orders orders{};
  std::copy(term.orders.begin(), term.orders.end(), orders.begin());
  return orders;
}

AxisStatement axis_of(const NamedAxis& axis, const std::vector<std::string>& names) {
  AxisStatement statement{axis.interval, {}, axis.name};
  for (std::size_t end = 0; end < 2; ++end) {
    const Side::Kind kind = axis.ends[end].kind;
    const bool has_data = kind == Side::Kind::value || kind == Side::Kind::derivative;
    statement.sides[end] = {kind, has_data ? function_of(axis.ends[end].data, names) : PointFunction()};
  }
  return statement;
}

}  // namespace

PointFunction function_of(const Expression& formula, const std::vector<std::string>& symbols) {
  return Formula{formula.over(symbols)};
}

Statement translate(const std::vector<NamedAxis>& axes, const Equation& equation, const std::string& source,
                    const Expression& source_value) {
  std::vector<std::string> names;
  for (const NamedAxis& axis : axes) names.push_back(axis.name);
  std::vector<std::string> symbols = names;
  for (const Equation::Term& term : equation.terms()) symbols.push_back(term.name);

  Statement statement;
  for (const NamedAxis& axis : axes) statement.axes.push_back(axis_of(axis, names));
  const auto everything = [](const Equation::Term&) { return true; };
  const auto is_linear = [&](const Equation::Term& term) { return !uses_unknown(term.coefficient, equation.terms()); };
  const Expression residual = with_source(equation.residual(), source, source_value);
  statement.source = function_of(-without(residual, equation.terms(), everything), names);
  // A source that is a term by itself is none of the reaction, whose evaluation should not pay for it.
  const Expression rest = is_added(equation.residual(), source)
                              ? with_source(equation.residual(), source, Expression::constant(0))
                              : residual;
  Reaction reaction{
      function_of(without(rest, equation.terms(), is_linear) - without(rest, equation.terms(), everything), symbols),
      {}};
  bool has_reaction = false;
  for (const Equation::Term& term : equation.terms()) {
    Term linear{orders_of(term), 0, {}};
    const Expression coefficient = with_source(term.coefficient, source, source_value);
    if (!is_linear(term)) {
      has_reaction = true;
      reaction.slopes.push_back(function_of(coefficient, symbols));
    } else {
      reaction.slopes.emplace_back();
      if (const std::optional<double> value = coefficient.value())
        linear.constant = *value;
      else
        linear.coefficient = function_of(coefficient, names);
    }
    statement.terms.push_back(std::move(linear));
  }
  if (has_reaction) statement.reaction = std::move(reaction);
  return statement;
}

PointFunction right_side(const Equation& equation, const std::vector<std::string>& axes, const std::string& source) {
  for (const Equation::Term& term : equation.terms())
    require(!term.coefficient.uses(source), Fault::config,
            "the source {} is part of the coefficient of {} and must be a formula there", source, term.name);
  std::vector<std::string> symbols = axes;
  symbols.push_back(source);
  const auto everything = [](const Equation::Term&) { return true; };
  return function_of(-without(equation.residual(), equation.terms(), everything), symbols);
}

}  // namespace mercer::smgp
