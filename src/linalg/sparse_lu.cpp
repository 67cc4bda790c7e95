#include <mercer/linalg/sparse_lu.hpp>

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

/// The value at (j, i) for each entry (i, j).
std::vector<double> mirrored_values(const SparseMatrix& a) {
  std::vector<double> values(at(a.entries()));
  std::vector<Index> next(a.first().begin(), a.first().end() - 1);
  for (Index row = 0; row < a.rows(); ++row)
    for (std::size_t e = 0; e < a.column(row).size(); ++e) {
      const Index column = a.column(row)[e], place = next[at(column)]++, begin = a.first()[at(column)];
      if (place == a.first()[at(column) + 1] || a.column(column)[at(place - begin)] != row)
        fail(Fault::internal,
             "a factorisation without pivoting needs a symmetric pattern, and row {} differs from its column", column);
      values[at(place)] = a.value(row)[e];
    }
  return values;
}

/// The old numbers of the new ones, by minimum degree.
std::vector<Local> minimum_degree(const SparseMatrix& a) {
  using Pattern = Eigen::SparseMatrix<double, Eigen::ColMajor, Local>;
  const auto size = static_cast<Local>(a.rows());
  Pattern pattern(size, size);
  pattern.resizeNonZeros(narrow<Local>(a.entries()));
  std::fill_n(pattern.valuePtr(), a.entries(), 1.0);
  Local* next = pattern.innerIndexPtr();
  for (Local row = 0; row < size; ++row) {
    pattern.outerIndexPtr()[row + 1] = static_cast<Local>(a.first()[at(row) + 1]);
    next = std::ranges::copy(a.column(row), next).out;
  }
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, Local> permutation;
  Eigen::internal::minimum_degree_ordering(pattern, permutation);
  return {permutation.indices().data(), permutation.indices().data() + size};
}

}  // namespace

/// The matrix in its new order: what row k of L and column k of U start from.
struct SparseLu::Start {
  struct Pair {
    double row, column;  ///< a(k, i) and a(i, k)
    Local i;             ///< less than k
  };
  std::vector<Index> first{0};
  std::vector<Pair> entries;
  std::vector<double> diagonal;
};

/// The columns i of L that have an entry in row k, each behind those that change it.
struct SparseLu::Pattern {
  std::vector<Index> first{0};
  std::vector<Local> entries;
  std::vector<Index> count;  ///< [i] of rows in column i of L
};

SparseLu::SparseLu(const SparseMatrix& a) {
  require(a.rows() == a.columns(), Fault::internal, "a factorisation needs a square matrix, not {} x {}", a.rows(),
          a.columns());
  const std::vector<double> mirrored = mirrored_values(a);
  old_ = minimum_degree(a);
  const Start matrix = start(a, mirrored, old_);
  factor(matrix, pattern(matrix));
}

SparseLu::Start SparseLu::start(const SparseMatrix& a, const std::vector<double>& mirrored,
                                const std::vector<Local>& old_number) {
  const std::size_t size = old_number.size();
  std::vector<Local> new_number(size);
  for (std::size_t k = 0; k < size; ++k) new_number[at(old_number[k])] = static_cast<Local>(k);
  Start found;
  found.entries.resize(mirrored.size() / 2);
  found.diagonal.assign(size, 0);
  found.first.reserve(size + 1);
  std::size_t next = 0;
  for (Local k = 0; k < static_cast<Local>(size); ++k) {
    const Local row = old_number[at(k)];
    const double* from_column = mirrored.data() + a.first()[at(row)];
    for (std::size_t e = 0; e < a.column(row).size(); ++e) {
      const Local i = new_number[at(a.column(row)[e])];
      if (i == k) found.diagonal[at(k)] = a.value(row)[e];
      if (i >= k) continue;
      Start::Pair& pair = found.entries[next++];
      pair.row = a.value(row)[e];
      pair.column = from_column[e];
      pair.i = i;
    }
    found.first.push_back(static_cast<Index>(next));
  }
  return found;
}

