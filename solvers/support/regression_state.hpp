// What models on regressions by Gaussian processes keep and tell of them.
#pragma once

#include <mercer/gp/regression.hpp>
#include <mercer/io/file.hpp>
#include <mercer/solvers/file_model.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mercer {

/// @collective None where there are no columns. Throws Fault::data where the file has another number of inputs or
/// columns.
std::optional<Regression> load_fit(const InputFile& file, const std::string& group, Index inputs, Index columns);

/// How users call what is learnt and what it is learnt from.
struct Called {
  std::vector<std::string> outputs;  ///< one a part
  std::function<std::string(Index number)> sample;
};

/// @collective Learns outputs that are `parts` [samples, columns] of `inputs`, one regression for all, with the seed of
/// the run; none where they have no columns. Warns of outputs whose covariance had to be changed to be factored.
std::optional<Regression> regressed(const Context& context, const Matrix& inputs, const std::vector<Matrix>& parts,
                                    const Called& called, RegressionOptions options);

/// The columns of a history of searches, still empty.
std::vector<HistoryColumn> search_history();
/// Adds what the searches for hyper-parameters did; `kind` tells regressions of one model apart.
void add_searches(const Regression& regression, double kind, std::vector<HistoryColumn>& history);

/// Part of the variance of some columns that leave-one-out predictions explain; the least of them. Missing values do
/// not count.
double least_q2(const Regression& regression, Index first, Index count);

}  // namespace mercer
