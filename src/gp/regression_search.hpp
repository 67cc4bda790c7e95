// The searches for the hyper-parameters of a regression, spread over the ranks.
#pragma once

#include <mercer/gp/ard_posterior.hpp>
#include <mercer/gp/missing.hpp>
#include <mercer/gp/regression_options.hpp>
#include <mercer/optim/lbfgs.hpp>
#include <mercer/parallel/comm.hpp>

#include <span>
#include <vector>

namespace mercer {

/// What was found for one column of outputs.
struct ColumnFit {
  Warp warp;
  std::vector<double> theta;  ///< see ard_covariance.hpp, of standardised inputs and warped outputs; empty if constant
  bool is_shared = false;     ///< with the other columns of its output
  double log_evidence = 0;    ///< of the values as given, and of all columns that share the hyper-parameters
  double widening = 1;        ///< factor of deviations, of warped outputs
};

/// One search, from one start.
struct SearchRecord {
  Index output = 0, mode = 0, start = 0;  ///< mode -1 stands for all modes of the output
  WarpKind warp = WarpKind::none;
  double log_evidence = 0;
  Index evaluations = 0;
  Stop stop = Stop::other;
  double jitter = 0;  ///< of the last evaluation, as a share of the variance
  std::vector<double> theta;
};

struct SearchResult {
  std::vector<ColumnFit> columns;
  std::vector<SearchRecord> records;  ///< in the order of the searches, whoever did them
};

/// @collective Searches for each column of y [points, columns] (NaN where missing) at standardised x [points, inputs],
/// both the same on every rank. `outputs` says how many columns each output has. One task is a search from one start;
/// it depends on (seed, output, mode, start) alone, so that the result has the same bits on any number of ranks.
SearchResult search_hyper_parameters(const Comm& comm, const Matrix& x, const Matrix& y, std::span<const Index> outputs,
                                     const RegressionOptions& options);

/// Columns that vary, those with the same hyper-parameters together.
std::vector<std::vector<Index>> columns_alike(std::span<const ColumnFit> columns);

/// Local. The hyper-parameters of standardised columns that share them, from the start that suits such data alone.
std::vector<double> usual_optimum(const Matrix& x, const Matrix& values, const RegressionOptions& options);

}  // namespace mercer
