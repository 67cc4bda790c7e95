// The table of equations, and errors against the exact formulas.
#include "solvers/spectral_mixture_gp/problems.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace mercer::test {

using namespace smgp;

namespace {

constexpr double two_pi = 2 * std::numbers::pi;
const std::vector<std::string> xy{"y", "x"}, xt{"t", "x"}, xyz{"z", "y", "x"};
const std::string poisson = "u_xx = f", poisson_2d = "u_xx + u_yy = f", allen_cahn = "u_xx + u*(u^2 - 1) = f",
                  allen_cahn_2d = "u_xx + u_yy + u*(u^2 - 1) = f";

}  // namespace

const std::vector<NamedProblem>& problems() {
  static const std::vector<NamedProblem> all{
      {"p1", poisson, "sin(100*x)", two_pi, {"x"}, 1e-9, 1},
      {"p2", poisson, "sin(6*x)*cos(100*x)", two_pi, {"x"}, 2e-9, 2},
      {"p3", poisson, "x*sin(200*x)", two_pi, {"x"}, 2e-9, 2},
      {"p4", poisson, "sin(x) + 0.1*sin(20*x) + 0.05*sin(100*x)", 1, {"x"}, 1e-10, 2},
      {"p5", poisson, "sin(500*x) - 2*(x - 0.5)^2", 1, {"x"}, 1e-9, 2},
      {"p6", allen_cahn, "sin(100*x)", two_pi, {"x"}, 1e-9, 2, 8, 40},
      {"p7", allen_cahn, "sin(6*x)*cos(100*x)", two_pi, {"x"}, 1e-9, 2, 8, 40},
      {"q1", poisson_2d, "sin(100*x)*sin(100*y)", two_pi, xy, 1e-11, 2},
      {"q2", poisson_2d, "sin(6*x)*cos(20*x) + sin(6*y)*cos(20*y)", two_pi, xy, 1e-10, 2},
      {"q3", allen_cahn_2d, "(sin(x) + 0.1*sin(20*x) + cos(100*x))*(sin(y) + 0.1*sin(20*y) + cos(100*y))", 1, xy, 1e-10,
       2, 6, 40},
      {"q4", "200*u_x + u_y = f", "sin(x - 200*y)", 1, xy, 1e-11, 1},
      {"chirp", poisson, "sin(40*x + 60*x^2) + exp(-2*x)", 1, {"x"}, 1e-10},
      {"boundary layer", "u_xx - 200*u_x = f", "1 - exp(200*(x - 1)) + 0.2*sin(60*x)", 1, {"x"}, 1e-9},
      {"resonance", "u_xx + 137.3^2*u = f", "sin(137.3*x) + sin(80*x)/7", 1, {"x"}, 1e-9},
      {"Allen-Cahn, many scales", allen_cahn_2d, "(sin(7*x) + 0.3*cos(60*x))*(cos(5*y) + 0.2*sin(90*y))", 1, xy, 1e-10,
       4, 6, 40},
      {"radial", poisson_2d, "sin(60*(x^2 + y^2))", 1, xy, 1e-10},
      {"heat", "u_t - u_xx = f", "exp(-t)*sin(80*x) + x*cos(25*t)", 1, xt, 1e-9},
      {"two tones carried", "50*u_x + u_y = f", "sin(x - 50*y) + 0.3*sin(7*(x - 50*y))", 1, xy, 1e-11},
      {"Allen-Cahn in 3-D", "u_xx + u_yy + u_zz + u*(u^2 - 1) = f",
       "sin(40*x)*cos(30*y)*sin(20*z) + 0.5*cos(x + y + z)", 1, xyz, 1e-10, 4, 6, 40},
      {"radial, fine", poisson_2d, "sin(300*(x^2 + y^2))", 1, xy, 1e-9},
  };
  return all;
}

const NamedProblem& problem(const std::string& name) {
  for (const NamedProblem& candidate : problems())
    if (candidate.name == name) return candidate;
  fail(Fault::internal, "there is no problem named {}", name);
}

std::vector<NamedAxis> axes_of(const NamedProblem& problem, const Expression& exact) {
  std::vector<NamedAxis> axes;
  for (const std::string& name : problem.axes) {
    NamedAxis axis{name, {0, problem.length}, {}};
    for (NamedAxis::End& end : axis.ends) end = {Side::Kind::value, exact};
    axes.push_back(std::move(axis));
  }
  return axes;
}

Statement statement_of(const NamedProblem& problem) {
  const Equation equation = Equation::parse(problem.equation, problem.axes, "u");
  const Expression exact = Expression::parse(problem.exact, problem.axes);
  return translate(axes_of(problem, exact), equation, "f", equation.source_for(exact));
}

Statement sampled(const Comm& comm, Statement statement, const std::vector<Index>& points, Placement placement) {
  Samples samples{Shape(std::span(points)), {}, placement};
  Coordinates grid;
  for (int axis = 0; axis < statement.dimensions(); ++axis) {
    const Interval& interval = statement.axes[static_cast<std::size_t>(axis)].interval;
    grid.emplace_back();
    for (const double t : sample_points(samples.along(axis), Fitted::all).points)
      grid.back().push_back(interval.global(t));
  }
  const Range rows = block(points[0], comm.rank(), comm.size());
  grid[0] = {grid[0].begin() + rows.begin, grid[0].begin() + rows.end};
  samples.values = sample(statement.source, grid, "the source");
  statement.samples = std::move(samples);
  statement.source = nullptr;
  return statement;
}

double error_of(const NamedProblem& problem, const Expansion& solution) {
  constexpr std::array<int, 3> points{3001, 301, 61};
  const int count = points[problem.axes.size() - 1];
  std::vector<double> line;
  for (int i = 0; i < count; ++i) line.push_back(problem.length * i / (count - 1));
  const Coordinates grid(problem.axes.size(), line);
  const Array ours = solution(grid);
  const Expression exact = Expression::parse(problem.exact, problem.axes);
  const Array truth = sample(function_of(exact, problem.axes), grid, "the exact solution");
  double difference = 0, size = 0;
  for (Index i = 0; i < ours.count(); ++i) {
    difference += std::pow(ours.data()[i] - truth.data()[i], 2);
    size += std::pow(truth.data()[i], 2);
  }
  return std::sqrt(difference / size);
}

}  // namespace mercer::test
