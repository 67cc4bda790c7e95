#include <mercer/gp/regression_options.hpp>

namespace mercer {

void describe(Binder& bind, Extent& extent) {
  bind.field("lower", extent.lower, "smallest value of the search", positive);
  bind.field("upper", extent.upper, "largest value of the search", positive);
}

void describe(Binder& bind, RegressionOptions& options) {
  bind.choice("covariance", options.covariance,
              {{"matern_5/2", Radial::matern_five_halves},
               {"matern_3/2", Radial::matern_three_halves},
               {"matern_1/2", Radial::matern_half},
               {"squared_exponential", Radial::squared_exponential}},
              "family, with a length for each input");
  bind.choice("hyper_parameters", options.hyper_parameters,
              {{"per_mode", Sharing::per_mode}, {"shared", Sharing::shared}, {"best_by_loo", Sharing::best_by_loo}},
              "of each mode its own, one set for all modes of an output, or for each mode the better by leave-one-out");
  bind.choice("warp", options.warp,
              {{"none", WarpChoice::none},
               {"log", WarpChoice::log},
               {"box_cox", WarpChoice::box_cox},
               {"asinh", WarpChoice::asinh},
               {"by_evidence", WarpChoice::by_evidence}},
              "map of outputs with heavy tails; by_evidence tries all that are possible");
  bind.field("starts", options.starts, "searches for the hyper-parameters, all but the first from random points",
             {1, 10000});
  bind.field("further_starts", options.further_starts,
             "searches for each mode after the first, from the optimum of the first; 0: as many as for the first",
             {0, 10000});
  bind.section("variance", options.variance, "extent of the variance");
  bind.section("length", options.length, "extent of the lengths");
  bind.section("noise", options.noise, "extent of the variance of the noise; equal ends fix it");
  bind.field("iterations", options.iterations, "of one search at most", {1, 100000});
  bind.field("folds", options.folds,
             "parts of the samples that are left out in turn, with a search among the others, to widen deviations that "
             "prove too small; 0: none",
             {0, 10000});
}

void check(const RegressionOptions& options) {
  const auto ascends = [](const Extent& extent, const char* name) {
    require(extent.lower > 0 && extent.lower <= extent.upper, Fault::config,
            "'{}' runs from {} to {}; positive numbers in rising order were expected", name, extent.lower,
            extent.upper);
  };
  ascends(options.variance, "variance");
  ascends(options.length, "length");
  ascends(options.noise, "noise");
  require(
      options.starts >= 1 && options.further_starts >= 0 && options.iterations >= 1 && options.folds >= 0,
      Fault::config,
      "{} starts, {} further starts, {} iterations and {} folds were asked for; at least 1, 0, 1 and 0 were expected",
      options.starts, options.further_starts, options.iterations, options.folds);
}

}  // namespace mercer
