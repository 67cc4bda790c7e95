#include <mercer/gp/regression_file.hpp>
#include <mercer/solvers/support/regression_state.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer {
namespace {

/// One line an output: the most that any of its columns got.
void tell_jitters(Log& log, const std::vector<Jitter>& jitters, const std::vector<Index>& columns,
                  const Called& called) {
  Index begin = 0;
  for (std::size_t output = 0; output < columns.size(); begin += columns[output++]) {
    const Jitter* most = nullptr;
    Index count = 0;
    for (const Jitter& jitter : jitters) {
      const Index own = std::ranges::count_if(
          jitter.columns, [&](Index column) { return column >= begin && column < begin + columns[output]; });
      count += own;
      if (own > 0 && (most == nullptr || jitter.share > most->share)) most = &jitter;
    }
    if (most == nullptr) continue;
    log.warning(
        "{}: up to {:.0e} of its variance was added to the covariance of {} of {} columns: {}", called.outputs[output],
        most->share, count, columns[output],
        jitter_cause(most->nearest.distance, called.sample(most->nearest.first), called.sample(most->nearest.second)));
  }
}

}  // namespace

std::optional<Regression> load_fit(const InputFile& file, const std::string& group, Index inputs, Index columns) {
  if (columns == 0) return std::nullopt;
  RegressionFit fit = load_regression(file, group);
  require_agreed(fit.x.cols() == inputs && fit.y.cols() == columns, Fault::data,
                 "{}: '{}' maps {} inputs to {} columns, and {} and {} were expected", file.path().string(), group,
                 fit.x.cols(), fit.y.cols(), inputs, columns);
  std::optional<Regression> regression;
  together(file.comm(), [&] { regression.emplace(std::move(fit)); });
  return regression;
}

std::optional<Regression> regressed(const Context& context, const Matrix& inputs, const std::vector<Matrix>& parts,
                                    const Called& called, RegressionOptions options) {
  std::vector<Index> columns;
  Index all = 0;
  for (const Matrix& part : parts) columns.push_back(part.cols()), all += part.cols();
  if (all == 0) return std::nullopt;
  Matrix y(inputs.rows(), all);
  for (Index at = 0; const Matrix& part : parts) {
    y.middleCols(at, part.cols()) = part;
    at += part.cols();
  }
  options.seed = context.seed;
  RegressionFit fit = fit_regression(context.comm, inputs, std::move(y), options, columns);
  std::optional<Regression> regression;
  together(context.comm, [&] { regression.emplace(std::move(fit)); });
  tell_jitters(context.log, regression->jitters(), columns, called);
  return regression;
}

std::vector<HistoryColumn> search_history() {
  std::vector<HistoryColumn> history;
  for (const char* name : {"kind", "output", "mode", "start", "evaluations", "log_evidence"})
    history.push_back({name, {}});
  return history;
}

void add_searches(const Regression& regression, double kind, std::vector<HistoryColumn>& history) {
  for (const SearchRecord& search : regression.fit().records) {
    const std::array row{kind,
                         static_cast<double>(search.output),
                         static_cast<double>(search.mode),
                         static_cast<double>(search.start),
                         static_cast<double>(search.evaluations),
                         search.log_evidence};
    for (std::size_t k = 0; k < row.size(); ++k) history[k].values.push_back(row[k]);
  }
}

double least_q2(const Regression& regression, Index first, Index count) {
  const Regression::Prediction left = regression.leave_one_out();
  const Matrix& y = regression.fit().y;
  double least = 1;
  for (Index column = first; column < first + count; ++column) {
    double sum = 0, squares = 0, errors = 0, known = 0;
    for (Index i = 0; i < y.rows(); ++i)
      if (!std::isnan(y(i, column))) sum += y(i, column), ++known;
    for (Index i = 0; i < y.rows(); ++i) {
      if (std::isnan(y(i, column))) continue;
      squares += std::pow(y(i, column) - sum / known, 2);
      errors += std::pow(left.mean(i, column) - y(i, column), 2);
    }
    if (squares > 0) least = std::min(least, 1 - errors / squares);
  }
  return least;
}

}  // namespace mercer
