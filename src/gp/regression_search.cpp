#include <mercer/base/random.hpp>
#include <mercer/gp/regression_search.hpp>
#include <mercer/optim/boxed_bfgs.hpp>
#include <mercer/parallel/tasks.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

namespace mercer {
namespace {

/// Columns with hyper-parameters in common, warped in one way.
struct Unit {
  Index output, mode;  ///< mode -1: all
  WarpKind warp;
  std::vector<Index> columns;
  Index starts;
  Index from = -1;  ///< the unit at whose optimum the first search starts
  double log_evidence = -std::numeric_limits<double>::infinity();
  std::vector<double> theta = {};
};

/// What all searches share.
struct Search {
  const Matrix& x;
  const Matrix& y;
  const RegressionOptions& options;
  std::vector<double> lower, upper;

  Index width() const { return x.cols() + 2; }
};

std::vector<WarpKind> kinds_of(WarpChoice choice) {
  switch (choice) {
    case WarpChoice::none:
      return {WarpKind::none};
    case WarpChoice::log:
      return {WarpKind::log};
    case WarpChoice::box_cox:
      return {WarpKind::box_cox};
    case WarpChoice::asinh:
      return {WarpKind::asinh};
    case WarpChoice::by_evidence:
      break;
  }
  return {WarpKind::none, WarpKind::log, WarpKind::box_cox, WarpKind::asinh};
}

std::span<const double> column_of(const Matrix& y, Index column) {
  return {y.data() + column * y.rows(), static_cast<std::size_t>(y.rows())};
}

/// Warped values of the columns of a unit, and the sum of the logarithms of the slopes of the warps.
struct Warped {
  Matrix values;
  double log_slopes = 0;
};
Warped warped(const Matrix& y, const Unit& unit) {
  Warped result{Matrix(y.rows(), static_cast<Index>(unit.columns.size()))};
  for (std::size_t c = 0; c < unit.columns.size(); ++c) {
    const std::span<const double> column = column_of(y, unit.columns[c]);
    const Warp warp = fit_warp(unit.warp, column);
    for (std::size_t i = 0; i < column.size(); ++i) {
      result.values(static_cast<Index>(i), static_cast<Index>(c)) = warp.forward(column[i]);
      if (!std::isnan(column[i])) result.log_slopes += warp.log_slope(column[i]);
    }
  }
  return result;
}

/// The evidence of a unit: the sum over its patterns.
class UnitEvidence {
 public:
  UnitEvidence(const Search& search, const Matrix& values) : by_pattern_(static_cast<std::size_t>(search.width())) {
    for (const Pattern& pattern : patterns(values))
      parts_.emplace_back(search.options.covariance, rows_of(search.x, pattern.rows), part_of(values, pattern));
  }

  double operator()(std::span<const double> theta, std::span<double> gradient) {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double value = 0;
    for (ArdEvidence& evidence : parts_) {
      value += evidence(theta, by_pattern_);
      if (!std::isfinite(value)) return value;
      for (std::size_t p = 0; p < gradient.size(); ++p) gradient[p] += by_pattern_[p];
    }
    return value;
  }

  double jitter() const {
    double most = 0;
    for (const ArdEvidence& evidence : parts_) most = std::max(most, evidence.jitter());
    return most;
  }

