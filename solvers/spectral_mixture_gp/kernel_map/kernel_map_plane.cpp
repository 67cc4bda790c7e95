// The projected equation on a rectangle: boolean sums, Sylvester's equation, Newton steps.
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map_plane.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

constexpr double krylov_tolerance = 1e-10;
constexpr double step_tolerance = 1e-9;  ///< of Newton steps, relative to u: the modelling error is larger

/// The faces of an axis on which the solution stands. Of an equation with only first derivatives along the axis, the
/// one where the other axis' diffusion, or convention where there is none, lets characteristics enter.
std::vector<Index> conditioned_ends(const GridProblem& problem, int axis) {
  std::vector<Index> ends;
  for (const Face& face : problem.faces)
    if (face.axis == axis) ends.push_back(face.end == Face::End::begin ? 0 : problem.points(axis) - 1);
  std::ranges::sort(ends);
  const AxisDerivatives& along = problem.derivatives[static_cast<std::size_t>(axis)];
  const AxisDerivatives& other = problem.derivatives[static_cast<std::size_t>(1 - axis)];
  const std::size_t needed = along.second != 0 ? 2 : along.first != 0 ? 1 : 0;
  require(ends.size() >= needed, Fault::config,
          "the equation needs values of u on {} of the faces of axis {}; they are given on {}", needed, axis,
          ends.size());
  if (needed == 1 && ends.size() == 2) {
    const bool enters_at_begin = along.first * (other.second != 0 ? -other.second : 1) > 0;
    ends = {enters_at_begin ? ends[0] : ends[1]};
  }
  return ends;
}

Matrix sandwich(const Matrix& left, const Matrix& middle, const Matrix& right) {  // left middle right^T
  return product(product(left, middle), right.transpose().eval());
}

}  // namespace

PlaneModel::PlaneModel(const GridProblem& problem, const std::vector<AxisCovariance>& covariances, double noise)
    : problem_(&problem), covariances_(covariances) {
  require(problem.dimensions() == 2 && covariances.size() == 2, Fault::internal,
          "a plane has two axes and covariances, not {} and {}", problem.dimensions(), covariances.size());
  for (std::size_t axis = 0; axis < 2; ++axis) {
    bases_[axis] = axis_basis(covariances_[axis], problem.axes[axis], problem.derivatives[axis],
                              conditioned_ends(problem, static_cast<int>(axis)), noise);
    parts_[axis] = transposed_product(bases_[axis].components_at_nodes(),
                                      bases_[axis].derivatives.rightCols(bases_[axis].components()));
  }
  inverse_.emplace(parts_[0], parts_[1], problem.linear);
}

Matrix PlaneModel::boundary_coefficients() const {
  Matrix all = Matrix::Zero(bases_[0].functions(), bases_[1].functions());
  for (const int axis : {1, 0})  // the corners have one value; it comes from the faces of axis 0
    for (const Face& face : problem_->faces) {
      if (face.axis != axis) continue;
      const AxisBasis& across = bases_[static_cast<std::size_t>(axis)];
      const Index node = face.end == Face::End::begin ? 0 : problem_->points(axis) - 1;
      const auto found = std::ranges::find(across.ends, node);
      if (found == across.ends.end()) continue;
      const Index e = found - across.ends.begin();
      const Eigen::VectorXd along = bases_[static_cast<std::size_t>(1 - axis)].coefficients(face.values);
      if (axis == 0)
        all.row(e) = along.transpose();
      else
        all.col(e) = along;
    }
  return all;
}

Matrix PlaneModel::values(const Posterior& posterior) const {
  return sandwich(bases_[0].values, posterior.coefficients, bases_[1].values);
}

Matrix PlaneModel::operated(const Posterior& posterior, int axis) const {
  return sandwich(axis == 0 ? bases_[0].derivatives : bases_[0].values, posterior.coefficients,
                  axis == 1 ? bases_[1].derivatives : bases_[1].values);
}

Matrix PlaneModel::projected_residual(const Posterior& posterior, Matrix& slopes) const {
  const Matrix u = values(posterior);
  Matrix residual = problem_->source - operated(posterior, 0) - operated(posterior, 1) - problem_->linear * u;
  if (problem_->has_reaction()) {
    Matrix reaction;
    problem_->reaction(u, reaction, slopes);
    residual -= reaction;
  }
  return product(transposed_product(bases_[0].components_at_nodes(), residual), bases_[1].components_at_nodes());
}

void PlaneModel::correct(const Matrix& correction, Posterior& posterior) const {
  posterior.coefficients.bottomRightCorner(correction.rows(), correction.cols()) += correction;
}

PlaneModel::Posterior PlaneModel::solve(Index most_newton_steps) const {
  Posterior posterior{.coefficients = boundary_coefficients()};
  if (problem_->has_reaction()) {
    newton(most_newton_steps, posterior);
    return posterior;
  }
  Matrix no_slopes;
  for (int round = 0; round < 2; ++round)  // the second removes rounding of the first
    correct((*inverse_)(projected_residual(posterior, no_slopes)), posterior);
  return posterior;
}

void PlaneModel::newton(Index most_steps, Posterior& posterior) const {
  const Matrix p = bases_[0].components_at_nodes(), q = bases_[1].components_at_nodes();
  SylvesterInverse inverse = *inverse_;
  double change = 1;
  while (posterior.newton_steps < most_steps && !(change < step_tolerance)) {
    Matrix slopes, correction;
    const Matrix residual = projected_residual(posterior, slopes);
    inverse.set_shift(problem_->linear + slopes.mean());
    const LinearisedOperator linearised(parts_[0], parts_[1], problem_->linear, p, q, slopes);
    posterior.krylov_steps += solve_by_krylov(linearised, inverse, krylov_tolerance, residual, correction);
    correct(correction, posterior);
    ++posterior.newton_steps;
    change = correction.norm() / std::max(values(posterior).norm(), 1e-300);
  }
  require(change < step_tolerance, Fault::numerics,
          "Newton's method has not converged after {} steps: the last one changed u by {:.2g} of its size; raise "
          "newton_steps",
          posterior.newton_steps, change);
}

Matrix PlaneModel::predict(const Posterior& posterior, const std::vector<std::vector<double>>& points) const {
  require(points.size() == 2, Fault::config, "2 axes need as many lists of points, not {}", points.size());
  std::array<Matrix, 2> at;
  for (std::size_t axis = 0; axis < 2; ++axis)
    at[axis] = basis_values(bases_[axis], covariances_[axis], problem_->axes[axis], points[axis]);
  return sandwich(at[0], posterior.coefficients, at[1]);
}

}  // namespace mercer::smgp
