// Equations whose source is known by noisy samples that ranks share, on one to three axes.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/solvers/spectral_mixture_gp/noise/assimilation.hpp>

namespace mercer::smgp {

/// @collective The source is that of the statement's samples; `data` adds checks and readings, the same on all ranks,
/// and has no source of its own. On one axis, or with variable coefficients, the samples are gathered and the algebra
/// is dense: Fault::unavailable beyond 1500 weights. On several axes with constant coefficients it is dense only in the
/// weights that stand out of the noise, at most 2500 of any number, otherwise Fault::unavailable: for r numbers that
/// the features of all axes reach, and m weights that count, O(r m^2) once and O(m^3) an evaluation, 40 m^2 bytes and
/// on every rank the same; the number of samples matters for a few products along each axis alone.
/// Equal on all ranks, and for any number of ranks up to what rounding in the sums over them changes.
Assimilation assimilate(const Comm& comm, const Statement& statement, const NoisyData& data,
                        const AssimilationOptions& options = {});

}  // namespace mercer::smgp
