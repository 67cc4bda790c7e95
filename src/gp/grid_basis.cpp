#include <mercer/gp/grid_basis.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mercer {
namespace {

enum class Symmetry { even, odd };

/// Eigenpairs on the vectors with v[i] = v[n - 1 - i], or with the other sign, by their first half.
SymmetricEigen half_problem(std::span<const double> column, Symmetry symmetry) {
  const Index points = static_cast<Index>(column.size()), half = points / 2;
  const bool has_middle = points % 2 == 1 && symmetry == Symmetry::even;
  const Index size = half + (has_middle ? 1 : 0);
  const double sign = symmetry == Symmetry::even ? 1 : -1;
  const auto entry = [&](Index lag) { return column[static_cast<std::size_t>(std::abs(lag))]; };
  Matrix a(size, size);
  for (Index j = 0; j < size; ++j)
    for (Index i = 0; i < size; ++i) {
      const bool on_middle = i == half || j == half;  // which is its own mirror image
      a(i, j) = !on_middle ? entry(i - j) + sign * entry(points - 1 - i - j)
                : i == j   ? entry(0)
                           : std::sqrt(2.0) * entry(i - j);
    }
  return symmetric_eigen(std::move(a));
}

struct Pair {
  double value;
  Symmetry symmetry;
  Index column;
};

void write_vector(const SymmetricEigen& eigen, const Pair& pair, Matrix& vectors, Index to) {
  const Index points = vectors.rows(), half = points / 2;
  const double sign = pair.symmetry == Symmetry::even ? 1 : -1;
  for (Index i = 0; i < half; ++i) {
    vectors(i, to) = std::sqrt(0.5) * eigen.vectors(i, pair.column);
    vectors(points - 1 - i, to) = sign * vectors(i, to);
  }
  if (points % 2 == 1) vectors(half, to) = pair.symmetry == Symmetry::even ? eigen.vectors(half, pair.column) : 0;
}

/// What `root` holds, for all.
void share(const Comm& comm, AxisBasis& basis, Index points, int root) {
  Index kept = basis.values.size();
  check_mpi(MPI_Bcast(&kept, 1, MPI_INT64_T, root, comm.raw()));
  basis.values.resize(kept);
  basis.vectors.resize(points, kept);
  check_mpi(MPI_Bcast(basis.values.data(), narrow<int>(kept), MPI_DOUBLE, root, comm.raw()));
  check_mpi(MPI_Bcast(basis.vectors.data(), narrow<int>(points * kept), MPI_DOUBLE, root, comm.raw()));
}

/// A bound of the largest eigenvalue of the product of all axes but one.
double largest_beside(const std::vector<std::vector<double>>& columns, std::size_t but) {
  double bound = 1;
  for (std::size_t axis = 0; axis < columns.size(); ++axis) {
    if (axis == but) continue;
    double sum = 0;
    for (std::size_t lag = 0; lag < columns[axis].size(); ++lag)
      sum += (lag == 0 ? 1 : 2) * std::abs(columns[axis][lag]);
    bound *= sum;
  }
  return bound;
}

}  // namespace

AxisBasis toeplitz_basis(std::span<const double> column, double least) {
  const Index points = static_cast<Index>(column.size());
  require(points <= most_axis_points, Fault::config,
          "an axis has {} points; at most {} are possible, so thin or cut the data", points, most_axis_points);
  for (const double entry : column)
    require(std::isfinite(entry), Fault::numerics, "a covariance has the value {} on its grid", entry);
  const std::array problems{half_problem(column, Symmetry::even), half_problem(column, Symmetry::odd)};
  double largest = 0;
  for (const SymmetricEigen& eigen : problems)
    if (eigen.values.size() > 0) largest = std::max(largest, eigen.values[eigen.values.size() - 1]);
  const double cutoff = std::max(least, 8 * std::numeric_limits<double>::epsilon() * largest);
  std::vector<Pair> pairs;
  for (const Symmetry symmetry : {Symmetry::even, Symmetry::odd}) {
    const SymmetricEigen& eigen = problems[static_cast<std::size_t>(symmetry)];
    for (Index i = 0; i < eigen.values.size(); ++i)
      if (eigen.values[i] > cutoff) pairs.push_back({eigen.values[i], symmetry, i});
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.value > b.value; });
  AxisBasis basis{Matrix(points, static_cast<Index>(pairs.size())), Eigen::VectorXd(static_cast<Index>(pairs.size()))};
  for (Index to = 0; to < basis.values.size(); ++to) {
    const Pair& pair = pairs[static_cast<std::size_t>(to)];
    basis.values[to] = pair.value;
    write_vector(problems[static_cast<std::size_t>(pair.symmetry)], pair, basis.vectors, to);
  }
  return basis;
}

