// LU in one dimension; division where all axes are diagonal; Bartels and Stewart (1972) on slices where one or two are
// not; triangular sums for three.
#include <mercer/solvers/spectral_mixture_gp/features/separable_solver.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mercer::smgp {
namespace {

using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;

bool is_symmetric(const Matrix& m) {
  return (m - m.transpose()).norm() <= SeparableSolver::nearly_symmetric * m.norm();
}

bool is_split(const AxisMatrix& axis) {
  const Index first = axis.split, rest = axis.matrix.rows() - first;
  return first > 0 && rest > 0 &&
         axis.matrix.topRightCorner(first, rest).norm() + axis.matrix.bottomLeftCorner(rest, first).norm() <=
             SeparableSolver::nearly_symmetric * axis.matrix.norm();
}

SymmetricEigen eigen_of(const AxisMatrix& axis) {
  const Matrix symmetric = (axis.matrix + axis.matrix.transpose()) / 2;
  if (!is_split(axis)) return symmetric_eigen(symmetric);
  const Index n = symmetric.rows(), first = axis.split, rest = n - first;
  const SymmetricEigen top = symmetric_eigen(symmetric.topLeftCorner(first, first));
  const SymmetricEigen bottom = symmetric_eigen(symmetric.bottomRightCorner(rest, rest));
  SymmetricEigen all{Eigen::VectorXd(n), Matrix::Zero(n, n)};
  all.values << top.values, bottom.values;
  all.vectors.topLeftCorner(first, first) = top.vectors;
  all.vectors.bottomRightCorner(rest, rest) = bottom.vectors;
  return all;
}

}  // namespace

SeparableSolver::SeparableSolver(std::vector<AxisMatrix> axes) {
  if (axes.size() == 1) {
    const Index n = axes[0].matrix.rows();
    axes_.push_back({Matrix::Identity(n, n), {}, {}, false});
    single_ = std::move(axes[0].matrix);
    factors_ = Lu(single_);
    return;
  }
  if (axes.size() == 3 &&
      std::none_of(axes.begin(), axes.end(), [](const AxisMatrix& a) { return is_symmetric(a.matrix); })) {
    std::vector<Matrix> matrices;
    for (AxisMatrix& axis : axes) {
      const Index n = axis.matrix.rows();
      axes_.push_back({Matrix::Identity(n, n), {}, {}, false});
      matrices.push_back(std::move(axis.matrix));
    }
    general_.emplace(matrices);
    return;
  }
  for (AxisMatrix& axis : axes) {
    if (is_symmetric(axis.matrix)) {
      SymmetricEigen eigen = eigen_of(axis);
      axes_.push_back({std::move(eigen.vectors), {}, std::move(eigen.values), true});
    } else {
      RealSchur schur = real_schur(std::move(axis.matrix));
      axes_.push_back({std::move(schur.vectors), std::move(schur.form), {}, false});
    }
  }
  require(smallest_sum() > 0, Fault::numerics,
          "the equation with its conditions has no unique solution, because without data it has one of its own: a "
          "constant, where derivative or periodic conditions on all faces leave a constant free; an oscillation at a "
          "resonance; waves, where values at both ends of time leave waves free");
}

double SeparableSolver::smallest_sum() const {
  std::vector<double> sums{0};
  double largest = 0;
  for (const AxisForm& axis : axes_) {
    if (!axis.is_diagonal) return std::numeric_limits<double>::infinity();
    std::vector<double> next;
    for (const double sum : sums)
      for (const double value : axis.values) next.push_back(sum + value);
    largest = std::max(largest, axis.values.cwiseAbs().maxCoeff());
    sums = std::move(next);
  }
  double smallest = std::numeric_limits<double>::infinity();
  for (const double sum : sums) smallest = std::min(smallest, std::abs(sum));
  return smallest > 1e-15 * largest ? smallest : 0;
}

void SeparableSolver::set_shift(double shift) {
  if (shift == shift_) return;
  shift_ = shift;
  if (axes_.size() > 1) return;
  Matrix sum = single_;
  sum.diagonal().array() += shift;
  factors_ = Lu(std::move(sum));
}

