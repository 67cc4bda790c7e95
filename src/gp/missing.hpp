// Columns of values of which some are missing, by what is missing.
#pragma once

#include <mercer/linalg/lapack.hpp>

#include <span>
#include <vector>

namespace mercer {

/// Columns that have values at the same rows.
struct Pattern {
  std::vector<Index> rows, columns;
};

/// The patterns of some columns of y, where NaN is a missing value, in the order of their first columns. Local.
std::vector<Pattern> patterns(const Matrix& y, std::span<const Index> columns);
std::vector<Pattern> patterns(const Matrix& y);  ///< of all columns

/// y(pattern.rows, pattern.columns)
Matrix part_of(const Matrix& y, const Pattern& pattern);

/// a(rows, :)
Matrix rows_of(const MatrixView& a, std::span<const Index> rows);

}  // namespace mercer