void contract(const MatrixView& b, Index before, Index after, const double* in, double* out) {
  const Index n = b.rows(), r = b.cols(), lead = b.outerStride();
  if (after == 1) return multiply({Transpose::yes, Transpose::no, r, before, n}, b.data(), lead, in, n, out, r);
  for (Index i = 0; i < before; ++i)
    multiply({Transpose::no, Transpose::no, after, r, n}, in + i * n * after, after, b.data(), lead,
             out + i * r * after, after);
}

void expand(const MatrixView& b, Index before, Index after, const double* in, double* out) {
  const Index n = b.rows(), r = b.cols(), lead = b.outerStride();
  if (after == 1) return multiply({Transpose::no, Transpose::no, n, before, r}, b.data(), lead, in, r, out, n);
  for (Index i = 0; i < before; ++i)
    multiply({Transpose::no, Transpose::yes, after, n, r}, in + i * r * after, after, b.data(), lead,
             out + i * n * after, after);
}

GridBasis::GridBasis(const Comm& comm, const std::vector<std::vector<double>>& columns, double least)
    : comm_(&comm), axes_(columns.size()) {
  std::vector<Index> sizes;
  for (const std::vector<double>& column : columns) sizes.push_back(static_cast<Index>(column.size()));
  shape_ = own_ = kept_ = Shape(sizes);
  rows_ = block(shape_[0], comm.rank(), comm.size());
  own_[0] = rows_.count();
  const auto worker = [&](std::size_t axis) { return static_cast<int>(axis) % comm.size(); };
  together(comm, [&] {
    for (std::size_t axis = 0; axis < columns.size(); ++axis)
      if (worker(axis) == comm.rank())
        axes_[axis] = toeplitz_basis(columns[axis], least / largest_beside(columns, axis));
  });
  values_ = {1.0};
  for (std::size_t axis = 0; axis < columns.size(); ++axis) {
    share(comm, axes_[axis], sizes[axis], worker(axis));
    const AxisBasis& basis = axes_[axis];
    kept_[static_cast<int>(axis)] = basis.values.size();
    vectors_.push_back(axis == 0 ? Matrix(basis.vectors.middleRows(rows_.begin, rows_.count())) : basis.vectors);
    squares_.push_back(vectors_.back().cwiseAbs2());
    std::vector<double> products;
    for (const double value : values_)
      for (const double factor : basis.values) products.push_back(value * factor);
    values_ = std::move(products);
  }
}

void GridBasis::analyse(std::span<const double> x, std::span<double> coefficients) const {
  require(std::cmp_equal(x.size(), own_.count()) && coefficients.size() == values_.size(), Fault::internal,
          "a basis of {} points and {} coefficients got {} and {}", own_.count(), values_.size(), x.size(),
          coefficients.size());
  if (values_.empty()) return;
  std::vector<double> now(x.begin(), x.end()), next;
  Index after = 1;
  for (int axis = shape_.dimensions() - 1; axis >= 0; --axis) {
    const Matrix& b = vectors_[static_cast<std::size_t>(axis)];
    const Index before = now.empty() ? 0 : static_cast<Index>(now.size()) / (b.rows() * after);
    next.assign(static_cast<std::size_t>((axis == 0 ? 1 : before) * b.cols() * after), 0.0);
    if (!now.empty()) contract(b, before, after, now.data(), next.data());
    after *= b.cols();
    now.swap(next);
  }
  check_mpi(MPI_Allreduce(now.data(), coefficients.data(), narrow<int>(now.size()), MPI_DOUBLE, MPI_SUM, comm_->raw()));
}

void GridBasis::expand(const std::vector<Matrix>& own, std::span<const double> coefficients,
                       std::span<double> x) const {
  require(std::cmp_equal(x.size(), own_.count()) && coefficients.size() == values_.size(), Fault::internal,
          "a basis of {} points and {} coefficients got {} and {}", own_.count(), values_.size(), x.size(),
          coefficients.size());
  if (x.empty()) return;
  if (values_.empty()) return std::fill(x.begin(), x.end(), 0.0);
  std::vector<double> now(coefficients.begin(), coefficients.end()), next;
  Index before = 1, after = static_cast<Index>(now.size());
  for (const Matrix& b : own) {
    after /= b.cols();
    next.resize(static_cast<std::size_t>(before * b.rows() * after));
    mercer::expand(b, before, after, now.data(), next.data());
    before *= b.rows();
    now.swap(next);
  }
  std::copy(now.begin(), now.end(), x.begin());
}

void GridBasis::synthesise(std::span<const double> coefficients, std::span<double> x) const {
  expand(vectors_, coefficients, x);
}

void GridBasis::add_squares(std::span<const double> weights, std::span<double> x) const {
  std::vector<double> sums(x.size());
  expand(squares_, weights, sums);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += sums[i];
}

void GridBasis::filter(std::span<const double> weights, std::span<double> x) const {
  std::vector<double> coefficients(values_.size());
  analyse(x, coefficients);
  for (std::size_t k = 0; k < weights.size(); ++k) coefficients[k] *= weights[k];
  synthesise(coefficients, x);
}

}  // namespace mercer
