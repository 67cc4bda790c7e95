// A solver of partial differential equations asked for one sample after the other.
#pragma once

#include <mercer/solvers/registry.hpp>
#include <mercer/solvers/support/prior_options.hpp>

#include <memory>
#include <vector>

namespace mercer {

/// Each rank solves samples of its own, whole. Solves on the grid of some data, with `cells` cells between its points.
class PriorSolver {
 public:
  /// Local. Makes solver and problem for samples of `inputs`; what is wrong goes to
  /// `complaints`, and nothing else may be called then.
  PriorSolver(const PriorOptions& options, const Registry& registry, const LearningData& data, const Channels& inputs,
              Index cells, Complaints& complaints);

  bool uses_contrast() const;
  Shape shape() const noexcept { return {rows_, columns_}; }  ///< of the fields, [y, x]
  const Node& problem() const noexcept { return written_; }   ///< with a value for every key
  const Node& options() const noexcept { return options_; }   ///< of the solver, likewise
  /// All that decides a field besides the sample and the contrast.
  std::string key() const;

  /// Local. The answer for one of `samples` [sample, y, channel, x] at its points, [y, x], not scaled. Throws what the
  /// solver throws, with the number of the sample, and Fault::numerics for values that are not finite.
  void solve(View<const float> samples, Index sample, double contrast, std::span<double> field);

 private:
  /// An input that the samples give.
  struct Source {
    std::string input;
    Index channel = 0;
    Expression values;  ///< in v and contrast
  };
  void make(const SolverEntry& entry, const PriorOptions& options, const LearningData& data, const Channels& inputs,
            Complaints& complaints);
  Node prepared(const Node& problem, const LearningData& data, const Channels& inputs, Complaints& complaints);
  void add_source(const InputSpec& spec, Node& problem, const LearningData& data, const Channels& inputs,
                  Complaints& complaints);
  std::map<std::string, Index> points(const Node& domain, Complaints& complaints) const;
  std::shared_ptr<const Field> values_of(const Source& source, View<const float> samples, Index sample,
                                         double contrast) const;
  void pick(const Field& solution, std::span<double> field) const;

  Comm self_ = Comm::self();
  Log log_{self_, Level::error};
  Phases phases_;
  Index rows_, columns_, cells_;
  int dimensions_;
  SampleGrid grid_;
  std::string name_;
  Node written_, options_;
  Problem problem_;
  std::shared_ptr<Solver> solver_;
  std::vector<Source> sources_;
};

}  // namespace mercer
