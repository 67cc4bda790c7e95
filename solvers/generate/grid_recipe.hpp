// Samples on a grid that all of them share: random fields and parameters in, fields out.
#pragma once

#include <mercer/gp/random_field.hpp>
#include <mercer/solvers/generate/field_scalar.hpp>
#include <mercer/solvers/generate/recipe.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mercer {

/// What a sample is as a row of numbers: inputs, then outputs, [grid] each, then scalars.
struct SampleLayout {
  std::shared_ptr<const Grid> grid;
  std::vector<std::string> inputs, outputs, scalars;

  Index points() const { return grid->shape().count(); }
  Index fields() const { return std::ssize(inputs) + std::ssize(outputs); }
  Index count() const { return fields() * points() + std::ssize(scalars); }
};

class GridRecipe final : public Recipe {
 public:
  /// Throws Fault::config where the first sample cannot be stated.
  GridRecipe(const Case& read, const SolverEntry& entry, Complaints& complaints);

  const SampleLayout& layout() const noexcept { return layout_; }

  void prepare(const Comm& comm) override;
  void tell_extent(Record& record) const override;
  std::vector<std::byte> make(const Context& team, Index sample) const override;
  /// /inputs, /outputs, /parameters, /scalars, /grid, /splits, and /sample where some are missing.
  void write(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate,
             const Journal& journal, const Provenance& provenance) const override;

 private:
  Problem problem_of(Index sample, Complaints& complaints) const;
  void give_fields(const Comm& comm, Index sample, Problem& problem, std::vector<double>& row) const;
  void keep(const Comm& comm, const Solution& solution, int owner, std::vector<double>& row) const;
  FieldScalar scalar_of(const std::string& name, std::span<const Field> fields) const;
  void check_finite(std::span<const double> row) const;
  void check_inputs(Complaints& complaints) const;
  void prepare_fields(const Problem& first, Complaints& complaints);

  std::vector<RandomField> fields_;  ///< in the order of `layout_.inputs`
  SampleLayout layout_;
};

}  // namespace mercer
