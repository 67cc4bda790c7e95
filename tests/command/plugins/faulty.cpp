// A plugin whose solver fails as it is told to.
#include <mercer/solvers/plugin.hpp>

#include <stdexcept>

namespace {

using namespace mercer;

struct Options {
  std::string fault = "none";
  Index rank = -1;
  bool together = false;
};

void describe(Binder& bind, Options& options) {
  bind.field("fault", options.fault, "how to fail");
  bind.field("rank", options.rank, "which rank fails; -1 for all");
  bind.field("together", options.together, "whether the ranks agree on the failure");
}

void fail_by_name(const std::string& fault) {
  for (const Fault known : {Fault::numerics, Fault::data, Fault::internal, Fault::io, Fault::stopped_early})
    require(fault != name(known), known, "failed on request by {}", fault);
  if (fault == "memory") Tensor<double>({Index{1} << 50});
  if (fault == "foreign") throw std::logic_error("failed on request by a foreign exception");
}

class Faulty : public Solver {
 public:
  using Options = ::Options;
  explicit Faulty(const Options& options) : options_(options) {}
  void check(const Problem&, Complaints&) const override {}
  Estimate estimate(const Context&, const Problem&) const override { return {}; }

  Solution solve(const Context& context, const Problem& problem) override {
    const auto body = [&] {
      if (options_.rank < 0 || options_.rank == context.comm.rank()) fail_by_name(options_.fault);
    };
    if (options_.together)
      mercer::together(context.comm, body);
    else
      body();
    all(context.comm, true);  // where the other ranks wait for one that has failed
    const auto grid = problem.grid();
    Solution solution;
    solution.fields.push_back(evaluate(context.comm, problem.inputs.at("source").formula, "u", grid,
                                       Decomposition(grid->shape(), context.comm, Split::boxes)));
    return solution;
  }

 private:
  Options options_;
};

}  // namespace

MERCER_PLUGIN("faulty", registry) {
  ProblemSpec problem;
  problem.inputs = {{"source", "what the answer is", true, Interpolation::linear}};
  registry.add_solver<Faulty>("faulty", "fails on request, and otherwise answers with its source", problem);
}
