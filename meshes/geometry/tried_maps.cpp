#include <mercer/meshes/geometry/tried_maps.hpp>

namespace mercer {
namespace {

std::string_view name(const Method& method) {
  if (const Weights* weights = std::get_if<Weights>(&method))
    return *weights == Weights::mean_value ? "mean-value weights" : "uniform weights";
  return std::get<RadialOptions>(method).kind == RadialFunction::thin_plate ? "thin plates"
                                                                            : "compact radial functions";
}

}  // namespace

std::vector<Method> candidates(const Method& method) {
  std::vector<Method> all{method};
  const Weights* weights = std::get_if<Weights>(&method);
  if (!weights) all.emplace_back(Weights::mean_value);
  if (!weights || *weights == Weights::mean_value) all.emplace_back(Weights::uniform);
  return all;
}

void TriedMaps::add_folds(const Method& method, Index folded, Index cells) {
  reasons_ += fmt::format("{}{} fold {} of {} cells", reasons_.empty() ? "" : "; ", name(method), folded, cells);
}

void TriedMaps::add_failure(const Method& method, const std::string& reason) {
  reasons_ += fmt::format("{}{} fail ({})", reasons_.empty() ? "" : "; ", name(method), reason);
}

std::string TriedMaps::replaced_by(const Method& method) const {
  return reasons_.empty() ? "" : fmt::format("{}; {} took their place", reasons_, name(method));
}

std::string TriedMaps::refusal() const {
  return fmt::format("no map of the mesh onto the common shape leaves its cells unfolded: {}", reasons_);
}

}  // namespace mercer
