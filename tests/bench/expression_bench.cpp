// Formulas over a million points against the same formulas written in C++, and against muparser where it is there.
#include "bench/bench.hpp"
#include <mercer/base/error.hpp>
#include <mercer/base/random.hpp>
#include <mercer/config/expression.hpp>

#ifdef MERCER_BENCH_MUPARSER
#include <muParser.h>
#endif

#include <array>
#include <cmath>
#include <numbers>

namespace {

using mercer::bench::Comparison;

constexpr std::size_t points = 1'000'000;

struct Data {
  std::vector<double> x = std::vector<double>(points), y = x, out = x, peer_out = x;
};

/// A formula and the loop that a programmer would write for it.
struct Case {
  const char* name;
  const char* text;
  void (*by_hand)(Data& data);
};

const std::array<Case, 3> cases{{
    {"five terms", "sin(100*x) + exp(-x^2) + x*y - 0.5*y^3 + sqrt(x + 1)",
     [](Data& d) {
       for (std::size_t i = 0; i < points; ++i) {
         const double x = d.x[i], y = d.y[i];
         d.peer_out[i] = std::sin(100 * x) + std::exp(-(x * x)) + x * y - 0.5 * (y * y * y) + std::sqrt(x + 1);
       }
     }},
    {"polynomial", "1 + 2*x - 3*x*y + 0.25*x^3 - y^4",
     [](Data& d) {
       for (std::size_t i = 0; i < points; ++i) {
         const double x = d.x[i], y = d.y[i], square = y * y;
         d.peer_out[i] = 1 + 2 * x - 3 * x * y + 0.25 * (x * x * x) - square * square;
       }
     }},
    {"Poisson source", "5*pi^2*sin(pi*x)*sin(2*pi*y)",
     [](Data& d) {
       constexpr double pi = std::numbers::pi;
       for (std::size_t i = 0; i < points; ++i)
         d.peer_out[i] = 5 * (pi * pi) * std::sin(pi * d.x[i]) * std::sin(2 * pi * d.y[i]);
     }},
}};

/// Both must have done the same work.
void check_agreement(const Data& data, const char* peer) {
  for (std::size_t i = 0; i < points; ++i)
    mercer::require(std::fabs(data.out[i] - data.peer_out[i]) <= 1e-12 * (1 + std::fabs(data.out[i])),
                    mercer::Fault::numerics, "{} gives {} where ours is {}", peer, data.peer_out[i], data.out[i]);
}

void run_case(const Case& which, Data& data, std::vector<Comparison>& results) {
  const std::vector<std::string> symbols{"x", "y"};
  const mercer::Expression formula = mercer::Expression::parse(which.text, symbols);
  const std::array<std::span<const double>, 2> columns{data.x, data.y};
  const auto ours = [&] { formula.evaluate(columns, data.out); };
  results.push_back(mercer::bench::compare(which.name, "C++ by hand", ours, [&] { which.by_hand(data); }));
  check_agreement(data, "C++ by hand");
#ifdef MERCER_BENCH_MUPARSER
  mu::Parser parser;
  parser.DefineVar("x", data.x.data());
  parser.DefineVar("y", data.y.data());
  parser.DefineConst("pi", std::numbers::pi);
  parser.SetExpr(which.text);
  const auto theirs = [&] { parser.Eval(data.peer_out.data(), static_cast<int>(points)); };
  results.push_back(mercer::bench::compare(which.name, "muparser bulk", ours, theirs));
  check_agreement(data, "muparser");
#endif
}

}  // namespace

int main(int argc, char** argv) {
  Data data;
  for (std::size_t i = 0; i < points; ++i) {
    data.x[i] = mercer::Random(1, 0).uniform(i);
    data.y[i] = mercer::Random(1, 1).uniform(i);
  }
  std::vector<Comparison> results;
  for (const Case& which : cases) run_case(which, data, results);
  mercer::bench::report(results, argc > 1 ? argv[1] : MERCER_BENCH_FOLDER "/expression.json");
}
