// Equations whose source is known by noisy samples, with or without readings of the unknown: bands, hyper-parameters,
// answer, interval and certificate in one.
#pragma once

#include <mercer/solvers/spectral_mixture_gp/noise/noise_certificate.hpp>

#include <memory>
#include <vector>

namespace mercer::smgp {

/// Values at points anywhere in the box.
struct PointValues {
  Points points;  ///< one column an axis
  std::vector<double> values;
};

struct NoisyData {
  Array source;              ///< on a uniform grid with the ends of every axis [points along each axis]; noisy or not
  PointValues checks;        ///< of the source off that grid, with the same noise; may be empty
  PointValues readings;      ///< of the unknown; may be empty
  double reading_noise = 0;  ///< standard deviation of the readings; zero: to be estimated
};

struct AssimilationOptions {
  int loops = 6;            ///< fits with ever more features, at most
  int base_degree = 30;     ///< of the plain polynomials along each axis; fewer where the samples are few
  double tolerance = 1e-2;  ///< of the standard deviation relative to the unknown, to be certified
  double resolved = 1e-9;   ///< residual relative to the source from which it is rounding
  /// Of the spectra of the prior: a finite number of degrees of freedom takes Student's t for Gaussians, for unknowns
  /// that are no smoother than freedom / 2 derivatives.
  double spectral_freedom = gaussian_freedom;
};

struct Assimilation {
  std::shared_ptr<const Posterior> posterior;
  /// The same mean hyper-parameters, but low frequencies as uncertain as nothing but the size of the unknown bounds
  /// them.
  std::shared_ptr<const Posterior> conservative;
  NoiseCertificate certificate;
  std::shared_ptr<const Prior> prior;
  std::vector<double> theta;  ///< its hyper-parameters
  int loops = 0;
  Index evaluations = 0;  ///< of the evidence, in all loops
  double log_evidence = 0;
};

/// Local, and the same bits wherever the same data come to the same processor. The dense algebra of n weights takes
/// O(n^3) an evaluation and 40 n^2 bytes; Fault::unavailable beyond 1500 weights, for nonlinear equations, and for
/// sources that need more weights than four fifths of the samples.
Assimilation assimilate(const Statement& statement, const NoisyData& data, const AssimilationOptions& options = {});

/// The source of a statement with a callable one on a uniform grid, and at irregular points for checks.
NoisyData sample_source(const Statement& statement, const Shape& shape, Index checks = 64);

}  // namespace mercer::smgp
