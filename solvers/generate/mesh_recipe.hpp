// Samples with a mesh of their own each, which gmsh makes of a template: parameters in, fields at nodes out.
#pragma once

#include <mercer/solvers/generate/mesh_template.hpp>
#include <mercer/solvers/generate/recipe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace mercer {

class MeshRecipe final : public Recipe {
 public:
  MeshRecipe(const Case& read, const SolverEntry& entry, Complaints& complaints);

  /// Makes the mesh at the medians of the parameters and states the problem on it.
  void prepare(const Comm& comm) override;
  void tell_extent(Record& record) const override;
  /// Rank 0 of the team makes the mesh and keeps the sample. What only this sample's problem lacks is Fault::data.
  std::vector<std::byte> make(const Context& team, Index sample) const override;
  /// A mesh dataset: points, cells, tags and parts, outputs on points, parameters and scalars, and splits.
  void write(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate,
             const Journal& journal, const Provenance& provenance) const override;

 private:
  Problem problem_on_mesh(const Comm& comm, const std::vector<double>& values, MeshSample& made) const;
  void keep(const Comm& comm, const Solution& solution, MeshSample& made) const;
  void add_outputs(const std::vector<MeshField>& fields, MeshSample& made) const;
  double scalar_of(const std::string& name, const std::vector<std::string>& names,
                   std::span<const std::span<const double>> columns) const;

  std::filesystem::path file_;  ///< of the template
  std::optional<MeshTemplate> template_;
  Index nodes_ = 0, cells_ = 0;  ///< at the medians
};

}  // namespace mercer
