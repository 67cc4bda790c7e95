// Symbolic derivatives by GiNaC. It differentiates and simplifies; what it is given and what comes back is built term
// by term, never by its parser.
//
// GiNaC computes with exact numbers, which may grow without bound, and orders its terms by addresses, which differ from
// rank to rank. So it only sees small fractions (other constants go in as symbols), powers whose exponents are such
// numbers (others are a function of ours), and what comes back is put into an order that depends on its content alone.
#include <mercer/config/expression_tree.hpp>

#include <algorithm>
#include <ginac/ginac.h>
#include <map>
#include <mutex>

namespace mercer {

namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::exvector;
using GiNaC::is_a;
using GiNaC::is_exactly_a;

// The real functions that GiNaC lacks or treats as complex ones.
DECLARE_FUNCTION_1P(real_abs)
DECLARE_FUNCTION_1P(real_sign)
DECLARE_FUNCTION_1P(real_step)
DECLARE_FUNCTION_1P(real_erf)
DECLARE_FUNCTION_2P(real_min)
DECLARE_FUNCTION_2P(real_max)
DECLARE_FUNCTION_2P(real_power)

ex abs_derivative(const ex& x, unsigned) { return real_sign(x); }
ex flat_derivative(const ex&, unsigned) { return 0; }
ex erf_derivative(const ex& x, unsigned) { return 2 / sqrt(GiNaC::Pi) * exp(-x * x); }
ex min_derivative(const ex& a, const ex& b, unsigned by) { return by == 0 ? real_step(b - a) : real_step(a - b); }
ex max_derivative(const ex& a, const ex& b, unsigned by) { return by == 0 ? real_step(a - b) : real_step(b - a); }
ex power_derivative(const ex& a, const ex& b, unsigned by) {
  return by == 0 ? b * real_power(a, b - 1) : log(a) * real_power(a, b);
}

REGISTER_FUNCTION(real_abs, derivative_func(abs_derivative))
REGISTER_FUNCTION(real_sign, derivative_func(flat_derivative))
REGISTER_FUNCTION(real_step, derivative_func(flat_derivative))
REGISTER_FUNCTION(real_erf, derivative_func(erf_derivative))
REGISTER_FUNCTION(real_min, derivative_func(min_derivative))
REGISTER_FUNCTION(real_max, derivative_func(max_derivative))
REGISTER_FUNCTION(real_power, derivative_func(power_derivative))

/// The functions that correspond one to one.
const std::map<Op, unsigned>& serials() {
  static const std::map<Op, unsigned> table{
      {Op::sin, GiNaC::sin_SERIAL::serial},   {Op::cos, GiNaC::cos_SERIAL::serial},
      {Op::tan, GiNaC::tan_SERIAL::serial},   {Op::asin, GiNaC::asin_SERIAL::serial},
      {Op::acos, GiNaC::acos_SERIAL::serial}, {Op::atan, GiNaC::atan_SERIAL::serial},
      {Op::sinh, GiNaC::sinh_SERIAL::serial}, {Op::cosh, GiNaC::cosh_SERIAL::serial},
      {Op::tanh, GiNaC::tanh_SERIAL::serial}, {Op::exp, GiNaC::exp_SERIAL::serial},
      {Op::log, GiNaC::log_SERIAL::serial},   {Op::atan2, GiNaC::atan2_SERIAL::serial},
      {Op::abs, real_abs_SERIAL::serial},     {Op::sign, real_sign_SERIAL::serial},
      {Op::step, real_step_SERIAL::serial},   {Op::erf, real_erf_SERIAL::serial},
      {Op::min, real_min_SERIAL::serial},     {Op::max, real_max_SERIAL::serial},
      {Op::power, real_power_SERIAL::serial}};
  return table;
}

/// One operand of a sum or product, or of a difference or quotient.
struct Part {
  NodeId term;
  bool is_inverse;
};

/// From our terms to GiNaC, operands first.
class Outward {
 public:
  explicit Outward(const Expression::Tree& tree)
      : tree_(tree), made_(tree.terms.size()), degree_(tree.terms.size(), 1) {
    for (const std::string& name : tree.symbols) symbols_.push_back(GiNaC::realsymbol(name));
    find_inner();
    for (NodeId i = 0; i < made_.size(); ++i)
      if (!is_inner_[i]) made_[i] = convert(i);
  }
  const ex& root() const { return made_.back(); }
  const GiNaC::realsymbol& symbol(NodeId number) const { return symbols_[number]; }
  /// What the symbols of GiNaC stand for.
  std::map<ex, Term, GiNaC::ex_is_less> meanings() const {
    std::map<ex, Term, GiNaC::ex_is_less> result;
    for (NodeId i = 0; i < symbols_.size(); ++i) result[symbols_[i]] = {Op::symbol, i, 0, 0};
    for (const auto& [value, symbol] : constants_) result[symbol] = {Op::constant, 0, 0, value};
    return result;
  }

