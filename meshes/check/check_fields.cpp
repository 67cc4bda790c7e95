#include <mercer/meshes/check/check_fields.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

void check(const MeshField& field, Index wanted, const char* places, std::vector<Finding>& findings) {
  const Index values = field.values.shape()[0];
  if (values != wanted)
    findings.push_back({Severity::fault, "field_length",
                        fmt::format("field_length: '{}' has {} values for {} {}", field.name, values, wanted, places)});
  const std::span<const double> all = field.values.span();
  const auto bad = std::ranges::count_if(all, [](double value) { return !std::isfinite(value); });
  if (bad > 0)
    findings.push_back(
        {Severity::fault, "nonfinite_field",
         fmt::format("nonfinite_field {}: {} of {} values are NaN or infinite", field.name, bad, all.size())});
  const bool is_zero = !all.empty() && std::ranges::all_of(all, [](double value) { return value == 0; });
  if (is_zero)
    findings.push_back(
        {Severity::warning, "zero_field",
         fmt::format("zero_field {}: it is zero everywhere, so that no relative error is defined", field.name)});
}

}  // namespace

std::vector<Finding> check_fields(const MeshSample& sample) {
  std::vector<Finding> findings;
  for (const MeshField& field : sample.point_fields) check(field, sample.mesh.nodes(), "nodes", findings);
  for (const MeshField& field : sample.cell_fields) check(field, sample.mesh.cells.count(), "cells", findings);
  for (const auto& [name, value] : sample.scalars)
    if (!std::isfinite(value))
      findings.push_back(
          {Severity::fault, "nonfinite_scalar", fmt::format("nonfinite_scalar {}: its value is {}", name, value)});
  return findings;
}

}  // namespace mercer