 private:
  std::deque<ArdEvidence> parts_;
  std::vector<double> by_pattern_;
};

/// The point that suits standardised data, or a random one around it.
std::vector<double> start_point(const Search& search, const Unit& unit, Index number) {
  const auto inputs = static_cast<std::size_t>(search.x.cols());
  std::vector<double> theta(inputs + 2, 0.5 * std::log(static_cast<double>(inputs)));
  theta.front() = 0;
  theta.back() = std::log(1e-2);
  if (number > 0) {
    constexpr std::uint64_t most = 1 << 20;
    const auto stream =
        (static_cast<std::uint64_t>(unit.output) * most + static_cast<std::uint64_t>(unit.mode + 1)) * most +
        static_cast<std::uint64_t>(number);
    const Random random(search.options.seed, stream);
    const auto around = [&](std::size_t p, double centre, double reach) {
      theta[p] = centre + reach * (2 * random.uniform(p) - 1);
    };
    around(0, 0, 1);
    for (std::size_t k = 1; k <= inputs; ++k) around(k, std::log(3.0), 1.5);
    around(inputs + 1, std::log(1e-2), 2);
  }
  for (std::size_t p = 0; p < theta.size(); ++p) theta[p] = std::clamp(theta[p], search.lower[p], search.upper[p]);
  return theta;
}

std::vector<double> start_of(const Search& search, const std::vector<Unit>& units, const Unit& unit, Index number) {
  if (unit.from < 0) return start_point(search, unit, number);
  return number == 0 ? units[static_cast<std::size_t>(unit.from)].theta : start_point(search, unit, number - 1);
}

/// Where a record keeps what.
enum Entry : std::size_t { evidence_entry, evaluations_entry, stop_entry, jitter_entry, theta_entry };

void run_search(const Search& search, const std::vector<Unit>& units, const Unit& unit, Index number,
                std::span<double> record) {
  const Warped data = warped(search.y, unit);
  UnitEvidence evidence(search, data.values);
  const Objective objective = [&](std::span<const double> theta, std::span<double> gradient) {
    return evidence(theta, gradient);
  };
  std::vector<double> theta = start_of(search, units, unit, number);
  const Minimum minimum =
      minimise_in_box(objective, theta, {search.lower, search.upper}, {.iterations = search.options.iterations});
  const Iterate& last = minimum.history.back();
  record[evidence_entry] = data.log_slopes - last.value;
  record[evaluations_entry] = static_cast<double>(last.evaluations);
  record[stop_entry] = static_cast<double>(minimum.stop);
  record[jitter_entry] = evidence.jitter();
  std::copy(theta.begin(), theta.end(), record.begin() + theta_entry);
}

/// @collective All searches of the units that wait, or do not wait, for another one.
void search_units(const Comm& comm, const Search& search, bool are_waiting, std::vector<Unit>& units,
                  std::vector<SearchRecord>& records) {
  std::vector<std::pair<std::size_t, Index>> tasks;
  for (std::size_t u = 0; u < units.size(); ++u)
    for (Index start = 0; start < units[u].starts && (units[u].from >= 0) == are_waiting; ++start)
      tasks.emplace_back(u, start);
  const auto width = static_cast<Index>(theta_entry) + search.width();
  const std::vector<double> all =
      run_tasks(comm, static_cast<Index>(tasks.size()), width, [&](Index task, std::span<double> record) {
        const auto [u, start] = tasks[static_cast<std::size_t>(task)];
        run_search(search, units, units[u], start, record);
      });
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    const auto record = std::span(all).subspan(task * static_cast<std::size_t>(width), static_cast<std::size_t>(width));
    Unit& unit = units[tasks[task].first];
    const std::span<const double> theta = record.subspan(theta_entry);
    records.push_back({unit.output,
                       unit.mode,
                       tasks[task].second,
                       unit.warp,
                       record[evidence_entry],
                       static_cast<Index>(record[evaluations_entry]),
                       static_cast<Stop>(record[stop_entry]),
                       record[jitter_entry],
                       {theta.begin(), theta.end()}});
    if (!(record[evidence_entry] > unit.log_evidence)) continue;
    unit.log_evidence = record[evidence_entry];
    unit.theta.assign(theta.begin(), theta.end());
  }
}

/// Columns of one output that vary.
std::vector<Index> varying(const Matrix& y, Index begin, Index count) {
  std::vector<Index> columns;
  for (Index column = begin; column < begin + count; ++column)
    if (!fit_warp(WarpKind::none, column_of(y, column)).is_constant()) columns.push_back(column);
  return columns;
}

void add_units(const Search& search, Index output, Index begin, const std::vector<Index>& columns,
               std::vector<Unit>& units) {
  if (columns.empty()) return;
  const RegressionOptions& options = search.options;
  for (const WarpKind kind : kinds_of(options.warp)) {
    const auto is_fit = [&](Index column) { return is_possible(kind, column_of(search.y, column)); };
    if (options.warp == WarpChoice::by_evidence && !std::all_of(columns.begin(), columns.end(), is_fit)) continue;
    if (options.hyper_parameters != Sharing::per_mode) units.push_back({output, -1, kind, columns, options.starts});
    if (options.hyper_parameters == Sharing::shared) continue;
    const auto first = static_cast<Index>(units.size());
    for (const Index column : columns) {
      const bool waits = options.further_starts > 0 && column != columns.front();
      units.push_back({output,
                       column - begin,
                       kind,
                       {column},
                       waits ? options.further_starts : options.starts,
                       waits ? first : -1});
    }
  }
}

/// For each unit the sums of the squared leave-one-out errors of its columns, in units of the outputs.
void leave_one_out_errors(const Search& search, const Unit& unit, std::span<double> errors) {
  const Matrix values = warped(search.y, unit).values;
  for (const Pattern& pattern : patterns(values)) {
    const Matrix known = part_of(values, pattern);
    const ArdPosterior posterior(search.options.covariance, rows_of(search.x, pattern.rows), known, unit.theta);
    const Matrix expected = known - posterior.leave_one_out().residual;
    for (std::size_t c = 0; c < pattern.columns.size(); ++c) {
      const Index column = unit.columns[static_cast<std::size_t>(pattern.columns[c])];
      const Warp warp = fit_warp(unit.warp, column_of(search.y, column));
      double& error = errors[static_cast<std::size_t>(pattern.columns[c])];
      for (std::size_t i = 0; i < pattern.rows.size(); ++i)
        error += std::pow(
            search.y(pattern.rows[i], column) - warp.backward(expected(static_cast<Index>(i), static_cast<Index>(c))),
            2);
    }
  }
}

/// The better of the units that have a column and are shared, or not: by evidence, which is comparable among them.
const Unit* best_of(const std::vector<Unit>& units, Index column, bool is_shared) {
  const Unit* best = nullptr;
  for (const Unit& unit : units)
    if ((unit.mode < 0) == is_shared &&
        std::find(unit.columns.begin(), unit.columns.end(), column) != unit.columns.end())
      if (best == nullptr || unit.log_evidence > best->log_evidence) best = &unit;
  return best;
}

/// @collective For each column the unit it takes; null for constant ones.
std::vector<const Unit*> choose(const Comm& comm, const Search& search, const std::vector<Unit>& units) {
  const Index columns = search.y.cols();
  std::vector<const Unit*> chosen(static_cast<std::size_t>(columns));
  for (Index column = 0; column < columns; ++column) {
    const Unit* const shared = best_of(units, column, true);
    chosen[static_cast<std::size_t>(column)] = shared != nullptr ? shared : best_of(units, column, false);
  }
  if (search.options.hyper_parameters != Sharing::best_by_loo) return chosen;
  const std::vector<double> errors =
      run_tasks(comm, static_cast<Index>(units.size()), columns, [&](Index task, std::span<double> record) {
        const Unit& unit = units[static_cast<std::size_t>(task)];
        std::vector<double> own(unit.columns.size());
        leave_one_out_errors(search, unit, own);
        for (std::size_t c = 0; c < own.size(); ++c) record[static_cast<std::size_t>(unit.columns[c])] = own[c];
      });
  const auto error = [&](const Unit* unit, std::size_t column) {
    return errors[static_cast<std::size_t>(unit - units.data()) * static_cast<std::size_t>(columns) + column];
  };
  for (std::size_t column = 0; column < chosen.size(); ++column) {
    const Unit* const own = best_of(units, static_cast<Index>(column), false);
    if (own != nullptr && error(own, column) < error(chosen[column], column)) chosen[column] = own;
  }
  return chosen;
}

Search make_search(const Matrix& x, const Matrix& y, const RegressionOptions& options) {
  Search search{x, y, options, {}, {}};
  const auto inputs = static_cast<std::size_t>(x.cols());
  search.lower.assign(inputs + 2, std::log(options.length.lower));
  search.upper.assign(inputs + 2, std::log(options.length.upper));
  search.lower.front() = std::log(options.variance.lower);
  search.upper.front() = std::log(options.variance.upper);
  search.lower.back() = std::log(options.noise.lower);
  search.upper.back() = std::log(options.noise.upper);
  return search;
}

}  // namespace

