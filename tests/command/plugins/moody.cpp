// A plugin whose solver answers with its source, unless that is too large, and ends its process when told to.
#include <mercer/solvers/plugin.hpp>

#include <csignal>
#include <cstdlib>

namespace {

using namespace mercer;

struct Options {
  double limit = 1e9;
};

void describe(Binder& bind, Options& options) { bind.field("limit", options.limit, "largest source that is solved"); }

/// Sends this process the signal that the environment names, at the solve that it names.
void signal_when_told() {
  static int solves = 0;
  const char* const solve = std::getenv("MERCER_TEST_SIGNAL_STEP");
  const char* const signal = std::getenv("MERCER_TEST_SIGNAL");
  if (solve != nullptr && signal != nullptr && ++solves == std::atoi(solve)) std::raise(std::atoi(signal));
}

class Moody : public Solver {
 public:
  using Options = ::Options;
  explicit Moody(const Options& options) : options_(options) {}
  void check(const Problem&, Complaints&) const override {}
  Estimate estimate(const Context&, const Problem&) const override { return {}; }

  Solution solve(const Context& context, const Problem& problem) override {
    signal_when_told();
    const auto grid = problem.grid();
    const Decomposition parts(grid->shape(), context.comm, Split::boxes);
    Solution solution;
    for (const char* name : {"source", "medium"}) {
      if (!problem.inputs.at(name).is_given()) continue;
      solution.fields.push_back(problem.evaluate(context.comm, name, grid, parts));
    }
    const double most = largest(context.comm, solution.fields.front());
    require_agreed(most <= options_.limit, Fault::numerics, "a source of {:.3g} is too much", most);
    return solution;
  }

 private:
  Options options_;
};

}  // namespace

MERCER_PLUGIN("moody", registry) {
  ProblemSpec problem;
  problem.inputs = {{"source", "what the answer is", true, Interpolation::linear},
                    {"medium", "another field of the answer", false, Interpolation::nearest}};
  problem.faces = {};
  registry.add_solver<Moody>("moody", "answers with its inputs until it has enough", problem);
}