 private:
  /// A term is inner where it only serves the next link of its own chain, so that GiNaC gets each chain whole: adding
  /// ten thousand terms one by one would copy the sum as often.
  void find_inner() {
    std::vector<std::uint32_t> users(tree_.terms.size());
    is_inner_.resize(tree_.terms.size());
    for (const Term& term : tree_.terms) {
      if (operands(term.op) > 0) ++users[term.a];
      if (operands(term.op) > 1) ++users[term.b];
    }
    for (const Term& term : tree_.terms) {
      if (operands(term.op) == 0) continue;
      const Op inner = tree_.terms[term.a].op;
      is_inner_[term.a] =
          users[term.a] == 1 && ((is_sum(term.op) && is_sum(inner)) || (is_product(term.op) && is_product(inner)));
    }
  }

  /// The operands of the chain that ends at `id`.
  std::vector<Part> chain(NodeId id) const {
    std::vector<Part> parts;
    for (bool goes_on = true; goes_on;) {
      const Term& term = tree_.terms[id];
      parts.push_back({term.b, term.op == Op::subtract || term.op == Op::divide});
      goes_on = is_inner_[term.a];
      if (!goes_on) parts.push_back({term.a, false});
      id = term.a;
    }
    return parts;
  }

  ex constant(double value) {
    if (std::fabs(value) < (1 << 20) && value * 64 == std::floor(value * 64))
      return GiNaC::numeric(static_cast<long>(value * 64), 64L);
    const auto [place, is_new] = constants_.try_emplace(value);
    if (is_new) place->second = GiNaC::realsymbol();
    return place->second;
  }

  ex sum(NodeId id) {
    exvector parts;
    for (const Part& part : chain(id)) {
      parts.push_back(part.is_inverse ? -made_[part.term] : made_[part.term]);
      degree_[id] = std::max(degree_[id], degree_[part.term]);
    }
    return GiNaC::add(parts);
  }

  ex product(NodeId id) {
    exvector parts;
    degree_[id] = 0;
    for (const Part& part : chain(id)) {
      parts.push_back(part.is_inverse ? GiNaC::pow(made_[part.term], -1) : made_[part.term]);
      degree_[id] += degree_[part.term];
    }
    return GiNaC::mul(parts);
  }

  /// A power that GiNaC may work out has a small exponent, also where powers stand inside one another.
  ex power(NodeId id) {
    const Term& term = tree_.terms[id];
    const Term& exponent = tree_.terms[term.b];
    const double degree = degree_[term.a] * std::max(1.0, std::fabs(exponent.value));
    const bool is_half = 2 * exponent.value == std::floor(2 * exponent.value);
    if (exponent.op != Op::constant || std::fabs(exponent.value) > 64 || !is_half || degree > 4096)
      return real_power(made_[term.a], made_[term.b]);
    degree_[id] = degree;
    return GiNaC::pow(made_[term.a], made_[term.b]);
  }

  ex convert(NodeId id) {
    const Term& term = tree_.terms[id];
    switch (term.op) {
      case Op::constant:
        return constant(term.value);
      case Op::symbol:
        return symbols_[term.a];
      case Op::add:
      case Op::subtract:
        return sum(id);
      case Op::multiply:
      case Op::divide:
        return product(id);
      case Op::power:
        return power(id);
      case Op::negate:
        degree_[id] = degree_[term.a];
        return -made_[term.a];
      case Op::sqrt:
        return GiNaC::sqrt(made_[term.a]);
      default:
        break;
    }
    exvector arguments{made_[term.a]};
    if (operands(term.op) == 2) arguments.push_back(made_[term.b]);
    return GiNaC::function(serials().at(term.op), arguments);
  }

