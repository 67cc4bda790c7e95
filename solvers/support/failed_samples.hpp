// Samples that could not be made or used, told to all ranks.
#pragma once

#include <mercer/parallel/comm.hpp>

#include <string>
#include <vector>

namespace mercer {

struct FailedSample {
  Index sample = 0;
  Fault fault = Fault::numerics;
  std::string text;
};

/// Whether a failure is one of the sample, after which the others are as good as before.
inline bool is_of_a_sample(Fault fault) noexcept { return fault == Fault::numerics || fault == Fault::data; }

/// @collective Those of all ranks on every rank, lowest sample first.
std::vector<FailedSample> failed_anywhere(const Comm& comm, const std::vector<FailedSample>& mine);

}  // namespace mercer
