// Formulas for tests: listed and random ones, and the complaint that a wrong one brings.
#pragma once

#include <mercer/base/error.hpp>
#include <mercer/base/random.hpp>
#include <mercer/config/expression.hpp>

#include <array>
#include <boost/test/unit_test.hpp>
#include <fmt/core.h>
#include <string>
#include <vector>

namespace mercer::testing {

inline const std::vector<std::string> xyz{"x", "y", "z"};

/// Formulas in x, y, z that are smooth for values in (0, 1).
inline const std::vector<std::string> smooth_formulas{"x",
                                                      "3",
                                                      "x*y*z",
                                                      "-x^2 + y",
                                                      "(x - y)^3",
                                                      "(y - x - z)^5",
                                                      "1/(x + y)^2",
                                                      "x^0.5*y^1.5",
                                                      "x^-0.5",
                                                      "(x + 2*y)^-3",
                                                      "x^y",
                                                      "2^(x*y)",
                                                      "x^70",
                                                      "x^(y + z) / (1 + x)",
                                                      "sin(100*x) + exp(-x^2)",
                                                      "cos(x*y)*tan(z/2)",
                                                      "asin(x/2) + acos(y/2) + atan(z)",
                                                      "atan2(y, x)",
                                                      "atan2(1 + x*y, z - x)",
                                                      "sinh(x) - cosh(y)*tanh(z)",
                                                      "exp(x*y)/(1 + exp(z))",
                                                      "log(1 + x^2 + y^2)",
                                                      "sqrt(x^2 + y^2)",
                                                      "erf(2*x - y)",
                                                      "abs(x + y)",
                                                      "abs(-x - y)*z",
                                                      "min(x, y + 2) + max(x*y, z + 3)",
                                                      "sign(x + 1)*y",
                                                      "step(x - 2) + step(y + 1)*x",
                                                      "0.1*x + 0.2*x",
                                                      "pi*sin(pi*x)*sin(2*pi*y)",
                                                      "x*x*x - x^3 + z",
                                                      "exp(-((x - 0.5)^2 + (y - 0.5)^2)/0.02)",
                                                      "1/(1 + 1/(1 + 1/(1 + x)))",
                                                      "(x + y)*(x - y)*(y + z)*(z - x)",
                                                      "1e300*x*1e-300",
                                                      "x^2*y^2/(x^2 + y^2)^2",
                                                      "log(x)/log(y)",
                                                      "pow(x, 2.5)",
                                                      "e^(-x)"};

/// A formula in x, y, z, drawn from `random` at positions from `index` on, finite for values in (0, 1).
inline std::string random_formula(const Random& random, std::uint64_t& index, int depth) {
  static const std::array<const char*, 12> forms{
      "({} + {})",        "({} - {})", "{}*{}",  "{}/(1.5 + sin({}))", "sin({})", "exp(-({})^2)", "log(2 + cos({}))",
      "sqrt(1 + ({})^2)", "tanh({})",  "({})^3", "atan({})",           "erf({})"};
  if (depth == 0) {
    const std::uint64_t leaf = random.integer(index++, 5);
    return leaf < 3 ? xyz[leaf] : fmt::format("{:.3f}", 2 * random.uniform(index++));
  }
  const char* form = forms[random.integer(index++, forms.size())];
  const std::string first = random_formula(random, index, depth - 1);
  if (std::string(form).find("{}", std::string(form).find("{}") + 1) == std::string::npos)
    return fmt::format(fmt::runtime(form), first);
  return fmt::format(fmt::runtime(form), first, random_formula(random, index, depth - 1));
}

/// The message of the configuration fault that `call` must bring.
template <class F>
std::string complaint(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    BOOST_TEST(exit_code(error.fault()) == exit_code(Fault::config));
    return error.what();
  }
  BOOST_TEST(false, "nothing was thrown");
  return {};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace mercer::testing
