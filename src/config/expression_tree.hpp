// The inside of a formula: its operations in a list where equal parts stand once and operands before their users.
#pragma once

#include <mercer/config/expression.hpp>
#include <mercer/config/expression_operations.hpp>
#include <mercer/config/expression_program.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace mercer {

using NodeId = std::uint32_t;  ///< place in a list of nodes

/// One operation of a formula.
struct Term {
  Op op = Op::constant;
  NodeId a = 0, b = 0;  ///< operands; of a symbol, `a` is its number
  double value = 0;     ///< of a constant
  bool operator==(const Term&) const = default;
};

/// A finished formula: the root is the last term and every term is needed.
struct Expression::Tree {
  std::vector<std::string> symbols;
  std::vector<Term> terms;
  Program program;
  bool uses(NodeId symbol) const noexcept;
};

/// Makes the terms of one formula. Equal terms are made once, constants are folded, and what adds nothing (`x + 0`,
/// `1*x`, `x^1`) is left out.
class FormulaBuilder {
 public:
  static constexpr std::uint32_t max_size = 1U << 17;  ///< operations, counting a shared part as often as it is used
  static constexpr std::uint32_t max_depth = 2000;     ///< counting a chain of sums or products as one level

  explicit FormulaBuilder(std::vector<std::string> symbols) : symbols_(std::move(symbols)) {}

  /// Each throws Fault::config for a constant that is not finite and for a formula beyond the bounds.
  NodeId constant(double value);
  NodeId symbol(NodeId number) { return insert({Op::symbol, number, 0, 0}); }
  NodeId make(Op op, NodeId a, NodeId b = 0);
  /// The formula `tree` with its symbols replaced by the terms `symbols`, of which those of unused symbols are not
  /// looked at.
  NodeId copy(const Expression::Tree& tree, const std::vector<NodeId>& symbols);

  const std::vector<std::string>& symbols() const noexcept { return symbols_; }
  const Term& operator[](NodeId id) const noexcept { return terms_[id]; }
  bool is_constant(NodeId id) const noexcept { return terms_[id].op == Op::constant; }
  bool is_constant(NodeId id, double value) const noexcept { return is_constant(id) && terms_[id].value == value; }
  /// Tells formulas apart by content alone, not by the order in which they were made.
  std::uint64_t hash(NodeId id) const noexcept { return extents_[id].hash; }
  Expression finish(NodeId root) const;

 private:
  struct Extent {
    std::uint32_t size, depth;
    std::uint64_t hash;
  };
  struct TermHash {
    std::size_t operator()(const Term& term) const noexcept;
  };
  NodeId insert(const Term& term);
  Extent extent(const Term& term) const;
  NodeId sum(Op op, NodeId a, NodeId b);
  NodeId product(Op op, NodeId a, NodeId b);

  std::vector<std::string> symbols_;
  std::vector<Term> terms_;
  std::vector<Extent> extents_;
  std::unordered_map<Term, NodeId, TermHash> known_;
};

/// True for the operations of one chain: sums and differences, or products and quotients.
constexpr bool is_sum(Op op) noexcept { return op == Op::add || op == Op::subtract; }
constexpr bool is_product(Op op) noexcept { return op == Op::multiply || op == Op::divide; }

/// The formula as text with as few parentheses as read back to the same tree.
std::string to_text(const Expression::Tree& tree);

/// Simplified derivative by the symbol of this number. Throws Fault::config for one beyond the bounds.
Expression differentiate(const Expression::Tree& tree, NodeId symbol);

}  // namespace mercer
