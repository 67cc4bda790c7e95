// From terms to a program: powers become products and roots, a product and a sum become one pass, and values share
// scratch memory.
#include <mercer/config/expression_tree.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
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
    for (std::size_t i = 0; i < tree.terms.size(); ++i) values_[i] = lower(tree.terms[i]);
    program_.root_ = values_.back();
    fuse();
    share_slots();
  }

 private:
  static std::size_t operand_count(const Program::Instruction& instruction) noexcept {
    return static_cast<std::size_t>(operands(instruction.op));
  }

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

  Value lower(const Term& term) {
    switch (term.op) {
      case Op::symbol:
        return term.a;
      case Op::constant:
        return constant(term.value);
      case Op::power:
        return power(term);
      default:
        return emit(term.op, values_[term.a], operands(term.op) == 2 ? values_[term.b] : 0);
    }
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

  /// The place in the list of the instruction that gives `value`, if one does.
  std::optional<std::size_t> place(Value value) const {
    return value < program_.first_result() ? std::nullopt : std::optional<std::size_t>(value - program_.first_result());
  }

  /// Lets a sum, difference or product take in a product that nothing else needs: one pass over memory less.
  void fuse() {
    std::vector<Program::Instruction>& list = program_.instructions_;
    std::vector<std::uint32_t> users(list.size(), 0);
    for (const Program::Instruction& instruction : list)
      for (std::size_t k = 0; k < operand_count(instruction); ++k)
        if (const auto user = place(instruction.operands[k])) ++users[*user];
    std::vector<bool> is_gone(list.size(), false);
    const auto take_in = [&](Program::Instruction& instruction, std::size_t k, Op fused) {
      const auto inner = place(instruction.operands[k]);
      if (!inner || list[*inner].op != Op::multiply || users[*inner] != 1) return false;
      instruction = {fused, {list[*inner].operands[0], list[*inner].operands[1], instruction.operands[1 - k]}, 0};
      is_gone[*inner] = true;
      return true;
    };
    // Sums first: a product that is taken into one cannot take in another.
    for (Program::Instruction& instruction : list) {
      if (instruction.op == Op::add && !take_in(instruction, 1, Op::multiply_add))
        take_in(instruction, 0, Op::multiply_add);
      if (instruction.op == Op::subtract && !take_in(instruction, 1, Op::subtract_product))
        take_in(instruction, 0, Op::multiply_subtract);
    }
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list[i].op == Op::multiply && !is_gone[i] && !take_in(list[i], 0, Op::multiply_twice))
        take_in(list[i], 1, Op::multiply_twice);
    drop(is_gone);
  }

  /// Takes instructions out of the list and numbers the values of the others anew.
  void drop(const std::vector<bool>& is_gone) {
    std::vector<Program::Instruction>& list = program_.instructions_;
    const Value first = program_.first_result();
    std::vector<Value> renamed(program_.values());
    std::iota(renamed.begin(), renamed.begin() + first, Value{0});
    std::size_t kept = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (is_gone[i]) continue;
      Program::Instruction instruction = list[i];
      for (std::size_t k = 0; k < operand_count(instruction); ++k)
        instruction.operands[k] = renamed[instruction.operands[k]];
      renamed[first + i] = first + static_cast<Value>(kept);
      list[kept++] = instruction;
    }
    list.resize(kept);
    program_.root_ = renamed[program_.root_];
  }

  /// Gives each instruction a slot that no value needed later occupies. The operands' slots are free only after it: a
  /// block is read while it is written.
  void share_slots() {
    std::vector<Program::Instruction>& list = program_.instructions_;
    const Value first = program_.first_result();
    std::vector<std::size_t> last_use(list.size(), list.size());
    for (std::size_t i = 0; i < list.size(); ++i)
      for (std::size_t k = 0; k < operand_count(list[i]); ++k)
        if (list[i].operands[k] >= first) last_use[list[i].operands[k] - first] = i;
    std::vector<std::uint32_t> free;
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (std::size_t k = 0; k < operand_count(list[i]); ++k) {
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
  std::map<double, Value> constants_;
  std::map<std::tuple<Op, Value, Value, Value>, Value> known_;
};

Program::Program(const Expression::Tree& tree) { Compiler(tree, *this); }

}  // namespace mercer
