// How much wider intervals must be than a regression says, by cross-validation.
#pragma once

#include <mercer/gp/regression_search.hpp>

namespace mercer {

/// Samples that one fold of a cross-validation leaves out, every folds-th, and those that it learns from.
struct FoldRows {
  std::vector<Index> in, out;
};
FoldRows fold_rows(Index samples, Index folds, Index fold);

/// @collective For each column of y [points, columns] (NaN where missing) at standardised x the factor of its
/// deviations. The samples are left out in turn, every options.folds-th together; hyper-parameters are searched anew
/// among the others, from the usual start, and the factor is the root mean square of the errors in deviations, or one
/// where that is less. One for constant columns and fewer than three samples. The same bits on any number of ranks.
std::vector<double> cross_validated_factors(const Comm& comm, const Matrix& x, const Matrix& y,
                                            std::span<const ColumnFit> columns, const RegressionOptions& options);

}  // namespace mercer