void SeparableSolver::solve(Array& g, const Range& rows, Transpose transpose) const {
  require(rows_are_independent() || rows == Range{0, size(0)}, Fault::internal, "these rows are not independent");
  require(g.shape().dimensions() == static_cast<int>(axes_.size()) && g.shape()[0] == rows.count(), Fault::internal,
          "the right side does not have the shape of the system");
  if (axes_.size() == 1)
    factors_.solve(g.data(), transpose);
  else if (general_)
    general_->solve(g, shift_, transpose);
  else if (std::all_of(axes_.begin(), axes_.end(), [](const AxisForm& axis) { return axis.is_diagonal; }))
    divide(g, rows);
  else
    solve_slices(g, rows, transpose);
}

void SeparableSolver::divide(Array& g, const Range& rows) const {
  const bool is_flat = axes_.size() == 2;
  const Index middle = is_flat ? 1 : size(1);
  const Eigen::ArrayXd last = axes_.back().values.array();
  double* entry = g.data();
  for (Index i = rows.begin; i < rows.end; ++i)
    for (Index j = 0; j < middle; ++j, entry += last.size()) {
      const double sum = at(0).values[i] + (is_flat ? 0 : at(1).values[j]) + shift_;
      Eigen::Map<Eigen::ArrayXd>(entry, last.size()) /= last + sum;
    }
}

void SeparableSolver::solve_slices(Array& g, const Range& rows, Transpose transpose) const {
  // The slice along the axes that are not diagonal, `fast` and (where there are two) `slow`, is one Sylvester equation.
  int fast = -1, slow = -1;
  for (int axis = 0; axis < g.shape().dimensions(); ++axis)
    if (!at(axis).is_diagonal) slow = std::exchange(fast, axis);
  const Shape strides = View<double>::dense_strides(g.shape(), g.shape().back());
  const Index m = g.shape()[fast], n = slow < 0 ? 1 : g.shape()[slow];
  const Index fast_stride = strides[fast], slow_stride = slow < 0 ? 0 : strides[slow];
  const Matrix zero = Matrix::Zero(1, 1);
  const MatrixView slow_form = slow < 0 ? MatrixView(zero) : MatrixView(at(slow).form);
  Matrix slice(m, n), form = at(fast).form;
  const Index slices = g.count() / std::max<Index>(m * n, 1);
  for (Index number = 0; number < slices; ++number) {
    Index rest = number, offset = 0;
    double sum = shift_;
    for (int axis = g.shape().dimensions() - 1; axis >= 0; --axis) {
      if (axis == fast || axis == slow) continue;
      const Index i = rest % g.shape()[axis];
      rest /= g.shape()[axis];
      offset += i * strides[axis];
      sum += at(axis).values[i + (axis == 0 ? rows.begin : 0)];
    }
    Eigen::Map<Matrix, 0, Strides> in_place(g.data() + offset, m, n, Strides(slow_stride, fast_stride));
    slice = in_place;
    form.diagonal() = at(fast).form.diagonal().array() + sum;
    solve_sylvester(form, slow_form, slice.data(), transpose);
    in_place = slice;
  }
}

double SeparableSolver::inverse_norm() const {
  if (axes_.size() == 1) return factors_.inverse_norm();
  const double smallest = smallest_sum();
  if (std::isfinite(smallest)) return 1 / smallest;
  std::array<Index, 3> sizes{};
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) sizes[axis] = size(static_cast<int>(axis));
  Array vector = dense(Shape(std::span<const Index>(sizes).first(axes_.size())));
  for (Index i = 0; i < vector.count(); ++i) vector.data()[i] = 1 + 0.5 * std::cos(static_cast<double>(i));
  double estimate = 0;
  for (int step = 0; step < 2; ++step) {  // power iteration on the inverse times its transpose
    const double length = norm(vector);
    std::for_each(vector.data(), vector.data() + vector.count(), [length](double& x) { x /= length; });
    solve(vector);
    estimate = std::max(estimate, norm(vector));
    solve(vector, {0, size(0)}, Transpose::yes);
  }
  return estimate;
}

}  // namespace mercer::smgp
