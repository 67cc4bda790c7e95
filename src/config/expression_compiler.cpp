// From terms to a program: powers become products and roots, a product and a sum become one pass, and values share
// scratch memory.
#include <mercer/config/expression_tree.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace mercer {

/// Instructions are made once for equal operands, so that `x^2` is shared by `x^4` and `x^3`.
class Compiler {
 public:
  Compiler(const Expression::Tree& tree, Program& program)
      : tree_(tree), program_(program), values_(tree.terms.size()) {
    program_.symbols_ = static_cast<std::uint32_t>(tree.symbols.size());
    for (const Term& term : tree.terms)
      if (term.op == Op::constant) constant(term.value);
    constant(1);  // the dividend of negative powers
    find_fused();
    for (std::size_t i = 0; i < tree.terms.size(); ++i)
      if (!is_fused_[i]) values_[i] = lower(tree.terms[i]);
    program_.root_ = values_.back();
    share_slots();
  }

 private:
  using Value = std::uint32_t;

  Value constant(double value) {
    std::vector<double>& constants = program_.constants_;
    const auto [place, is_new] =
        constants_.try_emplace(value, static_cast<Value>(constants.size()) + program_.symbols_);
    if (is_new) constants.push_back(value);
    return place->second;
  }

  Value emit(Op op, Value a, Value b = 0, Value c = 0) {
    const Value next = program_.values();
    const auto [place, is_new] = known_.try_emplace({op, a, b, c}, next);
    if (is_new) program_.instructions_.push_back({op, {a, b, c}, 0});
    return place->second;
  }

  /// Products with one user, a sum or difference that has not taken its other operand in already.
  void find_fused() {
    std::vector<std::uint32_t> users(tree_.terms.size());
    is_fused_.resize(tree_.terms.size());
    for (const Term& term : tree_.terms) {
      if (operands(term.op) > 0) ++users[term.a];
      if (operands(term.op) > 1) ++users[term.b];
    }
    for (const Term& term : tree_.terms) {
      if (!is_sum(term.op)) continue;
      const auto fits = [&](NodeId id) { return tree_.terms[id].op == Op::multiply && users[id] == 1; };
      if (fits(term.b))
        is_fused_[term.b] = true;
      else if (fits(term.a))
        is_fused_[term.a] = true;
    }
  }

  Value lower(const Term& term) {
    switch (term.op) {
      case Op::symbol:
        return term.a;
      case Op::constant:
        return constant(term.value);
      case Op::power:
        return power(term);
      case Op::add:
      case Op::subtract:
        return sum(term);
      default:
        return emit(term.op, values_[term.a], operands(term.op) == 2 ? values_[term.b] : 0);
    }
  }

  Value sum(const Term& term) {
    const auto product = [&](Op op, NodeId fused, NodeId other) {
      const Term& factors = tree_.terms[fused];
      return emit(op, values_[factors.a], values_[factors.b], values_[other]);
    };
    if (is_fused_[term.b]) return product(term.op == Op::add ? Op::multiply_add : Op::subtract_product, term.b, term.a);
    if (is_fused_[term.a])
      return product(term.op == Op::add ? Op::multiply_add : Op::multiply_subtract, term.a, term.b);
    return emit(term.op, values_[term.a], values_[term.b]);
  }

  /// Multiples of 1/2 up to 64 by square root and repeated multiplication; other exponents by the library's `pow`.
  Value power(const Term& term) {
    const Value base = values_[term.a];
    const Term& exponent = tree_.terms[term.b];
    const double size = std::fabs(exponent.value);
    if (exponent.op != Op::constant || size > 64 || 2 * size != std::floor(2 * size))
      return emit(Op::power, base, values_[term.b]);
    const auto whole = static_cast<unsigned>(size);
    const bool has_root = size != whole;
    Value result = whole > 0 ? repeated(base, whole) : 0;
    if (has_root) {
      const Value root = emit(Op::sqrt, base);
      result = whole > 0 ? emit(Op::multiply, result, root) : root;
    }
    return exponent.value < 0 ? emit(Op::divide, constant(1), result) : result;
  }

  Value repeated(Value base, unsigned exponent) {
    if (exponent == 1) return base;
    const Value half = repeated(base, exponent / 2);
    const Value even = emit(Op::multiply, half, half);
    return exponent % 2 == 0 ? even : emit(Op::multiply, even, base);
  }

  /// Gives each instruction a slot that no value needed later occupies. The operands' slots are free only after it: a
  /// block is read while it is written.
  void share_slots() {
    std::vector<Program::Instruction>& list = program_.instructions_;
    const Value first = program_.values() - static_cast<Value>(list.size());
    std::vector<std::size_t> last_use(list.size(), list.size());
    for (std::size_t i = 0; i < list.size(); ++i)
      for (std::size_t k = 0; k < static_cast<std::size_t>(operands(list[i].op)); ++k)
        if (list[i].operands[k] >= first) last_use[list[i].operands[k] - first] = i;
    std::vector<std::uint32_t> free;
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (std::size_t k = 0; k < static_cast<std::size_t>(operands(list[i].op)); ++k) {
        const Value value = list[i].operands[k];
        if (value < first || last_use[value - first] != i) continue;
        free.push_back(list[value - first].slot);
        last_use[value - first] = list.size();  // once, also for x*x
      }
      if (free.empty()) free.push_back(program_.slots_++);
      list[i].slot = free.back();
      free.pop_back();
    }
  }

  const Expression::Tree& tree_;
  Program& program_;
  std::vector<Value> values_;  // of each term
  std::vector<bool> is_fused_;
  std::map<double, Value> constants_;
  std::map<std::tuple<Op, Value, Value, Value>, Value> known_;
};

Program::Program(const Expression::Tree& tree) { Compiler(tree, *this); }

}  // namespace mercer
