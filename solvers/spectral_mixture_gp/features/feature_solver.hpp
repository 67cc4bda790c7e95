// The features backend: bands from the data, a direct or Newton solve, a residual off the nodes, refinement by it.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/features/certificate.hpp>

#include <memory>
#include <vector>

namespace mercer::smgp {

struct FeatureOptions {
  double tolerance = 1e-9;  ///< of the residual, relative to the largest term of the equation
  int loops = 4;            ///< solves with ever more features, at most
  double threshold = 3e-4;  ///< amplitude of a frequency, relative to the largest, from which it gets a band
  int base_degree = 30;     ///< of the plain polynomials along each axis
};

/// A function on the box: an expansion in products of basis functions. A copy is cheap.
class Expansion {
 public:
  Expansion(std::shared_ptr<const Space> space, std::shared_ptr<const Array> coefficients)
      : space_(std::move(space)), coefficients_(std::move(coefficients)) {}
  /// Local. Its derivative on a tensor grid, which may lie anywhere in the box.
  Array operator()(const Coordinates& grid, const Orders& orders = {}) const;
  const Space& space() const noexcept { return *space_; }
  const Array& coefficients() const noexcept { return *coefficients_; }  ///< [space.shape()], on every rank

 private:
  std::shared_ptr<const Space> space_;
  std::shared_ptr<const Array> coefficients_;
};

struct FeatureResult {
  Expansion solution;
  Certificate certificate;
  int loops = 0, newton = 0, krylov = 0;       ///< of all loops, of the kept one, of the kept one
  std::shared_ptr<SeparablePart> separable{};  ///< the factored operator of the kept loop, for `deviation`
  std::vector<Index> bands{};                  ///< of the kept loop, by axis, that of plain polynomials among them
  Index collectives = 0;                       ///< in exchanges of the kept loop
};

/// Numbers along each axis.
struct FeatureSizes {
  std::vector<Index> features, nodes;
};
/// @collective What the first solve will take, from the bands that the data show.
FeatureSizes first_sizes(const Comm& comm, const Statement& statement, const FeatureOptions& options);

/// @collective The same on all ranks, up to rounding also for any number of ranks. An answer fitted to samples is
/// judged by a further fit without some of them. Throws Fault::config for conditions
/// that do not fit the equation, Fault::numerics for data that are not finite and for operators without inverse.
FeatureResult solve_features(const Comm& comm, const Statement& statement, const FeatureOptions& options);

}  // namespace mercer::smgp
