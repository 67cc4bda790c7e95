// How regression by Gaussian processes finds its hyper-parameters, as a case says it.
#pragma once

#include <mercer/config/binder.hpp>
#include <mercer/gp/ard_covariance.hpp>
#include <mercer/gp/warp.hpp>

#include <cstdint>

namespace mercer {

/// Which columns of an output (the modes of a field) have hyper-parameters in common.
enum class Sharing {
  shared,      ///< all of an output
  per_mode,    ///< none
  best_by_loo  ///< both ways are tried, and each column takes the one with the smaller leave-one-out error
};

enum class WarpChoice { none, log, box_cox, asinh, by_evidence };

struct Extent {
  double lower, upper;
};

/// Inputs and outputs are standardised first, so these numbers are without unit. The extents are those of a published
/// reduced-order model of meshes (Casenave et al., arXiv 2305.12871, with GPy) but for the upper ends.
struct RegressionOptions {
  Radial covariance = Radial::matern_five_halves;
  Sharing hyper_parameters = Sharing::per_mode;
  WarpChoice warp = WarpChoice::none;
  Index starts = 10;
  Index further_starts = 0;  ///< of modes after the first; the first of them is the optimum of the first mode
  Extent variance{1e-3, 1e3}, length{1e-2, 1e3}, noise{1e-8, 1};
  Index iterations = 200;
  Index folds = 0;  ///< of the cross-validation by which deviations are widened; 0: none
  std::uint64_t seed = 0;
};
void describe(Binder& bind, Extent& extent);
void describe(Binder& bind, RegressionOptions& options);

/// Throws Fault::config for what no field alone can show: extents that do not ascend or are not positive.
void check(const RegressionOptions& options);

}  // namespace mercer