  const Expression::Tree& tree_;
  std::vector<ex> made_;
  std::vector<double> degree_;  // bound of the powers of numbers inside, had all been multiplied out
  std::vector<bool> is_inner_;
  std::vector<GiNaC::realsymbol> symbols_;
  std::map<double, ex> constants_;
};

/// A term or its negative.
struct Signed {
  NodeId term;
  bool is_negative;
};

/// From GiNaC to our terms, in an order of our own.
class Inward {
 public:
  Inward(FormulaBuilder& builder, std::map<ex, Term, GiNaC::ex_is_less> meanings)
      : builder_(builder), meanings_(std::move(meanings)) {}

  NodeId convert(const ex& e) {
    if (is_exactly_a<GiNaC::add>(e)) return sum(terms_of(e));
    const Signed result = signed_term(e);
    return result.is_negative ? negated(result.term) : result.term;
  }

 private:
  /// -2*x rather than -(2*x).
  NodeId negated(NodeId id) {
    const Term term = builder_[id];
    const bool starts_with_number = is_product(term.op) && first_factor(id) == Op::constant;
    return starts_with_number ? builder_.make(term.op, negated(term.a), term.b) : builder_.make(Op::negate, id);
  }
  Op first_factor(NodeId id) const {
    while (is_product(builder_[id].op)) id = builder_[id].a;
    return builder_[id].op;
  }

  Signed signed_term(const ex& e) {
    require(++visits_ <= FormulaBuilder::max_size, Fault::config,
            "the derivative of a formula has more than {} operations; write the formula in a simpler way",
            FormulaBuilder::max_size);
    if (is_exactly_a<GiNaC::numeric>(e)) return number(ex_to<GiNaC::numeric>(e));
    if (is_exactly_a<GiNaC::constant>(e))
      return {builder_.constant(ex_to<GiNaC::numeric>(e.evalf()).to_double()), false};
    if (is_a<GiNaC::symbol>(e)) return symbol(meanings_.at(e));
    if (is_exactly_a<GiNaC::add>(e)) return signed_sum(e);
    if (is_exactly_a<GiNaC::mul>(e)) return product(e);
    if (is_exactly_a<GiNaC::power>(e)) return power(e.op(0), e.op(1));
    if (is_exactly_a<GiNaC::function>(e)) return {function(e), false};
    fail(Fault::internal, "a derivative has a part of kind '{}'", ex_to<GiNaC::basic>(e).class_name());
  }

  Signed number(const GiNaC::numeric& value) {
    require(value.is_real(), Fault::config,
            "the derivative of a formula is not real: a root or logarithm of a negative number came up");
    const double size = value.to_double();
    return {builder_.constant(std::fabs(size)), size < 0};
  }
  Signed symbol(const Term& term) {
    if (term.op == Op::symbol) return {builder_.symbol(term.a), false};
    return {builder_.constant(std::fabs(term.value)), term.value < 0};
  }

  /// Numbers go first in products and last in sums, then symbols, then all else.
  int rank(NodeId id, int of_numbers) const {
    const Op op = builder_[id].op;
    if (op == Op::constant) return of_numbers;
    if (op == Op::symbol) return 1;
    return op == Op::power && builder_[builder_[id].a].op == Op::symbol ? 2 : 3;
  }
  void sort(std::vector<NodeId>& terms) const {
    std::sort(terms.begin(), terms.end(), [&](NodeId a, NodeId b) {
      return std::tuple(rank(a, 0), builder_.hash(a)) < std::tuple(rank(b, 0), builder_.hash(b));
    });
  }

  std::vector<Signed> terms_of(const ex& e) {
    std::vector<Signed> terms;
    for (std::size_t i = 0; i < e.nops(); ++i) terms.push_back(signed_term(e.op(i)));
    std::sort(terms.begin(), terms.end(), [&](const Signed& a, const Signed& b) {
      return std::tuple(rank(a.term, 4), builder_.hash(a.term)) < std::tuple(rank(b.term, 4), builder_.hash(b.term));
    });
    return terms;
  }
  NodeId sum(const std::vector<Signed>& terms) {
    NodeId result = terms.front().is_negative ? negated(terms.front().term) : terms.front().term;
    for (std::size_t i = 1; i < terms.size(); ++i)
      result = builder_.make(terms[i].is_negative ? Op::subtract : Op::add, result, terms[i].term);
    return result;
  }
  /// Whether GiNaC makes a - b or b - a a factor is chance; ours starts with a positive term.
  Signed signed_sum(const ex& e) {
    std::vector<Signed> terms = terms_of(e);
    const bool is_negative = terms.front().is_negative;
    for (Signed& term : terms) term.is_negative ^= is_negative;
    return {sum(terms), is_negative};
  }
  NodeId chain(std::vector<NodeId> factors) {
    sort(factors);
    NodeId result = builder_.constant(1);
    for (const NodeId factor : factors) result = builder_.make(Op::multiply, result, factor);
    return result;
  }

