#include <mercer/gp/regression_folds.hpp>
#include <mercer/parallel/tasks.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

/// What one fold says of a column.
struct Standardised {
  double squares = 0, count = 0;
};

/// The errors of the rows that a fold leaves out, in deviations, for columns with hyper-parameters in common.
std::vector<Standardised> left_out(const Matrix& x, const Matrix& z, Index folds, Index fold,
                                   const RegressionOptions& options) {
  const auto [in, out] = fold_rows(x.rows(), folds, fold);
  const Matrix known_x = rows_of(x, in), known = rows_of(z, in), other_x = rows_of(x, out), others = rows_of(z, out);
  const std::vector<Pattern> all = patterns(known);
  std::vector<Standardised> sums(static_cast<std::size_t>(z.cols()));
  if (std::ranges::any_of(all, [](const Pattern& pattern) { return pattern.rows.empty(); })) return sums;
  const std::vector<double> theta = usual_optimum(known_x, known, options);
  for (const Pattern& pattern : all) {
    const ArdPosterior posterior(options.covariance, rows_of(known_x, pattern.rows), part_of(known, pattern), theta);
    const ArdPosterior::Prediction predicted = posterior.predict(other_x);
    for (std::size_t c = 0; c < pattern.columns.size(); ++c)
      for (Index i = 0; i < others.rows(); ++i) {
        const double value = others(i, pattern.columns[c]);
        if (std::isnan(value)) continue;
        Standardised& sum = sums[static_cast<std::size_t>(pattern.columns[c])];
        sum.squares += std::pow(value - predicted.mean(i, static_cast<Index>(c)), 2) /
                       (predicted.variance[i] + std::exp(theta.back()));
        ++sum.count;
      }
  }
  return sums;
}

}  // namespace

FoldRows fold_rows(Index samples, Index folds, Index fold) {
  FoldRows rows;
  for (Index i = 0; i < samples; ++i) (i % folds == fold ? rows.out : rows.in).push_back(i);
  return rows;
}

std::vector<double> cross_validated_factors(const Comm& comm, const Matrix& x, const Matrix& y,
                                            std::span<const ColumnFit> columns, const RegressionOptions& options) {
  std::vector<double> factors(columns.size(), 1);
  const Index folds = std::min(options.folds, y.rows());
  if (folds < 2 || y.rows() < 3) return factors;
  const std::vector<std::vector<Index>> groups = columns_alike(columns);
  const Index width = 2 * y.cols(), tasks = std::ssize(groups) * folds;
  const std::vector<double> records = run_tasks(comm, tasks, width, [&](Index task, std::span<double> record) {
    const std::vector<Index>& group = groups[static_cast<std::size_t>(task / folds)];
    Matrix z(y.rows(), std::ssize(group));
    for (Index c = 0; c < z.cols(); ++c) {
      const Index column = group[static_cast<std::size_t>(c)];
      const Warp& warp = columns[static_cast<std::size_t>(column)].warp;
      z.col(c) = y.col(column).unaryExpr([&](double value) { return warp.forward(value); });
    }
    const std::vector<Standardised> sums = left_out(x, z, folds, task % folds, options);
    for (std::size_t c = 0; c < sums.size(); ++c) {
      const auto at = static_cast<std::size_t>(2 * group[c]);
      record[at] = sums[c].squares;
      record[at + 1] = sums[c].count;
    }
  });
  for (std::size_t c = 0; c < factors.size(); ++c) {
    Standardised sum;
    for (std::size_t at = 2 * c; at < records.size(); at += static_cast<std::size_t>(width)) {
      sum.squares += records[at];
      sum.count += records[at + 1];
    }
    if (sum.count > 0) factors[c] = std::sqrt(std::max(1.0, sum.squares / sum.count));
  }
  return factors;
}

}  // namespace mercer
