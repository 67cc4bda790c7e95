// A plugin that enrols a name which is taken.
#include <mercer/solvers/plugin.hpp>

namespace {

using namespace mercer;

struct Options {};
void describe(Binder&, Options&) {}

class Twin : public Solver {
 public:
  using Options = ::Options;
  explicit Twin(const Options&) {}
  void check(const Problem&, Complaints&) const override {}
  Estimate estimate(const Context&, const Problem&) const override { return {}; }
  Solution solve(const Context&, const Problem&) override { return {}; }
};

}  // namespace

MERCER_PLUGIN("twin", registry) { registry.add_solver<Twin>("darcy", "is not darcy", ProblemSpec{}); }
