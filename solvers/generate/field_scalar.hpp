// One number of a field: the smallest, largest or mean value of a formula over all points.
#pragma once

#include <mercer/config/expression.hpp>
#include <mercer/meshes/field.hpp>

#include <span>
#include <string>
#include <vector>

namespace mercer {

/// As a case writes it: `min(F)`, `max(F)` or `mean(F)` of a formula F in the names of fields and axes. Means are over
/// points, each of the same weight.
class FieldScalar {
 public:
  /// Throws Fault::config with what there is where the text is no such formula.
  FieldScalar(const std::string& text, std::span<const Field> fields);
  /// The same of values at points, by the names of their columns.
  FieldScalar(const std::string& text, const std::vector<std::string>& columns);

  /// @collective Of fields on one grid and in one decomposition, which are those it was made for. The same bits on any
  /// number of ranks.
  double operator()(const Comm& comm, std::span<const Field> fields) const;
  /// Of columns with a value a point, which are all here. Local.
  double operator()(std::span<const std::span<const double>> columns) const;

 private:
  enum class Kind { least, most, mean };
  Kind kind_;
  Expression formula_;  ///< in the axes, then the fields, or in the columns
};

}  // namespace mercer
