// Plugin covariances: the covariances of src/gp under the names that cases know.
#include <mercer/gp/kernels.hpp>
#include <mercer/solvers/plugin.hpp>

namespace mercer::covariances {

struct NoOptions {};
void describe(Binder&, NoOptions&) {}

struct MixtureOptions {
  Index components = 30;
};
void describe(Binder& bind, MixtureOptions& options) {
  bind.field("components", options.components, "parts of the mixture; 30 as in arXiv 2311.04465", {1, 10000});
}

}  // namespace mercer::covariances

MERCER_PLUGIN("covariances", registry) {
  using namespace mercer;
  using covariances::MixtureOptions;
  using covariances::NoOptions;
  const auto add = [&](const char* name, const char* summary, CovariancePointer (*make)(const NoOptions&)) {
    registry.add_covariance<NoOptions>(name, summary, make);
  };
  registry.add_covariance<MixtureOptions>("gaussian_mixture", "spectral mixture with Gaussian peaks",
                                          [](const MixtureOptions& o) { return gaussian_mixture(o.components); });
  registry.add_covariance<MixtureOptions>("student_mixture", "spectral mixture with Student t peaks",
                                          [](const MixtureOptions& o) { return student_mixture(o.components); });
  add("squared_exponential", "exp(-t^2 / (2 length^2))", [](const NoOptions&) { return squared_exponential(); });
  add("matern12", "Matern, nu = 1/2", [](const NoOptions&) { return matern_half(); });
  add("matern32", "Matern, nu = 3/2", [](const NoOptions&) { return matern_three_halves(); });
  add("matern52", "Matern, nu = 5/2", [](const NoOptions&) { return matern_five_halves(); });
  add("periodic", "exp(-2 sin^2(pi t / period) / length^2)", [](const NoOptions&) { return periodic(); });
}
