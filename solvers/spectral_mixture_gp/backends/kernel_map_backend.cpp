// The closed form given the kernel, for cases.
#include <mercer/solvers/spectral_mixture_gp/backends/grid_backend.hpp>

namespace mercer::smgp {
namespace {

class KernelMapBackend : public GridBackend {
 public:
  explicit KernelMapBackend(const KernelMapBackendOptions& options) : GridBackend(options.nodes), options_(options) {}

 protected:
  Interpolant run(const Context&, GridProblem problem, Record& record) const override {
    const auto map = std::make_shared<const KernelMap>(std::move(problem), options_.kernel_map);
    const KernelMapOutcome& outcome = map->outcome();
    record.set("certified", "no");
    record.set("reason", "the residual of this backend is that at its own nodes");
    record.set("residual", outcome.residual);
    record.set("noise", outcome.noise);
    record.set("evidence_gain", outcome.evidence_gain);
    record.set("evaluations", outcome.evaluations);
    record.set("newton_iterations", outcome.newton_steps);
    record.set("krylov_iterations", outcome.krylov_steps);
    return [map](const Coordinates& grid) { return map->predict(grid); };
  }
  double passes() const override { return 3 * static_cast<double>(options_.kernel_map.evaluations); }

 private:
  KernelMapBackendOptions options_;
};

}  // namespace

std::unique_ptr<Solver> kernel_map_backend(const KernelMapBackendOptions& options) {
  return std::make_unique<KernelMapBackend>(options);
}

}  // namespace mercer::smgp
