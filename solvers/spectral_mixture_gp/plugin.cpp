// Plugin spectral_mixture_gp: equations on boxes by Gaussian processes whose covariance is a mixture of frequencies.
#include <mercer/solvers/plugin.hpp>
#include <mercer/solvers/spectral_mixture_gp/backends/backend.hpp>

namespace mercer::smgp {

enum class Backend { features, kernel_map, adam_joint };

struct Options {
  Backend backend = Backend::features;
  FeaturesBackendOptions features;
  KernelMapBackendOptions kernel_map;
  AdamJointBackendOptions adam_joint;
};

void describe(Binder& bind, KernelMapBackendOptions& options) {
  KernelMapOptions& map = options.kernel_map;
  bind.field("nodes", options.nodes, "equally spaced ones along each axis, where the source is a formula", {8, 4000});
  bind.choice("mixture", map.search.mixture, {{"gaussian", Mixture::gaussian}, {"student", Mixture::student}},
              "spectrum of the covariance's components");
  bind.field("frequencies", map.search.frequencies, "of the covariance along each axis besides zero, at most", {0, 64});
  bind.field("threshold", map.search.threshold, "least amplitude of a peak of the spectrum, relative to the highest",
             {1e-8, 0.5});
  bind.field("evaluations", map.evaluations, "of the evidence at most; 0 keeps the start of the covariance",
             {0, 10000});
  bind.field("least_noise", map.least_noise, "variance relative to that of the prior, lower bound", {1e-16, 1.0});
  bind.field("most_noise", map.most_noise, "and upper bound", {1e-16, 1.0});
  bind.field("newton_steps", map.newton_steps, "at most, for an equation that is not linear", {1, 1000});
}

void describe(Binder& bind, AdamJointBackendOptions& options) {
  bind.field("nodes", options.nodes, "equally spaced ones along each axis, where the source is a formula", {8, 4000});
  bind.field("iterations", options.iterations, "of Adam; the paper takes 1e5 to 3e6", {1, 100000000});
  bind.choice("mixture", options.mixture, {{"student", Mixture::student}, {"gaussian", Mixture::gaussian}},
              "spectrum of the covariance's components");
  bind.field("components", options.components, "of the covariance along each axis", {1, 1000});
  bind.field("highest_frequency", options.highest_frequency,
             "of the start, in cycles per unit; the paper takes 20 to 100", {0, 1e6});
  bind.field("learning_rate", options.adam.learning_rate, "of Adam", positive);
  bind.field("boundary_weight", options.adam.boundary_weight, "of the values on faces; the paper takes 200 or 500",
             positive);
  bind.field("jitter", options.adam.jitter, "added to the diagonals of covariance matrices", positive);
}

void describe(Binder& bind, Options& options) {
  bind.choice(
      "backend", options.backend,
      {{"features", Backend::features}, {"kernel_map", Backend::kernel_map}, {"adam_joint", Backend::adam_joint}},
      "band-adaptive features, the closed form given a kernel, or the published algorithm");
  FeatureOptions& features = options.features.features;
  bind.field("tolerance", features.tolerance,
             "residual, relative to the largest term of the equation, at which it is certified", {1e-14, 0.1});
  bind.field("loops", features.loops, "solves with ever more features, at most", {1, 20});
  bind.field("threshold", features.threshold,
             "amplitude of a frequency, relative to the largest, from which it gets a band", {1e-8, 0.5});
  bind.field("base_degree", features.base_degree, "of the plain polynomials along each axis", {16, 500});
  bind.choice("noise", options.features.noise, {{"estimate", SampleNoise::estimate}, {"none", SampleNoise::none}},
              "of the samples of a source");
  bind.field("draws", options.features.draws,
             "from which the standard deviation of an answer from an exact source is estimated; 0 leaves it out",
             {0, 10000});
  bind.field("deviation", options.features.deviation,
             "standard deviation relative to u up to which an answer from noisy data is certified", {1e-12, 1.0});
  bind.section("kernel_map", options.kernel_map, "of the backend kernel_map");
  bind.section("adam_joint", options.adam_joint, "of the backend adam_joint");
}

namespace {

std::unique_ptr<Solver> make(const Options& options) {
  switch (options.backend) {
    case Backend::features:
      return features_backend(options.features);
    case Backend::kernel_map:
      return kernel_map_backend(options.kernel_map);
    case Backend::adam_joint:
      return adam_joint_backend(options.adam_joint);
  }
  fail(Fault::internal, "a backend of an unknown kind");
}

class SpectralMixtureGp : public Solver {
 public:
  using Options = smgp::Options;
  explicit SpectralMixtureGp(const Options& options) : backend_(make(options)) {}

  void check(const Problem& problem, Complaints& complaints) const override { backend_->check(problem, complaints); }
  Estimate estimate(const Context& context, const Problem& problem) const override {
    return backend_->estimate(context, problem);
  }
  Solution solve(const Context& context, const Problem& problem) override { return backend_->solve(context, problem); }

 private:
  std::unique_ptr<Solver> backend_;
};

ProblemSpec problem() {
  ProblemSpec spec;
  spec.inputs = {
      {"source", "source f of the equation; without it, it is derived from 'exact'", false, Interpolation::linear}};
  spec.faces = {mercer::Face::Kind::value, mercer::Face::Kind::derivative, mercer::Face::Kind::periodic,
                mercer::Face::Kind::free};
  spec.takes_equation = true;
  spec.takes_observations = true;
  return spec;
}

}  // namespace
}  // namespace mercer::smgp

MERCER_PLUGIN("spectral_mixture_gp", registry) {
  registry.add_solver<mercer::smgp::SpectralMixtureGp>(
      "spectral_mixture_gp", "equations with high frequencies and many scales by a spectral-mixture Gaussian process",
      mercer::smgp::problem());
}
