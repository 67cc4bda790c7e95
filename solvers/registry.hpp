// Named factories of solvers, filled by plugins.
#pragma once

#include <mercer/config/options.hpp>
#include <mercer/solvers/solver.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace mercer {

/// What is known of a solver without making one.
struct SolverEntry {
  std::string name, summary, plugin;
  ProblemSpec problem;
  std::string options;  ///< Markdown table
  /// A solver with the options at a node; what is wrong with them goes to the complaints.
  std::function<std::unique_ptr<Solver>(const Node&, Complaints&)> make;
  std::function<Node(const Node&)> complete;  ///< the options at a node with every default written out
};

class Registry {
 public:
  /// Enrols `S`, which has a default-constructible `S::Options` with a `describe` and is made from one. Throws
  /// Fault::refused for a name that is taken.
  template <class S>
  void add_solver(const std::string& name, const std::string& summary, const ProblemSpec& problem) {
    using Options = typename S::Options;
    SolverEntry entry{name, summary, plugin_, problem, options_table<Options>(), {}, {}};
    entry.make = [](const Node& at, Complaints& complaints) -> std::unique_ptr<Solver> {
      Options options;
      read_options(at, "options", options, complaints);
      return std::make_unique<S>(options);
    };
    entry.complete = [](const Node& at) {
      Options options;
      Complaints complaints;
      read_options(at, "options", options, complaints);
      return record_options(options);
    };
    insert(std::move(entry));
  }

  const std::map<std::string, SolverEntry>& solvers() const noexcept { return solvers_; }
  /// Throws Fault::unavailable, with the nearest name, where there is none.
  const SolverEntry& solver(const std::string& name) const;
  /// Names the plugin whose entries come next.
  void enrolling(const std::string& plugin) { plugin_ = plugin; }

 private:
  void insert(SolverEntry entry);
  std::map<std::string, SolverEntry> solvers_;
  std::string plugin_;
};

}  // namespace mercer
