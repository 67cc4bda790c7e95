// Integer types for sizes and positions, and the checked way from one to another.
#pragma once

#include <mercer/base/error.hpp>

#include <cstdint>
#include <utility>

namespace mercer {

using Index = std::int64_t;  ///< global sizes and positions
using Local = std::int32_t;  ///< sizes and positions on one rank, where memory matters

/// `value` as a `To`; throws Fault::internal where it does not fit (PETSc with 32-bit integers, counts of MPI calls).
template <class To, class From>
To narrow(From value, std::source_location where = std::source_location::current()) {
  if (!std::in_range<To>(value)) [[unlikely]]
    throw Error(Fault::internal, fmt::format("{} does not fit into an integer of {} bytes", value, sizeof(To)), where);
  return static_cast<To>(value);
}

}  // namespace mercer
