#include <mercer/linalg/cholesky.hpp>
#include <mercer/linalg/krylov.hpp>
#include <mercer/linalg/sparse.hpp>
#include <mercer/meshes/geometry/buckets.hpp>
#include <mercer/meshes/geometry/radial.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

double squared_distance(const double* a, const double* b, int dimension) noexcept {
  double total = 0;
  for (int axis = 0; axis < dimension; ++axis) total += (a[axis] - b[axis]) * (a[axis] - b[axis]);
  return total;
}

/// Functions of the squared distance, in units of the size of the cloud of controls.
double thin_plate(double square, int dimension) noexcept {
  if (dimension == 3) return -std::sqrt(square);
  return square > 0 ? 0.5 * square * std::log(square) : 0.0;
}
double wendland(double square) noexcept {
  const double r = std::sqrt(square), rest = std::max(1 - r, 0.0);
  return rest * rest * rest * rest * (4 * r + 1);
}

double diagonal_of_box(View<const double> x) {
  double square = 0;
  for (int axis = 0; axis < static_cast<int>(x.shape()[1]); ++axis) {
    double low = x(0, axis), high = low;
    for (Index i = 1; i < x.shape()[0]; ++i) {
      low = std::min(low, x(i, axis));
      high = std::max(high, x(i, axis));
    }
    square += (high - low) * (high - low);
  }
  return std::sqrt(square);
}

Matrix displacements(View<const double> controls, View<const double> targets) {
  Matrix d(controls.shape()[0], controls.shape()[1]);
  for (Index i = 0; i < d.rows(); ++i)
    for (Index axis = 0; axis < d.cols(); ++axis) d(i, axis) = targets(i, axis) - controls(i, axis);
  return d;
}

/// Coefficients of the radial functions, then of the affine map [c + 1 + dimension, dimension].
Matrix thin_plate_coefficients(View<const double> x, double scale, const Matrix& displacement) {
  const Index count = displacement.rows(), dimension = displacement.cols(), size = count + 1 + dimension;
  Matrix a = Matrix::Zero(size, size), right_side = Matrix::Zero(size, dimension);
  for (Index i = 0; i < count; ++i) {
    for (Index j = 0; j < i; ++j)
      a(i, j) = a(j, i) =
          thin_plate(squared_distance(&x(i, 0), &x(j, 0), static_cast<int>(dimension)) / (scale * scale),
                     static_cast<int>(dimension));
    a(i, count) = a(count, i) = 1;
    for (Index axis = 0; axis < dimension; ++axis)
      a(i, count + 1 + axis) = a(count + 1 + axis, i) = (x(i, axis) - x(0, axis)) / scale;
  }
  right_side.topRows(count) = displacement;
  const Lu factors(std::move(a));
  require(factors.inverse_norm() < 1e14, Fault::numerics,
          "the controls of a thin plate coincide or lie on one line; distinct ones that span the space were expected");
  for (Index axis = 0; axis < dimension; ++axis) factors.solve(right_side.col(axis).data());
  return right_side;
}

Tensor<double> bend(View<const double> points, View<const double> x, double scale, const Matrix& coefficients) {
  const Index count = x.shape()[0];
  const int dimension = static_cast<int>(x.shape()[1]);
  Tensor<double> moved(points.shape(), Rows::dense);
  for (Index i = 0; i < points.shape()[0]; ++i)
    for (int to = 0; to < dimension; ++to) {
      moved(i, to) = points(i, to) + coefficients(count, to);
      for (int axis = 0; axis < dimension; ++axis)
        moved(i, to) += coefficients(count + 1 + axis, to) * (points(i, axis) - x(0, axis)) / scale;
    }
  for (Index i = 0; i < points.shape()[0]; ++i)
    for (Index j = 0; j < count; ++j) {
      const double value =
          thin_plate(squared_distance(&points(i, 0), &x(j, 0), dimension) / (scale * scale), dimension);
      for (int to = 0; to < dimension; ++to) moved(i, to) += value * coefficients(j, to);
    }
  return moved;
}

/// Values of Wendland's functions at `points`: only pairs within the radius are stored.
SparseMatrix compact_matrix(View<const double> points, View<const double> x, double radius) {
  const int dimension = static_cast<int>(x.shape()[1]);
  const Buckets buckets = Buckets::around_points(x, radius);
  std::vector<Triplet> entries;
  for (Index i = 0; i < points.shape()[0]; ++i)
    buckets.visit(&points(i, 0), radius, [&](Local j) {
      const double square = squared_distance(&points(i, 0), &x(j, 0), dimension) / (radius * radius);
      if (square < 1) entries.push_back({static_cast<Local>(i), j, wendland(square)});
    });
  return SparseMatrix::sum(points.shape()[0], x.shape()[0], entries);
}

Matrix compact_coefficients(const SparseMatrix& a, Matrix displacement, Index dense) {
  if (a.rows() <= dense) {
    Matrix full = Matrix::Zero(a.rows(), a.rows());
    for (Index i = 0; i < a.rows(); ++i)
      for (std::size_t e = 0; e < a.column(i).size(); ++e) full(i, a.column(i)[e]) = a.value(i)[e];
    const std::optional<Cholesky> factors = Cholesky::of(std::move(full));
    require(factors.has_value(), Fault::numerics, "two controls of a radial map coincide; distinct ones were expected");
    factors->solve(displacement);
    return displacement;
  }
  const Comm alone = Comm::self();
  Matrix coefficients(a.rows(), displacement.cols());
  for (Index axis = 0; axis < displacement.cols(); ++axis)
    converged_gradients(alone, a, std::span(displacement.col(axis).data(), static_cast<std::size_t>(a.rows())),
                        std::span(coefficients.col(axis).data(), static_cast<std::size_t>(a.rows())),
                        {.tolerance = 1e-10, .iterations = 5000}, "a radial map");
  return coefficients;
}

}  // namespace

Tensor<double> radial_map(View<const double> points, View<const double> controls, View<const double> targets,
                          const RadialOptions& options) {
  const Index dimension = controls.shape()[1];
  require(controls.shape() == targets.shape() && points.shape()[1] == dimension && controls.shape()[0] > dimension,
          Fault::internal, "a radial map needs as many targets as controls, more than {} of them", dimension);
  const double size = diagonal_of_box(controls);
  const Matrix displacement = displacements(controls, targets);
  if (options.kind == RadialFunction::thin_plate) {
    require(controls.shape()[0] <= options.dense, Fault::config,
            "a thin plate through {} controls needs a dense matrix, and at most {} are allowed; choose compact radial "
            "functions",
            controls.shape()[0], options.dense);
    return bend(points, controls, size, thin_plate_coefficients(controls, size, displacement));
  }
  const double radius = options.radius * size;
  const Matrix coefficients =
      compact_coefficients(compact_matrix(controls, controls, radius), displacement, options.dense);
  const SparseMatrix values = compact_matrix(points, controls, radius);
  Tensor<double> moved(points.shape(), Rows::dense);
  for (Index i = 0; i < points.shape()[0]; ++i)
    for (Index axis = 0; axis < dimension; ++axis) {
      moved(i, axis) = points(i, axis);
      for (std::size_t e = 0; e < values.column(i).size(); ++e)
        moved(i, axis) += values.value(i)[e] * coefficients(values.column(i)[e], axis);
    }
  return moved;
}

}  // namespace mercer
