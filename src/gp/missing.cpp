#include <mercer/gp/missing.hpp>

#include <algorithm>
#include <cmath>

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

Matrix rows_of(const MatrixView& a, std::span<const Index> rows) {
  Matrix part(static_cast<Index>(rows.size()), a.cols());
  for (Index column = 0; column < a.cols(); ++column)
    for (std::size_t i = 0; i < rows.size(); ++i) part(static_cast<Index>(i), column) = a(rows[i], column);
  return part;
}

}  // namespace mercer
