// Whether a gradient is the derivative of its value.
#pragma once

#include <mercer/optim/objective.hpp>
#include <mercer/parallel/comm.hpp>

#include <cstdint>

namespace mercer {

struct DerivativeCheck {
  int directions = 3;
  double step = 0.1;  ///< longest step, relative to max(1, largest |point|); halved seven times
  std::uint64_t seed = 1;
};

/// @collective The largest |<gradient, d> - D| / |gradient| over random directions d, each entry normal times one; D is
/// the central difference along d, extrapolated as by Ridders (1982). About 1e-10 for a right gradient of a smooth
/// function, 1 for an unrelated one. `point` is this rank's part. 0 / 0 counts as 0. Throws Fault::numerics where the
/// objective is not finite nearby.
double gradient_gap(const Comm& comm, const Objective& objective, std::span<const double> point,
                    const DerivativeCheck& options = {});

}  // namespace mercer
