// The formula as its users see it: a shared tree and its program.
#include <mercer/base/text.hpp>
#include <mercer/config/expression_parser.hpp>

#include <algorithm>

namespace mercer {

namespace {

NodeId number_of(const std::vector<std::string>& symbols, std::string_view symbol) {
  const auto found = std::find(symbols.begin(), symbols.end(), symbol);
  require(found != symbols.end(), Fault::config, "the formula has no symbol '{}'{}", symbol,
          suggestion(symbol, symbols));
  return static_cast<NodeId>(found - symbols.begin());
}

/// `symbols` with those of `more` that are new.
std::vector<std::string> united(std::vector<std::string> symbols, const std::vector<std::string>& more) {
  for (const std::string& name : more)
    if (std::find(symbols.begin(), symbols.end(), name) == symbols.end()) symbols.push_back(name);
  return symbols;
}

/// The symbols `names` as terms of `builder`, in which they all are.
std::vector<NodeId> terms_of(FormulaBuilder& builder, const std::vector<std::string>& names) {
  std::vector<NodeId> terms;
  for (const std::string& name : names) terms.push_back(builder.symbol(number_of(builder.symbols(), name)));
  return terms;
}

Expression combined(Op op, const Expression& a, const Expression& b) {
  FormulaBuilder builder(united(a.symbols(), b.symbols()));
  const NodeId left = builder.copy(a.tree(), terms_of(builder, a.symbols()));
  const NodeId right = builder.copy(b.tree(), terms_of(builder, b.symbols()));
  return builder.finish(builder.make(op, left, right));
}

}  // namespace

Expression::Expression() : Expression(constant(0)) {}

Expression::Expression(std::shared_ptr<const Tree> tree) noexcept : tree_(std::move(tree)) {}

Expression Expression::parse(std::string_view text, std::span<const std::string> symbols) {
  check_symbols(symbols);
  FormulaBuilder builder({symbols.begin(), symbols.end()});
  return builder.finish(parse_terms(builder, text, Grammar::formula));
}

Expression Expression::constant(double value) {
  FormulaBuilder builder({});
  return builder.finish(builder.constant(value));
}

Expression Expression::symbol(const std::string& name) {
  check_symbols({&name, 1});
  FormulaBuilder builder({name});
  return builder.finish(builder.symbol(0));
}

const std::vector<std::string>& Expression::symbols() const noexcept { return tree_->symbols; }

bool Expression::uses(std::string_view symbol) const {
  const auto found = std::find(symbols().begin(), symbols().end(), symbol);
  return found != symbols().end() && tree_->uses(static_cast<NodeId>(found - symbols().begin()));
}

std::optional<double> Expression::value() const {
  const Term& root = tree_->terms.back();
  return root.op == Op::constant ? std::optional(root.value) : std::nullopt;
}

std::string Expression::text() const { return to_text(*tree_); }

Expression Expression::derivative(std::string_view symbol) const {
  return differentiate(*tree_, number_of(symbols(), symbol));
}

Expression Expression::substitute(std::string_view symbol, const Expression& by) const {
  const NodeId number = number_of(symbols(), symbol);
  std::vector<std::string> names = symbols();
  const std::vector<std::string>& others = by.symbols();
  if (std::find(others.begin(), others.end(), symbol) == others.end()) names.erase(names.begin() + number);
  FormulaBuilder builder(united(std::move(names), others));
  std::vector<NodeId> terms(symbols().size());
  for (std::size_t i = 0; i < terms.size(); ++i)
    if (i != number) terms[i] = builder.symbol(number_of(builder.symbols(), symbols()[i]));
  terms[number] = builder.copy(by.tree(), terms_of(builder, others));
  return builder.finish(builder.copy(*tree_, terms));
}

Expression Expression::over(std::span<const std::string> symbols) const {
  check_symbols(symbols);
  FormulaBuilder builder({symbols.begin(), symbols.end()});
  std::vector<NodeId> terms(this->symbols().size());
  for (NodeId i = 0; i < terms.size(); ++i)
    if (tree_->uses(i)) terms[i] = builder.symbol(number_of(builder.symbols(), this->symbols()[i]));
  return builder.finish(builder.copy(*tree_, terms));
}

double Expression::operator()(std::span<const double> values) const {
  require(values.size() == symbols().size(), Fault::internal, "a formula in {} symbols ({}) was given {} values",
          symbols().size(), join(symbols(), ", "), values.size());
  return tree_->program(values);
}

void Expression::evaluate(std::span<const std::span<const double>> columns, std::span<double> out) const {
  require(columns.size() == symbols().size(), Fault::internal, "a formula in {} symbols ({}) was given {} columns",
          symbols().size(), join(symbols(), ", "), columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i)
    require(columns[i].size() == 1 || columns[i].size() == out.size(), Fault::internal,
            "the column of '{}' has {} entries, not 1 or the {} of the result", symbols()[i], columns[i].size(),
            out.size());
  tree_->program.run(columns, out);
}

void Expression::evaluate_on_grid(std::span<const std::span<const double>> axes,
                                  std::span<const std::span<const double>> fields, std::span<double> out) const {
  require(!axes.empty() && axes.size() + fields.size() == symbols().size(), Fault::internal,
          "a formula in {} symbols ({}) was given {} axes and {} fields", symbols().size(), join(symbols(), ", "),
          axes.size(), fields.size());
  std::size_t points = 1;
  for (const std::span<const double>& axis : axes) points *= axis.size();
  require(out.size() == points, Fault::internal, "a grid of {} points was given room for {}", points, out.size());
  for (const std::span<const double>& field : fields)
    require(field.size() == 1 || field.size() == points, Fault::internal,
            "a field on a grid has {} entries, not 1 or the {} of the grid", field.size(), points);
  tree_->program.run_on_grid(axes, fields, out);
}

Expression operator+(const Expression& a, const Expression& b) { return combined(Op::add, a, b); }
Expression operator-(const Expression& a, const Expression& b) { return combined(Op::subtract, a, b); }
Expression operator*(const Expression& a, const Expression& b) { return combined(Op::multiply, a, b); }
Expression operator/(const Expression& a, const Expression& b) { return combined(Op::divide, a, b); }
Expression operator-(const Expression& a) { return Expression::constant(0) - a; }

double parse_number(std::string_view text) { return *Expression::parse(text, {}).value(); }

}  // namespace mercer
