// The backends of the plugin: each a solver of its own, made from its options.
#pragma once

#include <mercer/solvers/solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/adam_joint/adam_joint.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/feature_solver.hpp>
#include <mercer/solvers/spectral_mixture_gp/kernel_map/kernel_map.hpp>

#include <memory>

namespace mercer::smgp {

/// Whether samples of a source are taken to have noise of unknown size, or none.
enum class SampleNoise { estimate, none };

struct FeaturesBackendOptions {
  FeatureOptions features;
  SampleNoise noise = SampleNoise::estimate;
  int draws = 16;           ///< for the deviation of an answer from an exact source; 0 leaves it out
  double deviation = 1e-2;  ///< of the unknown, relative, at most, for an answer from noisy data to be certified
};
struct KernelMapBackendOptions {
  Index nodes = 400;  ///< along each axis
  KernelMapOptions kernel_map;
};
struct AdamJointBackendOptions {
  Index nodes = 400;  ///< along each axis
  Index iterations = 1000;
  Mixture mixture = Mixture::student;
  Index components = 30;
  double highest_frequency = 20;  ///< of the start, cycles per unit
  AdamJointOptions adam;
};

std::unique_ptr<Solver> features_backend(const FeaturesBackendOptions& options);
std::unique_ptr<Solver> kernel_map_backend(const KernelMapBackendOptions& options);
std::unique_ptr<Solver> adam_joint_backend(const AdamJointBackendOptions& options);

/// @collective A field of zeros on the grid that the case asks for.
Field answer_field(const Comm& comm, const Problem& problem, const std::string& name);

}  // namespace mercer::smgp
