// Formulas as text: parsed by a small grammar, differentiated symbolically, evaluated fast over whole arrays.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

/// An immutable formula in named symbols, e.g. `sin(100*x) + exp(-x^2)`. Cheap to copy; every function is local and may
/// be called from many threads at once.
///
/// Grammar: `+ - * / ^` with the usual precedence (`-x^2` is `-(x^2)`, `2^3^2` is `2^(3^2)`, no implied
/// multiplication), parentheses, the constants `pi` and `e`, and sin cos tan asin acos atan atan2(y, x) sinh cosh tanh
/// exp log sqrt abs erf sign step min(a, b) max(a, b) pow(a, b). `sign(0)` is 0 and `step(0)` is 1/2. A text has at
/// most 64 kB and nests at most 200 deep. A formula that grows beyond fixed bounds by differentiation or substitution
/// is Fault::config, as is one with a constant part that is not a finite number.
class Expression {
 public:
  Expression();  ///< zero, without symbols
  /// Throws Fault::config with the column in the text. `symbols` are the names that may occur, in the order `evaluate`
  /// takes them.
  static Expression parse(std::string_view text, std::span<const std::string> symbols);
  static Expression constant(double value);           ///< Fault::config unless finite
  static Expression symbol(const std::string& name);  ///< the formula that is this one symbol

  const std::vector<std::string>& symbols() const noexcept;
  bool uses(std::string_view symbol) const;
  std::optional<double> value() const;  ///< of a formula that is a plain number
  /// Reads back as the same formula where it keeps the limits of `parse`. The same on all ranks.
  std::string text() const;

  /// Simplified; in the same symbols. Kinks and jumps count as their one-sided mean: `abs` has the derivative `sign`,
  /// `min` and `max` a `step`, `sign` and `step` zero. Throws Fault::config where `symbol` is none of the symbols.
  Expression derivative(std::string_view symbol) const;
  /// The formula with `symbol` replaced by `by`. Its symbols are ours without `symbol`, then those that only `by` has;
  /// `symbol` stays where `by` has it, too. Throws Fault::config where `symbol` is none of the symbols.
  Expression substitute(std::string_view symbol, const Expression& by) const;
  /// The same formula in another list of symbols, which names all that it uses; otherwise Fault::config.
  Expression over(std::span<const std::string> symbols) const;

  /// At one point; `values` [symbols]. The same bits as `evaluate`.
  double operator()(std::span<const double> values) const;
  /// out[i] at the i-th entries of `columns` [symbols]; a column of one entry stands for all points. `out` may be one
  /// of the columns, but not overlap one in part. Throws Fault::internal where the sizes do not fit. What has no value
  /// (`log(-1)`) becomes NaN or infinite.
  void evaluate(std::span<const std::span<const double>> columns, std::span<double> out) const;
  /// On a tensor grid, row-major: the first symbols are the coordinates along its `axes`, the others the `fields` on
  /// it, of one entry or as many as `out`. The same bits as `evaluate`, but what depends on some of the axes alone is
  /// not computed again at every point. `out` is none of the arguments. Throws Fault::internal where the sizes do not
  /// fit.
  void evaluate_on_grid(std::span<const std::span<const double>> axes, std::span<const std::span<const double>> fields,
                        std::span<double> out) const;

  struct Tree;
  explicit Expression(std::shared_ptr<const Tree> tree) noexcept;  ///< for code that builds trees
  const Tree& tree() const noexcept { return *tree_; }

 private:
  std::shared_ptr<const Tree> tree_;
};

/// In the symbols of `a`, then those that only `b` has.
Expression operator+(const Expression& a, const Expression& b);
Expression operator-(const Expression& a, const Expression& b);
Expression operator*(const Expression& a, const Expression& b);
Expression operator/(const Expression& a, const Expression& b);
Expression operator-(const Expression& a);

/// A number or a formula of numbers, such as `2*pi`. Throws Fault::config.
double parse_number(std::string_view text);

}  // namespace mercer
