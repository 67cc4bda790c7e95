// The operations of formulas: their names, and their values in double precision, defined once for folding, points and
// blocks.
#pragma once

#include <mercer/base/error.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace mercer {

/// What a node of a formula does with its operands. The last four are made for programs only: one pass over memory
/// instead of two.
// clang-format off
enum class Op : std::uint8_t {
  constant, symbol,
  negate, add, subtract, multiply, divide, power,
  sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, exp, log, sqrt, abs, erf, sign, step,
  atan2, min, max,
  /// a b + c, a b - c, c - a b, a b c, each operation rounded
  multiply_add, multiply_subtract, subtract_product, multiply_twice,
};
// clang-format on

struct Function {
  std::string_view name;
  Op op;
  int operands;
};

inline constexpr std::array<Function, 20> functions{
    {{"sin", Op::sin, 1},   {"cos", Op::cos, 1},   {"tan", Op::tan, 1},     {"asin", Op::asin, 1},
     {"acos", Op::acos, 1}, {"atan", Op::atan, 1}, {"atan2", Op::atan2, 2}, {"sinh", Op::sinh, 1},
     {"cosh", Op::cosh, 1}, {"tanh", Op::tanh, 1}, {"exp", Op::exp, 1},     {"log", Op::log, 1},
     {"sqrt", Op::sqrt, 1}, {"abs", Op::abs, 1},   {"erf", Op::erf, 1},     {"sign", Op::sign, 1},
     {"step", Op::step, 1}, {"min", Op::min, 2},   {"max", Op::max, 2},     {"pow", Op::power, 2}}};

constexpr int operands(Op op) noexcept {
  if (op <= Op::symbol) return 0;
  if (op >= Op::multiply_add) return 3;
  return op == Op::negate || (op >= Op::sin && op <= Op::step) ? 1 : 2;
}

/// Calls `f` with `op` as a compile-time constant.
template <class F>
decltype(auto) visit(Op op, F&& f) {
  // clang-format off
  switch (op) {
    case Op::negate: return f(std::integral_constant<Op, Op::negate>());
    case Op::add: return f(std::integral_constant<Op, Op::add>());
    case Op::subtract: return f(std::integral_constant<Op, Op::subtract>());
    case Op::multiply: return f(std::integral_constant<Op, Op::multiply>());
    case Op::divide: return f(std::integral_constant<Op, Op::divide>());
    case Op::power: return f(std::integral_constant<Op, Op::power>());
    case Op::sin: return f(std::integral_constant<Op, Op::sin>());
    case Op::cos: return f(std::integral_constant<Op, Op::cos>());
    case Op::tan: return f(std::integral_constant<Op, Op::tan>());
    case Op::asin: return f(std::integral_constant<Op, Op::asin>());
    case Op::acos: return f(std::integral_constant<Op, Op::acos>());
    case Op::atan: return f(std::integral_constant<Op, Op::atan>());
    case Op::sinh: return f(std::integral_constant<Op, Op::sinh>());
    case Op::cosh: return f(std::integral_constant<Op, Op::cosh>());
    case Op::tanh: return f(std::integral_constant<Op, Op::tanh>());
    case Op::exp: return f(std::integral_constant<Op, Op::exp>());
    case Op::log: return f(std::integral_constant<Op, Op::log>());
    case Op::sqrt: return f(std::integral_constant<Op, Op::sqrt>());
    case Op::abs: return f(std::integral_constant<Op, Op::abs>());
    case Op::erf: return f(std::integral_constant<Op, Op::erf>());
    case Op::sign: return f(std::integral_constant<Op, Op::sign>());
    case Op::step: return f(std::integral_constant<Op, Op::step>());
    case Op::atan2: return f(std::integral_constant<Op, Op::atan2>());
    case Op::min: return f(std::integral_constant<Op, Op::min>());
    case Op::max: return f(std::integral_constant<Op, Op::max>());
    case Op::multiply_add: return f(std::integral_constant<Op, Op::multiply_add>());
    case Op::multiply_subtract: return f(std::integral_constant<Op, Op::multiply_subtract>());
    case Op::subtract_product: return f(std::integral_constant<Op, Op::subtract_product>());
    case Op::multiply_twice: return f(std::integral_constant<Op, Op::multiply_twice>());
    case Op::constant: case Op::symbol: break;
  }
  // clang-format on
  fail(Fault::internal, "a constant or symbol of a formula is no operation");
}

/// The value of `op`; operands beyond its own are ignored. NaN goes through, also through sign, step, min and max.
template <Op op>
inline double value_of(double a, [[maybe_unused]] double b, [[maybe_unused]] double c) noexcept {
  // clang-format off
  if constexpr (op == Op::negate) return -a;
  else if constexpr (op == Op::add) return a + b;
  else if constexpr (op == Op::subtract) return a - b;
  else if constexpr (op == Op::multiply) return a * b;
  else if constexpr (op == Op::divide) return a / b;
  else if constexpr (op == Op::power) return std::pow(a, b);
  else if constexpr (op == Op::sin) return std::sin(a);
  else if constexpr (op == Op::cos) return std::cos(a);
  else if constexpr (op == Op::tan) return std::tan(a);
  else if constexpr (op == Op::asin) return std::asin(a);
  else if constexpr (op == Op::acos) return std::acos(a);
  else if constexpr (op == Op::atan) return std::atan(a);
  else if constexpr (op == Op::sinh) return std::sinh(a);
  else if constexpr (op == Op::cosh) return std::cosh(a);
  else if constexpr (op == Op::tanh) return std::tanh(a);
  else if constexpr (op == Op::exp) return std::exp(a);
  else if constexpr (op == Op::log) return std::log(a);
  else if constexpr (op == Op::sqrt) return std::sqrt(a);
  else if constexpr (op == Op::abs) return std::fabs(a);
  else if constexpr (op == Op::erf) return std::erf(a);
  else if constexpr (op == Op::sign) return a > 0 ? 1.0 : a < 0 ? -1.0 : a;
  else if constexpr (op == Op::step) return a > 0 ? 1.0 : a < 0 ? 0.0 : a + 0.5;
  else if constexpr (op == Op::atan2) return std::atan2(a, b);
  else if constexpr (op == Op::min) return a < b || a != a ? a : b;
  else if constexpr (op == Op::max) return a > b || a != a ? a : b;
  else if constexpr (op == Op::multiply_add) return a * b + c;
  else if constexpr (op == Op::multiply_subtract) return a * b - c;
  else if constexpr (op == Op::subtract_product) return c - a * b;
  else if constexpr (op == Op::multiply_twice) return a * b * c;
  // clang-format on
}

inline double apply(Op op, double a, double b = 0, double c = 0) {
  return visit(op, [&](auto constant) { return value_of<decltype(constant)::value>(a, b, c); });
}

}  // namespace mercer
