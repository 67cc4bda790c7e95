// The published algorithm for cases.
#include <mercer/solvers/spectral_mixture_gp/backends/grid_backend.hpp>

namespace mercer::smgp {
namespace {

class AdamJointBackend : public GridBackend {
 public:
  explicit AdamJointBackend(const AdamJointBackendOptions& options) : GridBackend(options.nodes), options_(options) {}

 protected:
  Interpolant run(const Context& context, GridProblem problem, Record& record) const override {
    const std::vector<AxisCovariance> start(
        problem.axes.size(), published_start(options_.mixture, options_.components, options_.highest_frequency));
    const auto adam = std::make_shared<AdamJoint>(std::move(problem), start, options_.adam);
    Progress progress(context.log, {"adam_joint", options_.iterations}, context.progress);
    double objective = 0;
    while (adam->steps() < options_.iterations) {
      objective = adam->step();
      progress.update(adam->steps(), fmt::format("objective {:.6g}", objective));
    }
    progress.finish();
    record.set("certified", "no");
    record.set("reason", "the published algorithm gives no certificate");
    record.set("iterations", adam->steps());
    record.set("objective", objective);
    return [adam](const Coordinates& grid) { return adam->predict(grid); };
  }
  double passes() const override { return 3 * static_cast<double>(options_.iterations); }

 private:
  AdamJointBackendOptions options_;
};

}  // namespace

std::unique_ptr<Solver> adam_joint_backend(const AdamJointBackendOptions& options) {
  return std::make_unique<AdamJointBackend>(options);
}

}  // namespace mercer::smgp
