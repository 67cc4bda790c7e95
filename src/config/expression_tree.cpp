// Building formulas: sharing of equal terms, folding of constants, and the bounds on their size.
#include <mercer/base/text.hpp>
#include <mercer/config/expression_tree.hpp>

#include <algorithm>
#include <bit>

namespace mercer {

namespace {

/// The finaliser of MurmurHash3 on a running state.
std::uint64_t mix(std::uint64_t state, std::uint64_t word) noexcept {
  state = (state ^ word) * 0xff51afd7ed558ccdULL;
  state = (state ^ (state >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return state ^ (state >> 33);
}

}  // namespace

bool Expression::Tree::uses(NodeId symbol) const noexcept {
  return std::any_of(terms.begin(), terms.end(),
                     [&](const Term& term) { return term.op == Op::symbol && term.a == symbol; });
}

std::size_t FormulaBuilder::TermHash::operator()(const Term& term) const noexcept {
  const std::uint64_t operands = std::uint64_t{term.a} << 32 | term.b;
  return mix(mix(static_cast<std::uint64_t>(term.op) + 1, operands), std::bit_cast<std::uint64_t>(term.value));
}

FormulaBuilder::Extent FormulaBuilder::extent(const Term& term) const {
  Extent result{1, 1, mix(static_cast<std::uint64_t>(term.op) + 1, std::bit_cast<std::uint64_t>(term.value))};
  if (term.op == Op::symbol) result.hash = mix(result.hash, term.a);
  const auto in_chain = [&](NodeId id) {
    return (is_sum(term.op) && is_sum(terms_[id].op)) || (is_product(term.op) && is_product(terms_[id].op));
  };
  for (int i = 0; i < operands(term.op); ++i) {
    const NodeId id = i == 0 ? term.a : term.b;
    result.size += extents_[id].size;
    result.depth = std::max(result.depth, extents_[id].depth + (in_chain(id) ? 0 : 1));
    result.hash = mix(result.hash, extents_[id].hash);
  }
  return result;
}

NodeId FormulaBuilder::insert(const Term& term) {
  const auto [place, is_new] = known_.try_emplace(term, static_cast<NodeId>(terms_.size()));
  if (!is_new) return place->second;
  const Extent result = extent(term);
  require(result.size <= max_size && result.depth <= max_depth, Fault::config,
          "a formula with {} operations in {} levels came up, but it may have {} in {}; write it in a simpler way",
          result.size, result.depth, max_size, max_depth);
  terms_.push_back(term);
  extents_.push_back(result);
  return place->second;
}

NodeId FormulaBuilder::constant(double value) {
  require(std::isfinite(value), Fault::config, "expected a finite number, but a constant part of a formula is {}",
          value);
  return insert({Op::constant, 0, 0, value + 0.0});  // no negative zero, which a text would lose
}

NodeId FormulaBuilder::sum(Op op, NodeId a, NodeId b) {
  const Op opposite = op == Op::add ? Op::subtract : Op::add;
  if (is_constant(b, 0)) return a;
  if (is_constant(a, 0)) return op == Op::add ? b : make(Op::negate, b);
  if (terms_[b].op == Op::negate) return sum(opposite, a, terms_[b].a);
  if (is_constant(b) && terms_[b].value < 0) return sum(opposite, a, constant(-terms_[b].value));
  return insert({op, a, b, 0});
}

NodeId FormulaBuilder::product(Op op, NodeId a, NodeId b) {
  if (is_constant(a, 0)) return a;
  if (is_constant(b, 1)) return a;
  if (is_constant(b, -1)) return make(Op::negate, a);
  if (op == Op::multiply) {
    if (is_constant(b, 0)) return b;
    if (is_constant(a, 1)) return b;
    if (is_constant(a, -1)) return make(Op::negate, b);
  }
  return insert({op, a, b, 0});
}

NodeId FormulaBuilder::make(Op op, NodeId a, NodeId b) {
  if (is_constant(a) && (operands(op) == 1 || is_constant(b)))
    return constant(apply(op, terms_[a].value, terms_[b].value));
  if (is_sum(op)) return sum(op, a, b);
  if (is_product(op)) return product(op, a, b);
  if (op == Op::negate && terms_[a].op == Op::negate) return terms_[a].a;
  if (op == Op::power && is_constant(b, 0)) return constant(1);
  if (op == Op::power && (is_constant(b, 1) || is_constant(a, 1))) return a;
  return insert({op, a, operands(op) == 2 ? b : 0, 0});
}

NodeId FormulaBuilder::copy(const Expression::Tree& tree, const std::vector<NodeId>& symbols) {
  std::vector<NodeId> copies(tree.terms.size());
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const Term& term = tree.terms[i];
    if (term.op == Op::constant)
      copies[i] = constant(term.value);
    else if (term.op == Op::symbol)
      copies[i] = symbols[term.a];
    else
      copies[i] = make(term.op, copies[term.a], operands(term.op) == 2 ? copies[term.b] : 0);
  }
  return copies.back();
}

Expression FormulaBuilder::finish(NodeId root) const {
  constexpr NodeId unseen = ~NodeId{0};
  std::vector<NodeId> places(root + 1, unseen), open{root};
  const auto tree = std::make_shared<Expression::Tree>();
  tree->symbols = symbols_;
  while (!open.empty()) {
    Term term = terms_[open.back()];
    const int count = operands(term.op);
    const std::size_t before = open.size();
    if (count > 1 && places[term.b] == unseen) open.push_back(term.b);
    if (count > 0 && places[term.a] == unseen) open.push_back(term.a);
    if (open.size() > before) continue;
    if (places[open.back()] == unseen) {
      places[open.back()] = static_cast<NodeId>(tree->terms.size());
      if (count > 0) term.a = places[term.a];
      if (count > 1) term.b = places[term.b];
      tree->terms.push_back(term);
    }
    open.pop_back();
  }
  tree->program = Program(*tree);
  return Expression(tree);
}

}  // namespace mercer
