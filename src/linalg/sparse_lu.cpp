#include <mercer/linalg/sparse_lu.hpp>

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

}  // namespace

/// Row k of L and column k of U while they are computed; both have the same pattern.
struct SparseLu::Workspace {
  explicit Workspace(Index size) : values(at(size)), pattern(at(size)), seen(at(size), -1) {}
  struct Pair {
    double row = 0, column = 0;
  };
  std::vector<Pair> values;
  std::vector<Local> pattern, seen;
  std::size_t top = 0;  ///< the pattern is [top, size), children before parents
};

SparseLu::SparseLu(const SparseMatrix& a) {
  require(a.rows() == a.columns(), Fault::internal, "a factorisation needs a square matrix, not {} x {}", a.rows(),
          a.columns());
  const SparseMatrix transposed = a.transposed();
  for (Index row = 0; row < a.rows(); ++row)
    require(std::ranges::equal(a.column(row), transposed.column(row)), Fault::internal,
            "a factorisation without pivoting needs a symmetric pattern, and row {} differs from its column", row);
  order(a);
  analyse(a);
  factor(a, transposed);
}

void SparseLu::order(const SparseMatrix& a) {
  using Pattern = Eigen::SparseMatrix<double, Eigen::ColMajor, Local>;
  const auto size = static_cast<Local>(a.rows());
  Pattern pattern(size, size);
  pattern.resizeNonZeros(narrow<Local>(a.entries()));
  Local count = 0;
  for (Local row = 0; row < size; ++row) {
    pattern.outerIndexPtr()[row] = count;
    for (const Local column : a.column(row)) {
      pattern.innerIndexPtr()[count] = column;
      pattern.valuePtr()[count++] = 1;
    }
  }
  pattern.outerIndexPtr()[size] = count;
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, Local> permutation;
  Eigen::internal::minimum_degree_ordering(pattern, permutation);
  old_.assign(permutation.indices().data(), permutation.indices().data() + size);
  new_.resize(old_.size());
  for (Local k = 0; k < size; ++k) new_[at(old_[at(k)])] = k;
}

/// The elimination tree and the sizes of the columns of L. Davis (2005), algorithm 849.
void SparseLu::analyse(const SparseMatrix& a) {
  const std::size_t size = old_.size();
  parent_.assign(size, -1);
  std::vector<Local> seen(size, -1);
  std::vector<Index> count(size, 0);
  for (Local k = 0; k < static_cast<Local>(size); ++k) {
    seen[at(k)] = k;
    for (const Local column : a.column(old_[at(k)]))
      for (Local i = new_[at(column)]; i < k && seen[at(i)] != k; i = parent_[at(i)]) {
        if (parent_[at(i)] < 0) parent_[at(i)] = k;
        ++count[at(i)];
        seen[at(i)] = k;
      }
  }
  first_.assign(size + 1, 0);
  for (std::size_t i = 0; i < size; ++i) first_[i + 1] = first_[i] + count[i];
  last_.assign(first_.begin(), first_.end() - 1);
  entries_.resize(at(first_[size]));
  pivot_.assign(size, 0);
}

void SparseLu::factor(const SparseMatrix& a, const SparseMatrix& transposed) {
  Workspace work(a.rows());
  for (Local k = 0; k < static_cast<Local>(old_.size()); ++k) {
    const Local row = old_[at(k)];
    const std::span<const Local> columns = a.column(row);
    work.seen[at(k)] = k;
    work.top = old_.size();
    for (std::size_t e = 0; e < columns.size(); ++e) {
      Local i = new_[at(columns[e])];
      if (i > k) continue;
      if (i == k) {
        pivot_[at(k)] = a.value(row)[e];
        continue;
      }
      work.values[at(i)] = {a.value(row)[e], transposed.value(row)[e]};
      std::size_t length = 0;  // the path to what is seen is kept at the front until its turn
      for (; work.seen[at(i)] != k; i = parent_[at(i)]) {
        work.pattern[length++] = i;
        work.seen[at(i)] = k;
      }
      while (length > 0) work.pattern[--work.top] = work.pattern[--length];
    }
    eliminate(k, work);
    require(std::isfinite(pivot_[at(k)]) && pivot_[at(k)] != 0, Fault::numerics,
            "the sparse matrix is singular to working precision: pivot {} of {} is {}", k, old_.size(), pivot_[at(k)]);
  }
}

void SparseLu::eliminate(Local k, Workspace& work) {
  double pivot = pivot_[at(k)];
  Workspace::Pair* values = work.values.data();
  for (; work.top < old_.size(); ++work.top) {
    const Local i = work.pattern[work.top];
    const double lower = values[i].row / pivot_[at(i)], upper = values[i].column;
    values[i] = {};
    const Entry* const end = entries_.data() + last_[at(i)];
    for (const Entry* e = entries_.data() + first_[at(i)]; e != end; ++e) {
      values[e->j].row -= lower * e->upper;
      values[e->j].column -= e->lower * upper;
    }
    pivot -= lower * upper;
    entries_[at(last_[at(i)]++)] = {lower, upper, k};
  }
  pivot_[at(k)] = pivot;
}

void SparseLu::solve(View<double> right_sides) const {
  const auto size = static_cast<Index>(old_.size());
  require(right_sides.shape().dimensions() == 2 && right_sides.shape()[0] == size, Fault::internal,
          "right sides of {} rows were expected", size);
  const Index count = right_sides.shape()[1];
  std::vector<double> x(at(size * count));
  for (Index k = 0; k < size; ++k) std::ranges::copy(right_sides.row(old_[at(k)]), x.begin() + k * count);
  for (Index i = 0; i < size; ++i)
    for (Index e = first_[at(i)]; e < first_[at(i) + 1]; ++e)
      for (Index c = 0; c < count; ++c)
        x[at(entries_[at(e)].j * count + c)] -= entries_[at(e)].lower * x[at(i * count + c)];
  for (Index i = size; i-- > 0;) {
    for (Index e = first_[at(i)]; e < first_[at(i) + 1]; ++e)
      for (Index c = 0; c < count; ++c)
        x[at(i * count + c)] -= entries_[at(e)].upper * x[at(entries_[at(e)].j * count + c)];
    for (Index c = 0; c < count; ++c) x[at(i * count + c)] /= pivot_[at(i)];
  }
  for (Index k = 0; k < size; ++k) std::copy_n(x.begin() + k * count, count, right_sides.row(old_[at(k)]).begin());
}

}  // namespace mercer
