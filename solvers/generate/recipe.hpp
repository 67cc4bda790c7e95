// How the samples of a case are made: each from its number alone.
#pragma once

#include <mercer/io/journal.hpp>
#include <mercer/io/publish.hpp>
#include <mercer/solvers/case.hpp>
#include <mercer/solvers/generate/generation.hpp>
#include <mercer/solvers/output.hpp>
#include <mercer/solvers/registry.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mercer {

/// Made from a case; equal on all ranks. Samples are bytes for the journal to whoever is no recipe.
class Recipe {
 public:
  /// What is wrong with the blocks `generate` and `options` goes to the complaints; where there is anything, the recipe
  /// is of no further use. Local.
  Recipe(const Case& read, const SolverEntry& entry, Complaints& complaints);
  virtual ~Recipe() = default;

  const Generation& generation() const noexcept { return generation_; }
  const std::vector<std::string>& parameter_names() const noexcept { return design_->names(); }
  std::vector<double> parameters(Index sample) const { return design_->values(sample); }
  /// "sample 17 (P = 43.2)"
  std::string name(Index sample) const;
  /// What samples depend on beside the case, once the recipe is prepared.
  const std::string& identity() const noexcept { return identity_; }

  /// @collective Reads the files that the case names, and tries what can be tried. Throws where one is not as it should
  /// be, and Fault::config for what the solver cannot take.
  virtual void prepare(const Comm& comm) = 0;
  /// Adds how large a sample is to a report.
  virtual void tell_extent(Record& record) const = 0;
  /// @collective on the ranks of `team`, which solve the sample together; its bytes on one of them, and nothing on
  /// others. Throws what the solver throws, Fault::numerics for a solution that is not finite, and Fault::config where
  /// it is not one of the kind that is asked for.
  virtual std::vector<std::byte> make(const Context& team, Index sample) const = 0;
  /// @collective Writes all samples of the journal in the order of their numbers, with bounded memory.
  virtual void write(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate,
                     const Journal& journal, const Provenance& provenance) const = 0;

 protected:
  /// The problem with values of the parameters; what is wrong goes to the complaints.
  Problem problem_with(const std::vector<double>& values, const ProblemSpec& spec, Complaints& complaints) const;
  std::map<std::string, double> named(const std::vector<double>& values) const;
  std::string values_text(const std::vector<double>& values) const;  ///< "P = 43.2, Q = 1"
  /// Throws Fault::numerics, with the name of an output, for one that is not.
  static void require_finite(const std::string& name, std::span<const double> values);
  /// Numbers of the samples that the journal has.
  std::vector<Index> kept(const Journal& journal) const;
  /// What of the journal is told in the file.
  Record record(const Journal& journal) const;

  Case read_;
  ProblemSpec spec_;
  Generation generation_;
  std::optional<ParameterDesign> design_;
  std::shared_ptr<Solver> solver_;
  std::string identity_;
};

/// The recipe for the kind of problem that the solver takes. Complains as its constructor does.
std::unique_ptr<Recipe> make_recipe(const Case& read, const SolverEntry& entry, Complaints& complaints);

}  // namespace mercer
