#include <mercer/gp/missing.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mercer {

std::vector<Pattern> patterns(const Matrix& y, std::span<const Index> columns) {
  std::vector<Pattern> found;
  for (const Index column : columns) {
    std::vector<Index> rows;
    for (Index row = 0; row < y.rows(); ++row)
      if (!std::isnan(y(row, column))) rows.push_back(row);
    const auto same = std::find_if(found.begin(), found.end(), [&](const Pattern& one) { return one.rows == rows; });
    if (same == found.end())
      found.push_back({std::move(rows), {column}});
    else
      same->columns.push_back(column);
  }
  return found;
}

std::vector<Pattern> patterns(const Matrix& y) {
  std::vector<Index> all(static_cast<std::size_t>(y.cols()));
  std::iota(all.begin(), all.end(), Index{0});
  return patterns(y, all);
}

Matrix part_of(const Matrix& y, const Pattern& pattern) {
  Matrix columns(y.rows(), std::ssize(pattern.columns));
  for (Index c = 0; c < columns.cols(); ++c) columns.col(c) = y.col(pattern.columns[static_cast<std::size_t>(c)]);
  return rows_of(columns, pattern.rows);
}

Matrix rows_of(const MatrixView& a, std::span<const Index> rows) {
  Matrix part(static_cast<Index>(rows.size()), a.cols());
  for (Index column = 0; column < a.cols(); ++column)
    for (std::size_t i = 0; i < rows.size(); ++i) part(static_cast<Index>(i), column) = a(rows[i], column);
  return part;
}

}  // namespace mercer
