#include <mercer/base/text.hpp>
#include <mercer/solvers/generate/grid_recipe.hpp>
#include <mercer/solvers/generate/mesh_recipe.hpp>

#include <cmath>

namespace mercer {

Recipe::Recipe(const Case& read, const SolverEntry& entry, Complaints& complaints) : read_(read), spec_(entry.problem) {
  read_options(read.generate, "generate", generation_, complaints);
  solver_ = entry.make(read.options, "options", complaints);
  if (!complaints.empty()) return;
  check_generation(generation_, read.generate, complaints);
  if (complaints.empty())
    design_.emplace(generation_.design, generation_.samples, static_cast<std::uint64_t>(read.seed));
}

std::string Recipe::values_text(const std::vector<double>& values) const {
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < values.size(); ++k)
    texts.push_back(fmt::format("{} = {:.6g}", parameter_names()[k], values[k]));
  return join(texts, ", ");
}

std::string Recipe::name(Index sample) const {
  const std::string values = values_text(parameters(sample));
  return values.empty() ? fmt::format("sample {}", sample) : fmt::format("sample {} ({})", sample, values);
}

std::map<std::string, double> Recipe::named(const std::vector<double>& values) const {
  std::map<std::string, double> parameters;
  for (std::size_t k = 0; k < values.size(); ++k) parameters[parameter_names()[k]] = values[k];
  return parameters;
}

Problem Recipe::problem_with(const std::vector<double>& values, const ProblemSpec& spec, Complaints& complaints) const {
  Problem problem =
      Problem::read(with_parameters(read_.problem, named(values)), read_.output.points, spec, read_.folder, complaints);
  problem.observe(read_.data, read_.folder, complaints);
  return problem;
}

void Recipe::require_finite(const std::string& name, std::span<const double> values) {
  for (const double value : values)
    require(std::isfinite(value), Fault::numerics, "'{}' holds {}; finite numbers were expected", name, value);
}

std::vector<Index> Recipe::kept(const Journal& journal) const {
  std::vector<Index> samples;
  for (Index sample = 0; sample < generation_.samples; ++sample)
    if (journal.has(sample)) samples.push_back(sample);
  return samples;
}

Record Recipe::record(const Journal& journal) const {
  Record record;
  record.set("samples", journal.count());
  record.set("left_out", generation_.samples - journal.count());
  return record;
}

std::unique_ptr<Recipe> make_recipe(const Case& read, const SolverEntry& entry, Complaints& complaints) {
  if (entry.problem.takes_mesh) return std::make_unique<MeshRecipe>(read, entry, complaints);
  return std::make_unique<GridRecipe>(read, entry, complaints);
}

}  // namespace mercer
