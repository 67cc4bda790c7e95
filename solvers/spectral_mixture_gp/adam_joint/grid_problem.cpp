// What makes sense as a problem on a grid, and access to faces.
#include <mercer/solvers/spectral_mixture_gp/adam_joint/grid_problem.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

constexpr double spacing_tolerance = 1e-9;  ///< of neighbouring points, relative to their mean distance

void check_axis(const std::vector<double>& x, std::size_t axis) {
  require(x.size() >= 3, Fault::config, "axis {} needs at least 3 points, not {}", axis, x.size());
  const double step = (x.back() - x.front()) / static_cast<double>(x.size() - 1);
  require(std::isfinite(step) && step > 0, Fault::config, "the points of axis {} must be finite and ascend", axis);
  for (std::size_t i = 1; i < x.size(); ++i)
    require(std::abs(x[i] - x[i - 1] - step) <= spacing_tolerance * step + 1e-15 * std::abs(x[i]), Fault::config,
            "the points of axis {} must be equally spaced; the distance from point {} to the next is {}, not {}", axis,
            i - 1, x[i] - x[i - 1], step);
}

void check_face(const GridProblem& problem, const Face& face) {
  require(face.axis >= 0 && face.axis < problem.dimensions(), Fault::config,
          "a face of axis {} is given, but there are {} axes", face.axis, problem.dimensions());
  const Index points = problem.points(1 - face.axis);
  require(face.values.size() == points, Fault::config, "a face of axis {} needs {} values, not {}", face.axis, points,
          face.values.size());
  require(face.values.allFinite(), Fault::config, "the values on a face of axis {} must be finite", face.axis);
}

Index face_position(const Matrix& u, const Face& face) {
  if (face.end == Face::End::begin) return 0;
  return (face.axis == 0 ? u.rows() : u.cols()) - 1;
}

}  // namespace

Index GridProblem::points(int axis) const noexcept {
  return axis < dimensions() ? static_cast<Index>(axes[static_cast<std::size_t>(axis)].size()) : 1;
}

void check(const GridProblem& problem) {
  require(problem.dimensions() == 1 || problem.dimensions() == 2, Fault::config,
          "a problem on a grid has one or two axes, not {}", problem.dimensions());
  require(problem.derivatives.size() == problem.axes.size(), Fault::config, "{} axes need as many operators, not {}",
          problem.axes.size(), problem.derivatives.size());
  for (std::size_t axis = 0; axis < problem.axes.size(); ++axis) check_axis(problem.axes[axis], axis);
  bool finite = std::isfinite(problem.linear);
  for (const AxisDerivatives& part : problem.derivatives)
    finite = finite && std::isfinite(part.first) && std::isfinite(part.second);
  require(finite, Fault::config, "the coefficients of the equation must be finite");
  require(problem.source.rows() == problem.points(0) && problem.source.cols() == problem.points(1), Fault::config,
          "the source must have {} x {} values, not {} x {}", problem.points(0), problem.points(1),
          problem.source.rows(), problem.source.cols());
  require(problem.source.allFinite(), Fault::config, "the values of the source must be finite");
  for (const Face& face : problem.faces) {
    check_face(problem, face);
    const auto is_same = [&](const Face& other) { return other.axis == face.axis && other.end == face.end; };
    require(std::ranges::count_if(problem.faces, is_same) == 1, Fault::config,
            "the face at the {} of axis {} is given twice", face.end == Face::End::begin ? "begin" : "end", face.axis);
  }
}

Eigen::VectorXd on_face(const Matrix& u, const Face& face) {
  const Index at = face_position(u, face);
  if (face.axis == 0) return u.row(at).transpose();
  return u.col(at);
}

void add_on_face(const Face& face, const Eigen::VectorXd& part, Matrix& function) {
  const Index at = face_position(function, face);
  if (face.axis == 0)
    function.row(at) += part.transpose();
  else
    function.col(at) += part;
}

}  // namespace mercer::smgp
