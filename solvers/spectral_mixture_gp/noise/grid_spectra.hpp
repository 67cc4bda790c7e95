// Periodograms, tones and whiteness of samples on a grid that ranks share.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/statement.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/fit_scales.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/periodogram.hpp>

#include <vector>

namespace mercer::smgp {

/// Values on the grid of a statement's samples: all sizes, and this rank's rows along the first axis.
struct GridValues {
  const std::vector<AxisStatement>& axes;
  const Shape& shape;
  const Array& own;
};

/// @collective One an axis, the mean over lines; along the first axis over at most 256 of them.
std::vector<Periodogram> periodograms(const Comm& comm, const GridValues& values);

/// @collective Peak, kurtosis and variances; the correlation of neighbours stays zero.
Whiteness whiteness(const Comm& comm, const GridValues& residual, double noise);

/// @collective Squares of the amplitude of the source by that of the operator for all products of tones, summed for
/// each combination of bands, the last axis running fastest: variances of its components. Every axis has the constant
/// as a further tone, with half the lowest frequency of the box in the operator. At least what white noise of standard
/// deviation `noise` makes.
std::vector<double> component_variances(const Comm& comm, const Statement& statement, const WeightSpace& space,
                                        const ToneLists& tones, double noise);

}  // namespace mercer::smgp