  /// Factors with negative exponents make up the divisor.
  Signed product(const ex& e) {
    std::vector<NodeId> above, below;
    bool is_negative = false;
    for (std::size_t i = 0; i < e.nops(); ++i) {
      const ex factor = e.op(i);
      const bool divides = is_exactly_a<GiNaC::power>(factor) && factor.op(1).info(GiNaC::info_flags::negative);
      const Signed part = divides ? power(factor.op(0), -factor.op(1)) : signed_term(factor);
      (divides ? below : above).push_back(part.term);
      is_negative ^= part.is_negative;
    }
    const NodeId dividend = chain(above);
    return {below.empty() ? dividend : builder_.make(Op::divide, dividend, chain(below)), is_negative};
  }

  Signed power(const ex& base, const ex& exponent) {
    if (exponent.info(GiNaC::info_flags::negative)) {
      const Signed divisor = power(base, -exponent);
      return {builder_.make(Op::divide, builder_.constant(1), divisor.term), divisor.is_negative};
    }
    if (exponent.is_equal(GiNaC::numeric(1, 2))) return {builder_.make(Op::sqrt, convert(base)), false};
    if (!exponent.info(GiNaC::info_flags::integer))
      return {builder_.make(Op::power, convert(base), convert(exponent)), false};
    const Signed inside = signed_term(base);
    const bool is_odd = exponent.info(GiNaC::info_flags::odd);
    return {builder_.make(Op::power, inside.term, convert(exponent)), is_odd && inside.is_negative};
  }

  NodeId function(const ex& e) {
    const unsigned serial = ex_to<GiNaC::function>(e).get_serial();
    const auto& table = serials();
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.second == serial; });
    require(found != table.end(), Fault::internal, "a derivative has the unknown function '{}'",
            ex_to<GiNaC::function>(e).get_name());
    const NodeId first = convert(e.op(0));
    return builder_.make(found->first, first, operands(found->first) == 2 ? convert(e.op(1)) : 0);
  }

  FormulaBuilder& builder_;
  std::map<ex, Term, GiNaC::ex_is_less> meanings_;
  std::uint32_t visits_ = 0;
};

/// A bound of what GiNaC builds for the derivative: the product rule copies both factors.
double derivative_size(const Expression::Tree& tree, NodeId symbol) {
  std::vector<double> sizes(tree.terms.size(), 1), derivatives(tree.terms.size(), 0);
  for (std::size_t i = 0; i < tree.terms.size(); ++i) {
    const Term& term = tree.terms[i];
    if (term.op == Op::symbol) derivatives[i] = term.a == symbol ? 1 : 0;
    for (int k = 0; k < operands(term.op); ++k) sizes[i] += sizes[k == 0 ? term.a : term.b];
    for (int k = 0; k < operands(term.op); ++k) {
      const double inner = derivatives[k == 0 ? term.a : term.b];
      if (inner > 0) derivatives[i] += inner + (is_sum(term.op) ? 1 : sizes[i] + 4);
    }
  }
  return derivatives.back();
}

}  // namespace

Expression differentiate(const Expression::Tree& tree, NodeId symbol) {
  static std::mutex mutex;  // GiNaC counts references to its numbers without locks
  constexpr double max_work = 1 << 19;
  const double size = derivative_size(tree, symbol);
  require(size <= max_work, Fault::config,
          "the derivative of a formula takes some {:.0f} operations, but it may take {:.0f}; write the formula in a "
          "simpler way",
          size, max_work);
  const std::lock_guard lock(mutex);
  FormulaBuilder builder(tree.symbols);
  try {
    const Outward outward(tree);
    const NodeId root = Inward(builder, outward.meanings()).convert(outward.root().diff(outward.symbol(symbol)));
    return builder.finish(root);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& failure) {
    fail(Fault::config, "a formula has no derivative by '{}': {}", tree.symbols[symbol], failure.what());
  }
}

}  // namespace mercer
