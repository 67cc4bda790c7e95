// Formulas as text: parsed by a small grammar, differentiated symbolically, evaluated fast over whole arrays.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

/// An immutable formula in named symbols, e.g. `sin(100*x) + exp(-x^2)`. Cheap to copy.
class Expression {
 public:
  Expression();  ///< zero, without symbols
  /// Throws Fault::config with the position in the text. `symbols` are the names that may occur, in the order `evaluate` takes them.
  static Expression parse(std::string_view text, std::span<const std::string> symbols);
  static Expression constant(double value);

  const std::vector<std::string>& symbols() const noexcept;
  bool uses(std::string_view symbol) const;
  std::string text() const;  ///< reads back as the same formula
  Expression derivative(std::string_view symbol) const;
  /// The formula with `symbol` replaced by `by`; symbols of the result are those of both.
  Expression substitute(std::string_view symbol, const Expression& by) const;

  double operator()(std::span<const double> values) const;  ///< at one point
  /// out[i] at the i-th entries of `columns`, one column a symbol; a column of one entry stands for all points.
  void evaluate(std::span<const std::span<const double>> columns, std::span<double> out) const;

  struct Tree;

 private:
  explicit Expression(std::shared_ptr<const Tree> tree);
  std::shared_ptr<const Tree> tree_;
};

/// A number or a formula of numbers, such as `2*pi`.
double parse_number(std::string_view text);

}  // namespace mercer
