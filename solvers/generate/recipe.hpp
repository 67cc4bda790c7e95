// How the samples of a case on a grid are made: each from its number alone.
#pragma once

#include <mercer/solvers/case.hpp>
#include <mercer/solvers/generate/generation.hpp>
#include <mercer/solvers/generate/field_scalar.hpp>
#include <mercer/solvers/registry.hpp>

#include <memory>
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

/// Made from a case; equal on all ranks.
class Recipe {
 public:
  /// What is wrong with the blocks `generate`, `problem`, `data` and `options` goes to the complaints; where there is
  /// anything, the recipe is of no further use. Local. Throws Fault::config where the first sample cannot be stated.
  Recipe(const Case& read, const SolverEntry& entry, Complaints& complaints);

  const Generation& generation() const noexcept { return generation_; }
  const SampleLayout& layout() const noexcept { return layout_; }
  const std::vector<std::string>& parameter_names() const noexcept { return design_->names(); }
  std::vector<double> parameters(Index sample) const { return design_->values(sample); }
  /// "sample 17 (P = 43.2)"
  std::string name(Index sample) const;

  /// @collective Opens the files that the problem names.
  void check_files(const Comm& comm) const;
  /// @collective on the ranks of `team`, which solve the sample together; its row on the rank `owner`, and nothing on
  /// others. Throws what the solver throws, Fault::numerics for a solution that is not finite, and Fault::config where
  /// it has no field of a name that is asked for or another grid than `output.points` say.
  std::vector<double> make(const Context& team, Index sample, int owner) const;

 private:
  Problem problem_of(Index sample, Complaints& complaints) const;
  void give_fields(const Comm& comm, Index sample, Problem& problem, std::vector<double>& row) const;
  void keep(const Comm& comm, const Solution& solution, int owner, std::vector<double>& row) const;
  FieldScalar scalar_of(const std::string& name, std::span<const Field> fields) const;
  void check_finite(std::span<const double> row) const;
  void check_inputs(Complaints& complaints) const;
  void prepare_fields(const Problem& first, Complaints& complaints);

  Case read_;
  ProblemSpec spec_;
  Generation generation_;
  std::optional<ParameterDesign> design_;
  std::vector<RandomField> fields_;  ///< in the order of `layout_.inputs`
  std::shared_ptr<Solver> solver_;
  SampleLayout layout_;
};

}  // namespace mercer
