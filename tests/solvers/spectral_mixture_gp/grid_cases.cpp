// Sources and faces made from exact solutions.
#include "solvers/spectral_mixture_gp/grid_cases.hpp"

#include <mercer/config/equation.hpp>

#include <fmt/core.h>

namespace mercer::smgp::test {
namespace {

const std::vector<std::string> names{"x", "y"};

std::vector<std::string> axis_names(const std::vector<AxisDerivatives>& derivatives) {
  return {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(derivatives.size())};
}

std::vector<double> line(double length, Index points) {
  std::vector<double> x;
  for (Index i = 0; i < points; ++i) x.push_back(static_cast<double>(i) / static_cast<double>(points - 1) * length);
  return x;
}

Matrix sample(const Expression& function, const std::vector<std::vector<double>>& points) {
  const bool is_plane = points.size() == 2;
  Matrix values(points[0].size(), is_plane ? points[1].size() : 1);
  for (Index j = 0; j < values.cols(); ++j) {
    std::vector<std::span<const double>> columns{points[0]};
    if (is_plane) columns.push_back({&points[1][static_cast<std::size_t>(j)], 1});
    function.evaluate(columns, {values.col(j).data(), points[0].size()});
  }
  return values;
}

PointReaction reaction_of(const std::string& text) {
  const std::vector<std::string> u{"u"};
  const Expression value = Expression::parse(text, u), slope = value.derivative("u");
  return [value, slope](const Matrix& at, Matrix& values, Matrix& slopes) {
    values.resizeLike(at);
    slopes.resizeLike(at);
    const std::span<const double> column(at.data(), static_cast<std::size_t>(at.size()));
    value.evaluate(std::vector{column}, {values.data(), column.size()});
    slope.evaluate(std::vector{column}, {slopes.data(), column.size()});
  };
}

}  // namespace

GridCase::GridCase(const std::string& equation, const std::string& exact_text, double length, Index points,
                   const std::vector<AxisDerivatives>& derivatives, const std::string& reaction)
    : length_(length) {
  const std::vector<std::string> axes = axis_names(derivatives);
  exact = Expression::parse(exact_text, axes);
  problem.axes.assign(axes.size(), line(length, points));
  problem.derivatives = derivatives;
  problem.source = sample(Equation::parse(equation, axes, "u").source_for(exact).over(axes), problem.axes);
  if (!reaction.empty()) problem.reaction = reaction_of(reaction);
  const Matrix u = truth(problem.axes);
  for (int axis = 0; axis < problem.dimensions(); ++axis)
    for (const Face::End end : {Face::End::begin, Face::End::end}) {
      Face face{axis, end, {}};
      face.values = on_face(u, face);
      problem.faces.push_back(face);
    }
}

std::vector<std::vector<double>> GridCase::uniform(Index points) const {
  return {problem.axes.size(), line(length_, points)};
}

Matrix GridCase::truth(const std::vector<std::vector<double>>& points) const { return sample(exact, points); }

double GridCase::error(const Matrix& u, Index points) const {
  const Matrix expected = truth(uniform(points));
  return (u - expected).norm() / expected.norm();
}

GridCase poisson_1d(const std::string& exact, double length, Index points) {
  return {"u_xx = f", exact, length, points, {{.second = 1}}};
}

GridCase allen_cahn_1d(const std::string& exact, double length, Index points) {
  return {"u_xx + " + allen_cahn + " = f", exact, length, points, {{.second = 1}}, allen_cahn};
}

GridCase poisson_2d(const std::string& exact, double length, Index points) {
  return {"u_xx + u_yy = f", exact, length, points, {{.second = 1}, {.second = 1}}};
}

GridCase allen_cahn_2d(const std::string& exact, double length, Index points) {
  return {"u_xx + u_yy + " + allen_cahn + " = f", exact, length, points, {{.second = 1}, {.second = 1}}, allen_cahn};
}

GridCase advection(const std::string& exact, double speed, Index points) {
  return {fmt::format("{}*u_x + u_y = f", speed), exact, 1, points, {{.first = speed}, {.first = 1}}};
}

}  // namespace mercer::smgp::test
