// A = L U of sparse matrices that need no pivoting, with symmetric pattern: maps and Laplacians on small meshes.
#pragma once

#include <mercer/linalg/sparse.hpp>

#include <vector>

namespace mercer {

/// Factors of a square matrix in which entry (i, j) is stored wherever (j, i) is, though the two may differ. Rows and
/// columns are ordered by minimum degree; pivots stay on the diagonal, which is stable where that dominates its row or
/// column. All functions are local.
class SparseLu {
 public:
  /// Throws Fault::internal for another pattern, Fault::numerics for a pivot that is zero or not finite.
  explicit SparseLu(const SparseMatrix& a);
  void solve(View<double> right_sides) const;                                     ///< A^-1 B in place of B [rows, k]
  Index entries() const noexcept { return static_cast<Index>(entries_.size()); }  ///< of L below its diagonal

 private:
  struct Entry {
    double upper, lower;  ///< U(i, j) and L(j, i)
    Local j;
  };
  struct Start;
  struct Pattern;
  static Start start(const SparseMatrix& a, const std::vector<double>& mirrored, const std::vector<Local>& old_number);
  static Pattern pattern(const Start& start);
  void factor(const Start& start, const Pattern& pattern);

  std::vector<Local> old_;    ///< [rows] old number of a new one
  std::vector<Index> first_;  ///< entries of column i of L and row i of U
  std::vector<Entry> entries_;
  std::vector<double> pivot_;
};

}  // namespace mercer