std::vector<double> usual_optimum(const Matrix& x, const Matrix& values, const RegressionOptions& options) {
  const Search search = make_search(x, values, options);
  UnitEvidence evidence(search, values);
  std::vector<double> theta = start_point(search, {}, 0);
  minimise_in_box([&](std::span<const double> at, std::span<double> gradient) { return evidence(at, gradient); }, theta,
                  {search.lower, search.upper}, {.iterations = options.iterations});
  return theta;
}

std::vector<std::vector<Index>> columns_alike(std::span<const ColumnFit> columns) {
  std::vector<std::vector<Index>> groups;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].theta.empty()) continue;
    const auto same = std::ranges::find_if(groups, [&](const std::vector<Index>& group) {
      return columns[static_cast<std::size_t>(group.front())].theta == columns[c].theta;
    });
    if (same == groups.end())
      groups.push_back({static_cast<Index>(c)});
    else
      same->push_back(static_cast<Index>(c));
  }
  return groups;
}

SearchResult search_hyper_parameters(const Comm& comm, const Matrix& x, const Matrix& y, std::span<const Index> outputs,
                                     const RegressionOptions& options) {
  const Search search = make_search(x, y, options);
  std::vector<Unit> units;
  SearchResult result;
  together(comm, [&] {
    Index begin = 0;
    for (std::size_t output = 0; output < outputs.size(); begin += outputs[output++])
      add_units(search, static_cast<Index>(output), begin, varying(y, begin, outputs[output]), units);
  });
  search_units(comm, search, false, units, result.records);
  search_units(comm, search, true, units, result.records);
  for (const Unit* const unit : choose(comm, search, units)) {
    const auto column = static_cast<Index>(result.columns.size());
    if (unit == nullptr)
      result.columns.push_back({.warp = fit_warp(WarpKind::none, column_of(y, column)), .theta = {}});
    else
      result.columns.push_back(
          {fit_warp(unit->warp, column_of(y, column)), unit->theta, unit->mode < 0, unit->log_evidence});
  }
  return result;
}

}  // namespace mercer
