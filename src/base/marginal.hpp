// Distributions of one number, by their quantiles.
#pragma once

#include <mercer/base/index.hpp>

namespace mercer {

struct Marginal {
  enum class Kind {
    uniform,      ///< between `first` and `second`
    normal,       ///< with mean `first` and standard deviation `second`
    log_uniform,  ///< its logarithm is uniform; `first` and `second` are the ends themselves
  };
  Kind kind = Kind::uniform;
  double first = 0, second = 1;

  /// Below which the number lies with probability `part` in (0, 1). Monotonic.
  double quantile(double part) const noexcept;
  bool operator==(const Marginal&) const = default;
};

/// The quantile of the standard normal distribution, to rounding.
double normal_quantile(double part) noexcept;

}  // namespace mercer