/// By paths in the elimination tree, which grows on the way. Davis (2005), algorithm 849.
SparseLu::Pattern SparseLu::pattern(const Start& start) {
  const std::size_t size = start.diagonal.size();
  Pattern found;
  found.count.assign(size, 0);
  std::vector<Local> parent(size, -1), seen(size, -1), row(size);
  for (Local k = 0; k < static_cast<Local>(size); ++k) {
    seen[at(k)] = k;
    std::size_t top = size;
    for (Index e = start.first[at(k)]; e < start.first[at(k) + 1]; ++e) {
      std::size_t length = 0;  // the path to what is seen is kept at the front until its turn
      for (Local i = start.entries[at(e)].i; seen[at(i)] != k; i = parent[at(i)]) {
        if (parent[at(i)] < 0) parent[at(i)] = k;
        ++found.count[at(i)];
        row[length++] = i;
        seen[at(i)] = k;
      }
      while (length > 0) row[--top] = row[--length];
    }
    found.entries.insert(found.entries.end(), row.begin() + static_cast<std::ptrdiff_t>(top), row.end());
    found.first.push_back(std::ssize(found.entries));
  }
  return found;
}

void SparseLu::factor(const Start& start, const Pattern& pattern) {
  struct Pair {
    double row, column;
  };
  const std::size_t size = old_.size();
  first_.assign(size + 1, 0);
  for (std::size_t i = 0; i < size; ++i) first_[i + 1] = first_[i] + pattern.count[i];
  entries_.resize(at(first_[size]));
  pivot_ = start.diagonal;
  std::vector<Index> last(first_.begin(), first_.end() - 1);
  std::vector<Pair> values(size, {0, 0});  // row k of L and column k of U while they are computed
  for (std::size_t k = 0; k < size; ++k) {
    for (Index e = start.first[k]; e < start.first[k + 1]; ++e) {
      const Start::Pair& entry = start.entries[at(e)];
      values[at(entry.i)] = {entry.row, entry.column};
    }
    double pivot = pivot_[k];
    for (Index p = pattern.first[k]; p < pattern.first[k + 1]; ++p) {
      const std::size_t i = at(pattern.entries[at(p)]);
      const Pair multiplier{values[i].row / pivot_[i], values[i].column};
      values[i] = {0, 0};
      Entry* const end = entries_.data() + last[i]++;
      for (const Entry* e = entries_.data() + first_[i]; e != end; ++e) {
        Pair& value = values[at(e->j)];
        const Pair before = value;
        value = {before.row - multiplier.row * e->upper, before.column - e->lower * multiplier.column};
      }
      pivot -= multiplier.row * multiplier.column;
      end->upper = multiplier.column;
      end->lower = multiplier.row;
      end->j = static_cast<Local>(k);
    }
    pivot_[k] = pivot;
    require(std::isfinite(pivot) && pivot != 0, Fault::numerics,
            "the sparse matrix is singular to working precision: pivot {} of {} is {}", k, size, pivot);
  }
}

void SparseLu::solve(View<double> right_sides) const {
  struct Pair {
    double a, b;
  };
  const auto size = static_cast<Index>(old_.size());
  require(right_sides.shape().dimensions() == 2 && right_sides.shape()[0] == size, Fault::internal,
          "right sides of {} rows were expected", size);
  const Index count = right_sides.shape()[1];
  std::vector<Pair> x(at(size));
  for (Index c = 0; c < count; c += 2) {  // two at a time, the last one of an odd number twice
    const Index other = std::min(c + 1, count - 1);
    for (Index k = 0; k < size; ++k) x[at(k)] = {right_sides(old_[at(k)], c), right_sides(old_[at(k)], other)};
    for (Index i = 0; i < size; ++i) {
      const Pair known = x[at(i)];
      for (Index e = first_[at(i)]; e < first_[at(i) + 1]; ++e) {
        const Entry& entry = entries_[at(e)];
        Pair& value = x[at(entry.j)];
        const Pair before = value;
        value = {before.a - entry.lower * known.a, before.b - entry.lower * known.b};
      }
    }
    for (Index i = size; i-- > 0;) {
      Pair value = x[at(i)];
      for (Index e = first_[at(i)]; e < first_[at(i) + 1]; ++e) {
        const Entry& entry = entries_[at(e)];
        const Pair& known = x[at(entry.j)];
        value = {value.a - entry.upper * known.a, value.b - entry.upper * known.b};
      }
      x[at(i)] = {value.a / pivot_[at(i)], value.b / pivot_[at(i)]};
    }
    for (Index k = 0; k < size; ++k) {
      right_sides(old_[at(k)], c) = x[at(k)].a;
      right_sides(old_[at(k)], other) = x[at(k)].b;
    }
  }
}

}  // namespace mercer
