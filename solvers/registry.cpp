#include <mercer/base/text.hpp>
#include <mercer/solvers/registry.hpp>

#include <vector>

namespace mercer {

const SolverEntry& Registry::solver(const std::string& name) const {
  const auto found = solvers_.find(name);
  if (found != solvers_.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, entry] : solvers_) names.push_back(known);
  fail(Fault::unavailable, "there is no solver '{}'{}", name, suggestion(name, names));
}

void Registry::insert(SolverEntry entry) {
  const auto [place, is_new] = solvers_.try_emplace(entry.name, entry);
  require(is_new, Fault::refused, "plugin '{}' brings a solver '{}', but plugin '{}' has brought one of that name",
          entry.plugin, entry.name, place->second.plugin);
}

}  // namespace mercer
